//! A moment as SQLite stores it: text of one form, whose order is that of time and which people can read.

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime, Timelike as _, Utc};

/// What stands behind the microseconds: the text of every moment is in UTC.
const ZONE: &str = "+00:00";

/// Returns `2026-03-04 05:06:07.000123+00:00`. Written by hand, as general formats took a good part of a commit.
pub(crate) fn write(moment: DateTime<Utc>) -> String {
    let (date, time) = (moment.date_naive(), moment.time());
    let micros = moment.timestamp_subsec_micros();
    format!(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{micros:06}{ZONE}",
        date.year(),
        date.month(),
        date.day(),
        time.hour(),
        time.minute(),
        time.second()
    )
}

/// Reads what [`write`] wrote; `None` for any other form.
pub(crate) fn read(text: &str) -> Option<DateTime<Utc>> {
    let text = text.strip_suffix(ZONE)?;
    let [date, time] = parts(text, ' ')?;
    let [year, month, day] = parts(date, '-')?;
    let [clock, micros] = parts(time, '.')?;
    let [hour, minute, second] = parts(clock, ':')?;
    let date = NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)?;
    let micros: u32 = Some(micros).filter(|micros| micros.len() == 6)?.parse().ok()?;
    let time =
        date.and_hms_micro_opt(hour.parse().ok()?, minute.parse().ok()?, second.parse().ok()?, micros)?;
    Some(NaiveDateTime::and_utc(&time))
}

fn parts<const N: usize>(text: &str, between: char) -> Option<[&str; N]> {
    let mut parts = text.split(between);
    let mut all = [""; N];
    for part in &mut all {
        *part = parts.next()?;
    }
    parts.next().is_none().then_some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_come_back_and_sort_as_text() {
        let moments = [0, 1, 999_999, 1_000_000, 1_772_600_767_000_123, 253_402_300_799_999_999];
        let moments = moments.map(|micros| DateTime::from_timestamp_micros(micros).unwrap());
        let texts = moments.map(write);
        assert!(texts.is_sorted());
        assert_eq!(texts[4], "2026-03-04 05:06:07.000123+00:00");
        assert_eq!(texts.map(|text| read(&text)), moments.map(Some));
    }

    #[test]
    fn other_forms_are_not_read() {
        for text in [
            "2026-03-04 05:06:07",
            "2026-03-04 05:06:07+00:00",
            "2026-03-04 05:06:07.123+00:00",
            "2026-03-04 05:06:07.000123+01:00",
            "2026-13-04 05:06:07.000123+00:00",
            "2026-03-04-05 05:06:07.000123+00:00",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
