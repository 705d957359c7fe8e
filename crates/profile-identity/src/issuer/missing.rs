//! The `kid`s that an issuer was found not to have: they are refused for a while without asking again.

use std::{
    hash::{BuildHasher as _, RandomState},
    time::Duration,
};

use moka::sync::Cache;
use tokio::time::Instant;

/// Most `kid`s that are remembered.
const MAX_KIDS: u64 = 10_000;
/// For how long a `kid` that is still shown stays refused at most before the issuer is asked again.
const MAX_PAUSE: Duration = Duration::from_secs(30);
/// For how long a `kid` is remembered that nobody shows.
const FORGET_AFTER: Duration = Duration::from_mins(5);

/// Remembers `kid`s by their hash under a random key, so that their length costs no memory.
pub(super) struct MissingKids {
    kids: Cache<u64, Miss>,
    hasher: RandomState,
}

#[derive(Clone, Copy)]
struct Miss {
    pause: Duration,
    until: Instant,
}

impl Default for MissingKids {
    fn default() -> Self {
        let kids = Cache::builder().max_capacity(MAX_KIDS).time_to_idle(FORGET_AFTER).build();
        Self { kids, hasher: RandomState::new() }
    }
}

impl MissingKids {
    /// Whether `kid` is refused without asking the issuer.
    pub(super) fn contains(&self, kid: &str, now: Instant) -> bool {
        self.kids.get(&self.hasher.hash_one(kid)).is_some_and(|miss| now < miss.until)
    }

    /// The issuer does not have `kid`. The first time it may be asked again at once, as a key can be published just
    /// afterwards; then after pauses that double.
    pub(super) fn remember(&self, kid: &str, now: Instant) {
        let key = self.hasher.hash_one(kid);
        let pause = match self.kids.get(&key) {
            // Several requests waited for the same round.
            Some(miss) if now < miss.until => return,
            Some(miss) => (miss.pause * 2).clamp(Duration::from_secs(1), MAX_PAUSE),
            None => Duration::ZERO,
        };
        self.kids.insert(key, Miss { pause, until: now + pause });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_for_a_kid_that_stays_missing() {
        let missing = MissingKids::default();
        let mut now = Instant::now();
        let mut pauses = Vec::new();
        for _ in 0..8 {
            // Several requests waited for the same round.
            missing.remember("k", now);
            missing.remember("k", now);
            let began = now;
            while missing.contains("k", now) {
                now += Duration::from_millis(500);
            }
            pauses.push((now - began).as_secs());
            assert!(!missing.contains("other", now));
        }
        assert_eq!(pauses, [1, 2, 4, 8, 16, 30, 30, 30]);
    }
}
