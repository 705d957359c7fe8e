//! How long the log keeps the values of its changes (docs/privacy.md).

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use crate::change::RecordKind;

/// For how long the values of changes are kept, by kind. Those of kinds that are not in it are kept for ever.
///
/// # Examples
/// ```
/// use chrono::{DateTime, TimeDelta};
/// use profile_domain::{change::RecordKind, operator::Retention};
///
/// let now = DateTime::UNIX_EPOCH + TimeDelta::days(400);
/// let retention = Retention::new([(RecordKind::Account, TimeDelta::days(365))]);
/// let due: Vec<_> = retention.due(now).collect();
/// assert_eq!(due, [(RecordKind::Account, DateTime::UNIX_EPOCH + TimeDelta::days(35))]);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Retention(BTreeMap<RecordKind, TimeDelta>);

impl Retention {
    /// The shortest time that values can be kept for: what calls with an idempotency key are answered from is a day old at most.
    pub const SHORTEST: TimeDelta = TimeDelta::days(1);

    /// Returns the retention that keeps the values of each of these kinds for so long; never shorter than [`Self::SHORTEST`].
    #[must_use]
    pub fn new(kept: impl IntoIterator<Item = (RecordKind, TimeDelta)>) -> Self {
        Self(kept.into_iter().map(|(kind, time)| (kind, time.max(Self::SHORTEST))).collect())
    }

    /// Returns whether it keeps everything.
    #[must_use]
    pub fn is_off(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns each kind of which something may be due, in the order of the kinds, with the time of the last change that is: the values
    /// of changes at this time and before are to be removed.
    pub fn due(&self, now: DateTime<Utc>) -> impl Iterator<Item = (RecordKind, DateTime<Utc>)> {
        // What is kept for longer than the calendar goes back is never due.
        let last = move |time: &TimeDelta| now.checked_sub_signed(*time);
        self.0.iter().filter_map(move |(kind, time)| Some((*kind, last(time)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_named_is_kept_for_ever() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(1000);
        assert!(Retention::default().is_off());
        assert_eq!(Retention::default().due(now).count(), 0);
        let retention = Retention::new([
            (RecordKind::Client, TimeDelta::days(700)),
            (RecordKind::Account, TimeDelta::days(365)),
            (RecordKind::User, TimeDelta::MAX),
        ]);
        let day = |day| DateTime::UNIX_EPOCH + TimeDelta::days(day);
        let due: Vec<_> = retention.due(now).collect();
        assert_eq!(due, [(RecordKind::Account, day(635)), (RecordKind::Client, day(300))]);
    }

    #[test]
    fn nothing_is_kept_for_less_than_a_day() {
        let retention = Retention::new([(RecordKind::Account, TimeDelta::zero())]);
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(2);
        let yesterday = DateTime::UNIX_EPOCH + TimeDelta::days(1);
        assert_eq!(retention.due(now).collect::<Vec<_>>(), [(RecordKind::Account, yesterday)]);
    }
}
