//! Calls of operator keys that stay open: at most so many of each key, and none for long after the key was ended.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use profile_domain::operator::OperatorKeyId;
use profile_ports::Chain;
use profile_usecases::Ports;
use tokio::{sync::watch, time::sleep};

/// Most open waits, streams and exports of one key (operator API page, section 13).
pub(crate) const MAX_OF_KEY: usize = 16;
/// How often keys of open calls are looked at: what is open ends within five seconds after its key (operator API page, section 2).
const CHECK: Duration = Duration::from_secs(2);

/// Counts open calls by key. Clones count together.
#[derive(Clone, Default)]
pub struct OpenCalls(Arc<Mutex<HashMap<OperatorKeyId, OfKey>>>);

/// The open calls of one key.
struct OfKey {
    count: usize,
    /// Tells them that the key was revoked or has expired.
    is_ended: watch::Sender<bool>,
}

/// An open call; dropping it gives its place back.
pub(crate) struct OpenCall {
    calls: OpenCalls,
    key: OperatorKeyId,
    what: &'static str,
    is_ended: watch::Receiver<bool>,
}

impl OpenCalls {
    /// Takes a place among the calls of a key; `None` if there are too many. `what` is the call's label in the metrics.
    pub(crate) fn open(&self, key: &OperatorKeyId, what: &'static str) -> Option<OpenCall> {
        let mut keys = self.keys();
        let of_key =
            keys.entry(key.clone()).or_insert_with(|| OfKey { count: 0, is_ended: watch::channel(false).0 });
        if of_key.count >= MAX_OF_KEY {
            return None;
        }
        of_key.count += 1;
        let is_ended = of_key.is_ended.subscribe();
        gauge(what).increment(1.0);
        Some(OpenCall { calls: self.clone(), key: key.clone(), what, is_ended })
    }

    /// Ends the calls of keys that are revoked or have expired, as long as it is polled.
    pub(crate) async fn watch_keys(&self, ports: &Ports) {
        loop {
            let keys: Vec<OperatorKeyId> = self.keys().keys().cloned().collect();
            for key in keys {
                match ports.store.find_operator_key(&key).await {
                    Ok(Some(found)) if found.is_alive(ports.clock.now()) => {}
                    Ok(_) => self.end(&key),
                    // What is open gets nothing of a store that does not answer.
                    Err(error) => {
                        tracing::warn!(error = %Chain(&error), "the keys of open calls could not be checked");
                        break;
                    }
                }
            }
            sleep(CHECK).await;
        }
    }

    fn end(&self, key: &OperatorKeyId) {
        if let Some(of_key) = self.keys().get(key) {
            of_key.is_ended.send_replace(true);
        }
    }

    fn keys(&self) -> MutexGuard<'_, HashMap<OperatorKeyId, OfKey>> {
        // Nothing in here panics half-way.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OpenCall {
    /// Returns whether the key was revoked or has expired.
    pub(crate) fn is_key_ended(&self) -> bool {
        *self.is_ended.borrow()
    }

    /// Waits until the key is revoked or has expired.
    pub(crate) async fn key_ended(&self) {
        // The sender stays as long as this call has its place.
        self.is_ended.clone().wait_for(|is_ended| *is_ended).await.ok();
    }
}

impl Drop for OpenCall {
    fn drop(&mut self) {
        gauge(self.what).decrement(1.0);
        let mut keys = self.calls.keys();
        if let Some(of_key) = keys.get_mut(&self.key) {
            of_key.count -= 1;
            if of_key.count == 0 {
                keys.remove(&self.key);
            }
        }
    }
}

fn gauge(what: &'static str) -> metrics::Gauge {
    metrics::gauge!("profile_operator_open_calls", "call" => what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(letter: char) -> OperatorKeyId {
        OperatorKeyId::try_from(format!("opk_{}", letter.to_string().repeat(14)).as_str()).unwrap()
    }

    #[test]
    fn each_key_has_its_places_and_gets_them_back() {
        let calls = OpenCalls::default();
        let mut open: Vec<OpenCall> =
            (0..MAX_OF_KEY).map(|_| calls.open(&key('a'), "wait").unwrap()).collect();
        assert!(calls.open(&key('a'), "stream").is_none());
        assert!(calls.open(&key('b'), "stream").is_some());
        open.pop();
        assert!(calls.open(&key('a'), "export").is_some());
        drop(open);
        assert!(calls.keys().is_empty(), "a key without open calls takes no room");
    }

    #[tokio::test]
    async fn the_end_of_a_key_reaches_its_calls_alone() {
        let calls = OpenCalls::default();
        let (ended, other) = (calls.open(&key('a'), "wait").unwrap(), calls.open(&key('b'), "wait").unwrap());
        calls.end(&key('a'));
        ended.key_ended().await;
        let waits = tokio::time::timeout(Duration::from_millis(20), other.key_ended()).await;
        assert!(waits.is_err());
    }
}
