//! A change's place in the order of all changes: its time, and an id that sorts by it.

use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};
use uuid::Uuid;

/// How many bits of the id stand behind the milliseconds, the version and the fraction.
const RANDOM_BITS: u32 = 62;
/// The most milliseconds that an id has room for; they last until the year 10889.
const MAX_MILLIS: u64 = (1 << 48) - 1;

/// Returns the id of a change that is committed at `at`: a `UUIDv7` of its Unix milliseconds (48 bits), the fraction of the
/// millisecond in units of 1/4096 (12 bits, rounded down), and the lowest 62 bits of `random`. Ids of different
/// microseconds sort as the microseconds do; before 1970 and after 10889 they do not.
#[must_use]
pub fn change_id(at: DateTime<Utc>, random: u64) -> Uuid {
    let millis = u64::try_from(at.timestamp_millis()).unwrap_or_default().min(MAX_MILLIS);
    let micros = u64::from(at.timestamp_subsec_micros() % 1000);
    let fraction = micros * 4096 / 1000;
    let high = (millis << 16) | (7 << 12) | fraction;
    let low = (0b10 << RANDOM_BITS) | (random & ((1 << RANDOM_BITS) - 1));
    Uuid::from_u64_pair(high, low)
}

/// Returns the time that a position tells, to the millisecond; `None`, if it tells none.
///
/// # Examples
/// ```
/// use chrono::{DateTime, TimeDelta};
/// use profile_domain::position::{change_id, time_of};
///
/// let at = DateTime::UNIX_EPOCH + TimeDelta::milliseconds(5);
/// assert_eq!(time_of(change_id(at, 7)), Some(at));
/// ```
#[must_use]
pub fn time_of(position: Uuid) -> Option<DateTime<Utc>> {
    let (seconds, nanos) = position.get_timestamp()?.to_unix();
    DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanos)
}

/// Returns the position that a text names, in its one form; it need not be that of a change.
///
/// # Examples
/// ```
/// use profile_domain::position::parse_position;
///
/// assert!(parse_position("019cb73d-3218-71f7-81a2-b3c4d5e6f708").is_some());
/// assert_eq!(parse_position("019CB73D-3218-71F7-81A2-B3C4D5E6F708"), None);
/// ```
#[must_use]
pub fn parse_position(text: &str) -> Option<Uuid> {
    let uuid: Uuid = text.parse().ok()?;
    (uuid.to_string() == text).then_some(uuid)
}

/// Returns the last id that a change at `at` or before may have.
///
/// # Examples
/// ```
/// use chrono::{DateTime, TimeDelta};
/// use profile_domain::position::{change_id, last_id};
///
/// let at = DateTime::UNIX_EPOCH;
/// assert!(change_id(at, 7) < last_id(at));
/// assert!(last_id(at) < change_id(at + TimeDelta::microseconds(1), 0));
/// ```
#[must_use]
pub fn last_id(at: DateTime<Utc>) -> Uuid {
    change_id(at, u64::MAX)
}

/// Returns the position before the first change that is not earlier than `at`, to the microsecond.
///
/// # Examples
/// ```
/// use chrono::{DateTime, TimeDelta};
/// use profile_domain::position::{change_id, last_id, position_before};
///
/// let at = DateTime::UNIX_EPOCH + TimeDelta::seconds(5);
/// assert!(position_before(at) < change_id(at, 0));
/// assert_eq!(position_before(at), last_id(at - TimeDelta::microseconds(1)));
/// ```
#[must_use]
pub fn position_before(at: DateTime<Utc>) -> Uuid {
    match at.trunc_subsecs(6).checked_sub_signed(TimeDelta::microseconds(1)) {
        Some(before) if before >= DateTime::UNIX_EPOCH => last_id(before),
        _ => Uuid::nil(),
    }
}

