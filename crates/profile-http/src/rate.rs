//! How often a caller may ask: so many requests in the minute that begins with the first one.

use std::{
    hash::{BuildHasher as _, RandomState},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use moka::sync::Cache;

const WINDOW: Duration = Duration::from_mins(1);
/// Most callers that are counted; beyond that the least busy ones are forgotten, and begin anew.
const MOST_CALLERS: u64 = 100_000;

/// Counts requests by operation and caller.
pub struct RateLimit {
    /// Absent where nothing is limited.
    windows: Option<Cache<u64, Arc<Window>>>,
    hasher: RandomState,
}

struct Window {
    begun: Instant,
    requests: AtomicU32,
}

/// Too many requests: after so many seconds there may be more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// After how many seconds.
    pub seconds: u16,
}

impl RateLimit {
    /// A limit that counts, or one that lets everything pass.
    #[must_use]
    pub fn new(on: bool) -> Self {
        let windows = || Cache::builder().max_capacity(MOST_CALLERS).time_to_live(WINDOW).build();
        Self { windows: on.then(windows), hasher: RandomState::new() }
    }

    /// Counts a request of `caller` for `operation`, of which there may be `most` a minute. Callers are kept as hashes
    /// under a key of this process, so that no credential stays in memory.
    pub(crate) fn count(&self, operation: &str, caller: &str, most: u32) -> Result<(), Wait> {
        let Some(windows) = &self.windows else { return Ok(()) };
        let key = self.hasher.hash_one((operation, caller));
        let begin = || Arc::new(Window { begun: Instant::now(), requests: AtomicU32::new(0) });
        let window = windows.get_with(key, begin);
        if window.requests.fetch_add(1, Ordering::Relaxed) < most {
            return Ok(());
        }
        let left = WINDOW.saturating_sub(window.begun.elapsed()).as_secs();
        Err(Wait { seconds: u16::try_from(left).unwrap_or_default().saturating_add(1).min(60) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_operation_and_caller_has_its_own_count() {
        let limit = RateLimit::new(true);
        for _ in 0..3 {
            assert_eq!(limit.count("get", "a", 3), Ok(()));
        }
        let wait = limit.count("get", "a", 3).unwrap_err();
        assert!((1..=60).contains(&wait.seconds), "{wait:?}");
        assert_eq!(limit.count("list", "a", 3), Ok(()));
        assert_eq!(limit.count("get", "b", 3), Ok(()));
        assert_eq!(RateLimit::new(false).count("get", "a", 0), Ok(()));
    }
}
