//! When a failed delivery is tried again, and when it is given up (operator API page, section 10, retries).

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use profile_ports::WebhookAttempt;

/// The pause after each failed attempt.
const PAUSES: [Duration; 10] = [
    Duration::from_secs(5),
    Duration::from_secs(30),
    Duration::from_mins(2),
    Duration::from_mins(10),
    Duration::from_mins(30),
    Duration::from_hours(2),
    Duration::from_hours(6),
    Duration::from_hours(12),
    Duration::from_hours(24),
    Duration::from_hours(27),
];

/// What follows an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nothing: it is delivered.
    Delivered,
    /// Another attempt at this time.
    Retry(DateTime<Utc>),
    /// Nothing: it has failed too often.
    GivenUp,
    /// Nothing, for no change: the target is gone.
    Gone,
}

/// Returns what follows the attempt with this number, which ended at `now`. `random` spreads the pauses by a fifth in both
/// directions, so that what failed together does not come again together.
pub(super) fn verdict(attempt: &WebhookAttempt, number: u32, now: DateTime<Utc>, random: u64) -> Verdict {
    if attempt.error.is_none() {
        return Verdict::Delivered;
    }
    if attempt.is_gone() {
        return Verdict::Gone;
    }
    let index = usize::try_from(number.saturating_sub(1)).unwrap_or(usize::MAX);
    let Some(pause) = PAUSES.get(index) else { return Verdict::GivenUp };
    let per_mille = 800 + u32::try_from(random % 401).unwrap_or_default();
    let pause = (*pause * per_mille / 1000).max(attempt.retry_after.unwrap_or_default());
    Verdict::Retry(later(now, pause))
}

/// Returns until when a target wants no request at all.
pub(super) fn paused_until(attempt: &WebhookAttempt, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    attempt.retry_after.filter(|_| attempt.is_overloaded()).map(|pause| later(now, pause))
}

fn later(now: DateTime<Utc>, pause: Duration) -> DateTime<Utc> {
    TimeDelta::from_std(pause).ok().and_then(|pause| now.checked_add_signed(pause)).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use profile_ports::WebhookError;

    use super::*;

    fn failed(status: u16, retry_after: Option<u64>) -> WebhookAttempt {
        WebhookAttempt {
            status: Some(status),
            error: Some(WebhookError::Status),
            duration: Duration::ZERO,
            retry_after: retry_after.map(Duration::from_secs),
        }
    }

    fn seconds(verdict: Verdict) -> i64 {
        match verdict {
            Verdict::Retry(at) => at.timestamp(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_pauses_are_those_of_the_page_a_fifth_more_or_less() {
        let now = DateTime::UNIX_EPOCH;
        for (number, pause) in (1..).zip([5, 30, 120, 600, 1800, 7200, 21_600, 43_200, 86_400, 97_200]) {
            for (random, per_mille) in [(0, 800), (200, 1000), (400, 1200), (401, 800)] {
                let retry = verdict(&failed(500, None), number, now, random);
                assert_eq!(seconds(retry), pause * per_mille / 1000, "{number}");
            }
        }
        assert_eq!(verdict(&failed(500, None), 11, now, 0), Verdict::GivenUp);
        assert_eq!(verdict(&failed(500, Some(7)), 12, now, 0), Verdict::GivenUp);
    }

    #[test]
    fn a_target_lengthens_a_pause_and_never_shortens_it() {
        let now = DateTime::UNIX_EPOCH;
        assert_eq!(seconds(verdict(&failed(500, Some(60)), 1, now, 200)), 60);
        assert_eq!(seconds(verdict(&failed(500, Some(1)), 1, now, 200)), 5);
    }

    #[test]
    fn an_overloaded_target_pauses_everything() {
        let now = DateTime::UNIX_EPOCH;
        for (status, retry_after, expected) in
            [(429, Some(60), Some(60)), (503, Some(7), Some(7)), (503, None, None), (500, Some(60), None)]
        {
            let until = paused_until(&failed(status, retry_after), now);
            assert_eq!(until.map(|until| until.timestamp()), expected, "{status}");
        }
    }

    #[test]
    fn success_and_gone_end_at_once() {
        let now = DateTime::UNIX_EPOCH;
        let delivered = WebhookAttempt { error: None, ..failed(204, None) };
        assert_eq!(verdict(&delivered, 11, now, 0), Verdict::Delivered);
        assert_eq!(verdict(&failed(410, Some(60)), 1, now, 0), Verdict::Gone);
    }
}
