//! Times in tokens as exact instants, in whatever form the JSON number is written (RFC 7519, `NumericDate`).

use chrono::{DateTime, Utc};

const NANOS_PER_SECOND: i128 = 1_000_000_000;
/// Every number of so many decimal digits fits into an `i128`.
const MAX_DIGITS: usize = 38;
/// Stands for all instants that are further away: 10^38 nanoseconds are more than 10^21 years.
const FAR: i128 = 10_i128.pow(38);

/// An instant, ordered by whole nanoseconds and then by whether a smaller fraction follows them. A floating point number
/// would move the instants at a boundary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NumericDate {
    nanos: i128,
    more: bool,
}

impl NumericDate {
    /// Reads a JSON number of seconds since 1970; `None` for any other text.
    pub(crate) fn parse(number: &str) -> Option<Self> {
        let (negative, unsigned) = number.strip_prefix('-').map_or((false, number), |rest| (true, rest));
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, self::exponent(exponent)?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{fraction}");
        if whole.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        // The instant is `digits` times 10^shift nanoseconds.
        let shift = exponent.saturating_add(9).saturating_sub(i64::try_from(fraction.len()).ok()?);
        let (nanos, more) = scaled(digits.trim_start_matches('0'), shift)?;
        // Rounded down on both sides of 1970, so that `more` always means later.
        let nanos = if negative { -nanos - i128::from(more) } else { nanos };
        Some(Self { nanos, more })
    }

    /// Reads a JSON number that is an integer; `None` for any other text.
    pub(crate) fn parse_integer(number: &str) -> Option<Self> {
        let seconds: i64 = number.parse().ok()?;
        Some(Self { nanos: i128::from(seconds) * NANOS_PER_SECOND, more: false })
    }

    /// The same instant, so many seconds later.
    pub(crate) fn after(self, seconds: i64) -> Self {
        Self { nanos: self.nanos.saturating_add(i128::from(seconds) * NANOS_PER_SECOND), ..self }
    }
}

impl From<DateTime<Utc>> for NumericDate {
    fn from(instant: DateTime<Utc>) -> Self {
        let seconds = i128::from(instant.timestamp()) * NANOS_PER_SECOND;
        Self { nanos: seconds + i128::from(instant.timestamp_subsec_nanos()), more: false }
    }
}

/// Digits behind `e`, with a sign or without; beyond an `i64` only the sign matters.
fn exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let far = if text.starts_with('-') { i64::MIN / 2 } else { i64::MAX / 2 };
    Some(text.parse().unwrap_or(far).clamp(i64::MIN / 2, i64::MAX / 2))
}

/// `digits` times 10^shift, rounded down, and whether that cut anything off.
fn scaled(digits: &str, shift: i64) -> Option<(i128, bool)> {
    let cut = usize::try_from(shift.min(0).unsigned_abs()).unwrap_or(usize::MAX);
    let zeros = usize::try_from(shift.max(0)).unwrap_or(usize::MAX);
    let (kept, rest) = digits.split_at_checked(digits.len().saturating_sub(cut))?;
    let more = rest.bytes().any(|digit| digit != b'0');
    let nanos = match kept.len().saturating_add(zeros) {
        _ if kept.is_empty() => 0,
        length if length > MAX_DIGITS => FAR,
        _ => kept.parse::<i128>().ok()?.checked_mul(10_i128.checked_pow(u32::try_from(zeros).ok()?)?)?,
    };
    Some((nanos, more))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(nanos: i128) -> NumericDate {
        NumericDate { nanos, more: false }
    }

    fn parse(text: &str) -> NumericDate {
        NumericDate::parse(text).unwrap_or_else(|| panic!("{text}"))
    }

    #[test]
    fn every_form_of_a_number_is_the_same_instant() {
        for text in ["1780000000", "1780000000.0", "1.78e9", "1.78E+9", "178000000000e-2", "0.00178e12"] {
            assert_eq!(parse(text), at(1_780_000_000 * NANOS_PER_SECOND), "{text}");
        }
        assert_eq!(parse("-1.5"), at(-1_500_000_000));
        assert_eq!(parse("1780000000.123456789"), at(1_780_000_000_123_456_789));
        for zero in ["0", "-0", "0.000", "0e999999999999999999999", "0.0e-99999999999999999999999"] {
            assert_eq!(parse(zero), at(0), "{zero}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in ["", "-", "\"1\"", "null", "true", "[1]", "1e", "e9", ".5", "1.2.3", "1e5.5", "NaN", "+1"]
        {
            assert_eq!(NumericDate::parse(text), None, "{text}");
        }
        for text in ["1.0", "1e9", "9223372036854775808", "\"1\"", "null"] {
            assert_eq!(NumericDate::parse_integer(text), None, "{text}");
        }
    }

    #[test]
    fn the_least_fraction_counts_on_both_sides() {
        let now = at(1_780_000_060 * NANOS_PER_SECOND);
        assert!(now < parse("1780000060.000000000000000000000000000000000000001"));
        assert!(now > parse("1780000059.999999999999999999999999999999999999999"));
        assert!(at(-NANOS_PER_SECOND) > parse("-1.00000000000000000001"));
    }

    #[test]
    fn huge_values_are_far_away_and_stay_so() {
        for text in ["1e300", "99999999999999999999999999999999999999999", "1e99999999999999999999"] {
            assert!(parse(text).after(i64::MIN) > at(i128::from(i64::MAX) * NANOS_PER_SECOND), "{text}");
            let negative = parse(&format!("-{text}"));
            assert!(negative.after(i64::MAX) < at(i128::from(i64::MIN) * NANOS_PER_SECOND), "{text}");
        }
    }

    proptest! {
        /// Compared with exact integer arithmetic, around the present and far from it.
        #[test]
        fn order_is_exact(
            mantissa in prop_oneof![-1_000_000_000_000_000_000..1_000_000_000_000_000_000_i64, -3..3_i64],
            scale in 0..18_u32,
            distance in -2..2_i128,
            leeway in prop_oneof![Just(0_i64), Just(60)],
        ) {
            let text = format!("{mantissa}e-{scale}");
            let sign = if mantissa < 0 { "-" } else { "" };
            let digits = format!("{:0>1$}", mantissa.unsigned_abs(), scale as usize + 1);
            let (whole, fraction) = digits.split_at(digits.len() - scale as usize);
            let plain = if scale == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") };
            prop_assert_eq!(parse(&text), parse(&plain), "{} {}", text, plain);

            // In units of 10^-scale nanoseconds.
            let unit = 10_i128.pow(scale);
            let end = i128::from(mantissa) * NANOS_PER_SECOND + i128::from(leeway) * NANOS_PER_SECOND * unit;
            let now = end.div_euclid(unit) + distance;
            prop_assert_eq!(at(now).cmp(&parse(&plain).after(leeway)), (now * unit).cmp(&end));
        }

        /// Whatever a signer writes as a number is an instant.
        #[test]
        fn every_json_number_is_read(
            text in "-?(0|[1-9][0-9]{0,60})(\\.[0-9]{1,60})?([eE][+-]?[0-9]{1,30})?",
        ) {
            prop_assert!(NumericDate::parse(&text).is_some());
        }
    }
}
