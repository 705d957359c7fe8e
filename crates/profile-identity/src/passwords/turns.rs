//! Whose turn it is to have a password checked: one at a time for each owner, and only so many a minute.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use moka::sync::Cache;
use tokio::sync::{Mutex, OwnedMutexGuard};

/// Checks of one owner within a window. Wrong passwords lock much earlier; this bounds what right ones cost.
const MAX_ATTEMPTS: u32 = 60;
const WINDOW: Duration = Duration::from_mins(1);
/// Most owners that are remembered; beyond that the least recent ones begin anew.
const MOST_OWNERS: u64 = 100_000;

/// What an owner has had checked since `begun`.
pub(super) struct Window {
    begun: Instant,
    checks: u32,
}

impl Window {
    fn new() -> Self {
        Self { begun: Instant::now(), checks: 0 }
    }

    /// Counts one more check; whether it may be made.
    pub(super) fn count(&mut self) -> bool {
        if self.begun.elapsed() >= WINDOW {
            *self = Self::new();
        }
        self.checks = self.checks.saturating_add(1);
        self.checks <= MAX_ATTEMPTS
    }
}

/// The owners who had a turn lately.
pub(super) struct Turns(Cache<i32, Arc<Mutex<Window>>>);

impl Default for Turns {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(MOST_OWNERS).time_to_idle(WINDOW).build())
    }
}

impl Turns {
    /// Waits for the turn of `owner`; whoever asked first comes first.
    pub(super) async fn take(&self, owner: i32) -> OwnedMutexGuard<Window> {
        self.0.get_with(owner, || Arc::new(Mutex::new(Window::new()))).lock_owned().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn so_many_a_minute_and_each_owner_for_itself() {
        let turns = Turns::default();
        for _ in 0..MAX_ATTEMPTS {
            assert!(turns.take(1).await.count());
        }
        assert!(!turns.take(1).await.count());
        assert!(turns.take(2).await.count());
    }

    #[tokio::test]
    async fn a_turn_ends_when_it_is_dropped() {
        let turns = Turns::default();
        let first = turns.take(1).await;
        let second = turns.take(1);
        tokio::pin!(second);
        assert!(futures_util::poll!(&mut second).is_pending());
        drop(first);
        assert!(futures_util::poll!(&mut second).is_ready());
    }
}
