//! When a broker that fails is tried again, and what of it is worth a line of the log.

use std::time::Duration;

use tokio::time::Instant;

/// The pause after the first failure; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// How often a failure of another kind must come in turn until it is worth a line, too: a broker that starts passes through some.
const WORTH_A_LINE: u32 = 5;

/// What is known of a broker's failures.
pub(super) struct Outage {
    /// How often it was tried in vain since it has confirmed something.
    failures: u32,
    paused_until: Option<Instant>,
    /// Whether nothing was confirmed since the start or the last failure.
    is_trying: bool,
    /// The kind of failure that the log has told of.
    told: Option<&'static str>,
    /// The kind of the last failure, and how often it came in turn.
    last: (&'static str, u32),
}

impl Default for Outage {
    fn default() -> Self {
        Self { failures: 0, paused_until: None, is_trying: true, told: None, last: ("", 0) }
    }
}

impl Outage {
    /// Returns when the broker is tried again, if that is later than now.
    pub(super) fn pause_end(&self) -> Option<Instant> {
        self.paused_until.filter(|until| Instant::now() < *until)
    }

    pub(super) const fn is_trying(&self) -> bool {
        self.is_trying
    }

    pub(super) const fn note_success(&mut self) {
        (self.failures, self.paused_until, self.is_trying) = (0, None, false);
    }

    /// Notes a failure; returns whether it is worth a line. What fails during a pause was under way before.
    pub(super) fn note_failure(&mut self, kind: &'static str) -> bool {
        // What does not answer cannot be told from what is not there.
        let kind = if kind == "timeout" { "connect" } else { kind };
        if self.pause_end().is_none() {
            let pause = FIRST_PAUSE * 2_u32.pow(self.failures.min(5));
            self.paused_until = Some(Instant::now() + pause.min(LONGEST_PAUSE));
            self.failures += 1;
            self.last = (kind, if self.last.0 == kind { self.last.1 + 1 } else { 1 });
        }
        self.is_trying = true;
        let is_worth = self.told.is_none() || self.told != Some(kind) && self.last == (kind, WORTH_A_LINE);
        if is_worth {
            self.told = Some(kind);
        }
        is_worth
    }

    /// Notes that nothing fails any more; returns whether the log has told of a failure.
    pub(super) const fn end(&mut self) -> bool {
        self.last = ("", 0);
        self.told.take().is_some()
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn pauses_grow_up_to_five_seconds_and_begin_anew_after_a_success() {
        let mut outage = Outage::default();
        for milliseconds in [250, 500, 1000, 2000, 4000, 5000, 5000] {
            outage.note_failure("connect");
            outage.note_failure("connect");
            let pause = outage.pause_end().unwrap() - Instant::now();
            assert_eq!(pause, Duration::from_millis(milliseconds));
            advance(pause).await;
            assert_eq!(outage.pause_end(), None);
        }
        outage.note_success();
        outage.note_failure("connect");
        assert_eq!(outage.pause_end(), Some(Instant::now() + FIRST_PAUSE));
    }

    #[tokio::test(start_paused = true)]
    async fn the_log_tells_of_an_outage_once_and_of_another_reason_that_lasts() {
        let mut outage = Outage::default();
        let mut fail = async |kind: &'static str| {
            let is_worth = outage.note_failure(kind);
            advance(LONGEST_PAUSE).await;
            is_worth
        };
        assert!(fail("connect").await);
        for kind in ["timeout", "connect", "no_stream", "connect"] {
            assert!(!fail(kind).await, "{kind}");
        }
        let mut lines = Vec::new();
        for _ in 0..9 {
            lines.push(fail("no_stream").await);
        }
        assert_eq!(lines.iter().filter(|line| **line).count(), 1, "{lines:?}");
        assert!(outage.end());
        assert!(!outage.end());
    }
}
