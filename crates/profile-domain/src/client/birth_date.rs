//! Dates of birth (contract client, section 6).

use chrono::{Datelike as _, NaiveDate};

use crate::rule::Fault;

/// The youngest and the first too old age, in years.
pub(super) const ADULT: i32 = 18;
pub(super) const TOO_OLD: i32 = 121;
const FIRST_YEAR: i32 = 1900;

/// Checks the age of somebody born on this date on the day `today` in UTC.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn check_age(born: NaiveDate, today: NaiveDate) -> Result<(), Fault> {
    if born >= today {
        return Err(Fault::NotPast);
    }
    if birthday(born, ADULT) > today {
        return Err(Fault::TooYoung);
    }
    if birthday(born, TOO_OLD) <= today {
        return Err(Fault::TooOld);
    }
    Ok(())
}

/// Reads exactly `YYYY-MM-DD` with ASCII digits, and a day that there was.
pub(crate) fn parse(text: &str) -> Option<NaiveDate> {
    let form = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| form)?;
    (date.year() >= FIRST_YEAR).then_some(date)
}

/// The birthday in the year in which somebody becomes `age`; for 29 February in a common year, 1 March.
fn birthday(born: NaiveDate, age: i32) -> NaiveDate {
    let year = born.year() + age;
    born.with_year(year).or_else(|| NaiveDate::from_ymd_opt(year, 3, 1)).unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fine(text: &str, today: &str) -> bool {
        parse(text).is_some_and(|born| check_age(born, today.parse().unwrap()).is_ok())
    }

    #[test]
    fn forms() {
        let today = "2026-11-21";
        assert!(fine("2000-02-29", today) && fine("1991-12-03", today));
        for wrong in [
            "1900-02-29",
            "2001-02-29",
            "1990-02-30",
            "1990-13-01",
            "1990-1-1",
            "01-01-1990",
            "1990-01-01T00:00:00",
            " 1990-01-01",
            "+990-01-01",
            "1899-12-31",
            "１９９０-01-01",
            "",
        ] {
            assert!(!fine(wrong, today), "{wrong}");
        }
    }

    #[test]
    fn ages() {
        assert!(fine("2008-11-21", "2026-11-21") && !fine("2008-11-22", "2026-11-21"));
        assert!(fine("1905-11-22", "2026-11-21") && !fine("1905-11-21", "2026-11-21"));
        assert!(!fine("2026-11-21", "2026-11-21") && !fine("2026-11-22", "2026-11-21"));
        assert!(fine("2007-12-31", "2026-01-01") && fine("2008-01-01", "2026-01-01"));
        assert!(!fine("2008-01-01", "2025-12-31"));
    }

    #[test]
    fn leap_days_have_their_birthday_in_march() {
        assert!(!fine("2004-02-29", "2022-02-28") && fine("2004-02-29", "2022-03-01"));
        assert!(!fine("2008-02-29", "2026-02-28") && fine("2008-02-29", "2026-03-01"));
        assert!(fine("1904-02-29", "2025-02-28") && !fine("1904-02-29", "2025-03-01"));
    }

    #[test]
    fn each_reason_is_told_apart() {
        let fault = |text| check_age(parse(text).unwrap(), "2026-11-21".parse().unwrap()).unwrap_err();
        let all = ["2026-11-21", "2020-01-01", "1900-01-01"].map(fault);
        assert_eq!(all, [Fault::NotPast, Fault::TooYoung, Fault::TooOld]);
    }
}
