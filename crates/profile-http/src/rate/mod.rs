//! How often a caller may call: so many times in any minute, on all servers that share a database together.
//!
//! A server decides alone while what it has not told the others is a small part of what is left of the limit: a tenth of it for
//! all servers together. Beyond that it asks the store, which counts for all. So a caller of few calls costs nothing more, and one
//! who comes near the limit a statement for each call. More than the limit by a tenth never passes, however calls are spread. A
//! server that dies takes with it what it has not told. Where the database does not answer, a server goes by what it knows.

mod window;

use std::{
    hash::{BuildHasher as _, RandomState},
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use moka::sync::Cache;
use profile_ports::{CallCounts, Chain, KeyedHash, NewCalls, Purpose, Unavailable};
use profile_usecases::Peers;
use tokio::time::interval;

use self::window::{Decision, MINUTE, Window};

/// Most callers that are counted; beyond that the least busy ones are forgotten, and begin anew.
const MOST_CALLERS: u64 = 100_000;
/// How often a server looks whether others have come.
const LOOK: Duration = Duration::from_secs(1);

/// Counts requests by operation and caller.
pub struct RateLimit {
    /// Absent where nothing is limited.
    callers: Option<Cache<u64, Arc<Counted>>>,
    hasher: RandomState,
    shared: Option<SharedCounts>,
}

/// What is needed to count together with other servers.
pub struct SharedCounts {
    /// Where servers tell each other what they have counted.
    pub counts: Arc<dyn CallCounts>,
    /// The servers.
    pub peers: Arc<Peers>,
    /// Hashes callers, so that none is stored.
    pub hash: Arc<dyn KeyedHash>,
}

/// A caller of an operation.
struct Counted {
    /// What servers call it among each other; empty where nothing is shared.
    name: String,
    window: Mutex<Window>,
}

/// Too many requests: after so many seconds there may be more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// After how many seconds, from 1 to 60.
    pub seconds: u16,
}

impl RateLimit {
    /// A limit that counts, together with other servers where there may be some, or one that lets everything pass.
    #[must_use]
    pub fn new(on: bool, shared: Option<SharedCounts>) -> Self {
        // An entry may be forgotten when none of its calls counts any more.
        let callers = || Cache::builder().max_capacity(MOST_CALLERS).time_to_idle(MINUTE + LOOK).build();
        Self { callers: on.then(callers), hasher: RandomState::new(), shared }
    }

    /// Counts a request of `caller` for `operation`, of which there may be `most` a minute. Callers are kept as hashes, so that
    /// no credential stays in memory.
    pub(crate) async fn count(&self, operation: &str, caller: &str, most: u32) -> Result<(), Wait> {
        let Some(callers) = &self.callers else { return Ok(()) };
        let key = self.hasher.hash_one((operation, caller));
        let shared = self.shared.as_ref();
        let name = || shared.map(|shared| shared.name(operation, caller)).unwrap_or_default();
        let begin = || Arc::new(Counted { name: name(), window: Mutex::default() });
        let counted = callers.get_with(key, begin);
        let servers = shared.map_or(1, |shared| shared.peers.count());
        let mut decision = counted.window().count(most, servers, Instant::now());
        if let (Decision::Ask, Some(shared)) = (decision, shared) {
            decision = shared.ask(&counted, most).await.unwrap_or(Decision::Pass);
        }
        match decision {
            Decision::Pass | Decision::Ask => Ok(()),
            Decision::Wait(left) => Err(Wait::of(left)),
        }
    }

    /// Tells servers that come what was counted before, and removes what is old, until `stopped` is over.
    pub async fn share(&self, stopped: impl Future) {
        let (Some(callers), Some(shared)) = (&self.callers, &self.shared) else { return };
        let mut stopped = pin!(stopped);
        let (mut ticks, mut servers, mut forgotten) = (interval(LOOK), 1, Instant::now());
        loop {
            let work = async {
                let before = std::mem::replace(&mut servers, shared.peers.count());
                if before < servers {
                    shared.tell_all(callers).await?;
                }
                if forgotten.elapsed() > MINUTE {
                    forgotten = Instant::now();
                    shared.counts.forget_calls().await?;
                }
                Ok::<_, Unavailable>(())
            };
            tokio::select! {
                done = work => if let Err(error) = done {
                    tracing::debug!(error = %Chain(&error), "counts of calls are not shared");
                },
                _ = &mut stopped => return,
            }
            tokio::select! {
                _ = ticks.tick() => {}
                _ = &mut stopped => return,
            }
        }
    }
}

impl SharedCounts {
    fn name(&self, operation: &str, caller: &str) -> String {
        self.hash.hash(Purpose::Caller, &format!("{operation}\n{caller}"))
    }

    /// Has the store decide about a call of one who may make `most`.
    async fn ask(&self, counted: &Counted, most: u32) -> Result<Decision, Unavailable> {
        let told = counted.window().tell();
        let answer = self.counts.count_calls(&counted.name, NewCalls { passed: told, asked: 1, most }).await;
        let mut window = counted.window();
        match answer {
            Ok(answer) => Ok(window.hear(&answer, most, Instant::now())),
            Err(error) => {
                window.tell_again(told);
                window.pass(Instant::now());
                Err(error)
            }
        }
    }

    /// Tells what was counted while there was nobody to be told.
    async fn tell_all(&self, callers: &Cache<u64, Arc<Counted>>) -> Result<(), Unavailable> {
        for (_, counted) in callers {
            let told = counted.window().tell();
            if told > 0 {
                self.counts.count_calls(&counted.name, NewCalls { passed: told, asked: 0, most: 0 }).await?;
            }
        }
        Ok(())
    }
}

impl Counted {
    fn window(&self) -> MutexGuard<'_, Window> {
        self.window.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wait {
    fn of(left: Duration) -> Self {
        let seconds = left.as_secs() + u64::from(left.subsec_nanos() > 0);
        Self { seconds: u16::try_from(seconds).unwrap_or(u16::MAX).clamp(1, 60) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_operation_and_caller_has_its_own_count() {
        let limit = RateLimit::new(true, None);
        for _ in 0..3 {
            assert_eq!(limit.count("get", "a", 3).await, Ok(()));
        }
        let wait = limit.count("get", "a", 3).await.unwrap_err();
        assert!((1..=60).contains(&wait.seconds), "{wait:?}");
        assert_eq!(limit.count("list", "a", 3).await, Ok(()));
        assert_eq!(limit.count("get", "b", 3).await, Ok(()));
        assert_eq!(RateLimit::new(false, None).count("get", "a", 0).await, Ok(()));
    }
}
