//! How often a member may try a wrong password (contract tenant, sections 4.4 and 9).

use chrono::{DateTime, TimeDelta, Utc};

/// Wrong passwords that are each told so.
const ALLOWED: usize = 10;
/// How long one counts.
const WINDOW: TimeDelta = TimeDelta::minutes(15);

/// The attempts of one member that were not followed by a right password.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attempts {
    /// Counts the changes of this record; 0 before the first one.
    pub version: i64,
    /// When, oldest first.
    pub times: Vec<DateTime<Utc>>,
}

/// No attempt is possible until the oldest is old enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many wrong passwords")]
pub struct Locked;

impl Attempts {
    /// One attempt more, taken before the password is looked at, so that many at once cannot slip through.
    ///
    /// # Errors
    /// [`Locked`].
    pub fn with_one_more(&self, now: DateTime<Utc>) -> Result<Self, Locked> {
        let counts = |at: &&DateTime<Utc>| now.signed_duration_since(**at) < WINDOW;
        let mut times: Vec<DateTime<Utc>> = self.times.iter().filter(counts).copied().collect();
        if times.len() >= ALLOWED {
            return Err(Locked);
        }
        times.push(now);
        Ok(Self { version: self.version + 1, times })
    }

    /// Without the attempt that was taken at `at`, which was none.
    #[must_use]
    pub fn without(&self, at: DateTime<Utc>) -> Self {
        let mut times = self.times.clone();
        if let Some(place) = times.iter().rposition(|time| *time == at) {
            times.remove(place);
        }
        Self { version: self.version + 1, times }
    }

    /// After a right password.
    #[must_use]
    pub fn cleared(&self) -> Self {
        Self { version: self.version + 1, times: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_eleventh_waits_until_the_first_is_old() {
        let start = DateTime::UNIX_EPOCH;
        let mut attempts = Attempts::default();
        for second in 0..10 {
            attempts = attempts.with_one_more(start + TimeDelta::seconds(second)).unwrap();
        }
        let almost = start + WINDOW - TimeDelta::microseconds(1);
        assert_eq!(attempts.with_one_more(almost), Err(Locked));
        let next = attempts.with_one_more(start + WINDOW).unwrap();
        assert_eq!(next.times.len(), 10);
        assert_eq!(next.with_one_more(start + WINDOW), Err(Locked));
        assert_eq!(next.cleared().with_one_more(start).unwrap().times.len(), 1);
        assert!(next.without(start + WINDOW).with_one_more(start + WINDOW).is_ok());
    }
}
