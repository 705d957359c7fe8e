//! How often and for how long an issuer is asked.

use std::time::Duration;

/// The limits of the background task and of the requests that wait for it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timing {
    /// How long an answer may take, from the first byte asked, over redirects, to the last one read.
    pub(super) fetch_limit: Duration,
    /// How long a request waits for a round.
    pub(super) wait: Duration,
    /// The least time between the beginnings of rounds that requests with an unknown `kid` cause. Shorter than `wait`, so
    /// that a `kid` that was made up does not make a request with a new key fail.
    pub(super) gap: Duration,
    /// How much earlier than the age that the issuer gives its keys are read again, so that they are exchanged in time.
    pub(super) early: Duration,
    /// How often a file is read.
    pub(super) file: Duration,
    /// The pause after the first failure; each further one doubles it.
    pub(super) first_pause: Duration,
    /// The longest pause after a failure.
    pub(super) last_pause: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            fetch_limit: Duration::from_secs(5),
            wait: Duration::from_secs(2),
            gap: Duration::from_secs(1),
            early: Duration::from_secs(5),
            file: Duration::from_secs(2),
            first_pause: Duration::from_millis(250),
            last_pause: Duration::from_secs(5),
        }
    }
}

impl Timing {
    /// The pause after so many failures in a row.
    pub(super) fn pause(&self, failures: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(failures.saturating_sub(1));
        self.first_pause.saturating_mul(doubled).min(self.last_pause)
    }
}