/// Returns the time of a record's next change at the time `now` of the clock, to the microsecond: later than that of the change
/// before, whatever the clock says.
///
/// # Examples
/// ```
/// use chrono::{DateTime, TimeDelta};
/// use profile_domain::position::next_at;
///
/// let (now, later) = (DateTime::UNIX_EPOCH, DateTime::UNIX_EPOCH + TimeDelta::seconds(5));
/// assert_eq!(next_at(now, None), now);
/// assert_eq!(next_at(now, Some(later)), later + TimeDelta::microseconds(1));
/// ```
#[must_use]
pub fn next_at(now: DateTime<Utc>, previous: Option<DateTime<Utc>>) -> DateTime<Utc> {
    let earliest = previous.map(|at| at.checked_add_signed(TimeDelta::microseconds(1)).unwrap_or(at));
    earliest.map_or(now, |earliest| now.max(earliest)).trunc_subsecs(6)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(micros: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(micros).unwrap()
    }

    #[test]
    fn the_ids_are_those_of_the_page() {
        for (time, random, id) in [
            ("2026-03-04T05:06:07.000123Z", 0x01a2_b3c4_d5e6_f708, "019cb73d-3218-71f7-81a2-b3c4d5e6f708"),
            ("2026-03-04T06:00:00.000001Z", 0x00f1_e2d3_c4b5_a697, "019cb76e-8700-7004-80f1-e2d3c4b5a697"),
        ] {
            assert_eq!(change_id(time.parse().unwrap(), random).to_string(), id);
        }
        assert_eq!(change_id(at(0), u64::MAX).to_string(), "00000000-0000-7000-bfff-ffffffffffff");
        assert_eq!(change_id(at(999), 0).get_version_num(), 7);
    }

    #[test]
    fn the_clock_counts_where_it_is_ahead() {
        let nanos = at(5) + TimeDelta::nanoseconds(999);
        assert_eq!(next_at(nanos, None), at(5));
        assert_eq!(next_at(at(5), Some(at(3))), at(5));
        assert_eq!(next_at(at(5), Some(at(5))), at(6));
        assert_eq!(next_at(at(5), Some(at(9))), at(10));
        assert_eq!(next_at(nanos, Some(nanos)), at(6));
    }

    /// Microseconds from 1970 to 9999.
    fn any_time() -> impl Strategy<Value = i64> {
        0..253_402_300_800_000_000_i64
    }

    #[test]
    fn before_the_epoch_there_is_no_change() {
        for micros in [i64::MIN / 1_000_000, -1, 0] {
            assert_eq!(position_before(at(micros)), Uuid::nil(), "{micros}");
        }
        assert_eq!(position_before(at(7) + TimeDelta::nanoseconds(999)), position_before(at(7)));
    }

    proptest! {
        #[test]
        fn a_position_before_an_instant_parts_what_is_earlier_from_the_rest(
            time in 1..253_402_300_800_000_000_i64,
            random in any::<(u64, u64)>(),
        ) {
            let position = position_before(at(time));
            prop_assert!(change_id(at(time - 1), random.0) <= position);
            prop_assert!(position < change_id(at(time), random.1));
        }

        #[test]
        fn ids_sort_as_their_times(one in any_time(), other in any_time(), random in any::<(u64, u64)>()) {
            prop_assume!(one != other);
            let ids = change_id(at(one), random.0).cmp(&change_id(at(other), random.1));
            prop_assert_eq!(ids, one.cmp(&other));
        }

        #[test]
        fn neighbours_have_ids_of_their_own(time in any_time(), random in any::<(u64, u64)>()) {
            prop_assert!(change_id(at(time), random.0) < change_id(at(time + 1), random.1));
        }

        #[test]
        fn times_of_a_record_grow(now in any_time(), previous in any_time(), nanos in 0..1000_i64) {
            let previous = at(previous) + TimeDelta::nanoseconds(nanos);
            let next = next_at(at(now) + TimeDelta::nanoseconds(nanos), Some(previous));
            prop_assert!(next > previous && next >= at(now));
            prop_assert_eq!(next.timestamp_subsec_nanos() % 1000, 0);
        }
    }
}
