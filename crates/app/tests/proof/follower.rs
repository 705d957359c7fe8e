//! A receiver that fails at times, and the subscription that leads to it.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use serde_json::Value;
use tokio::time::sleep;

use crate::{
    arrived::{Arrived, text},
    fleet::{Fleet, any, milliseconds},
    gate::{Gate, Line},
    support::receiver::{Receiver, status},
};

/// A receiver behind a gate, and the subscription that leads there.
pub struct Follower {
    receiver: Receiver,
    pub gate: Gate,
    is_failing: Arc<AtomicBool>,
    /// The ids that it has said yes to.
    accepted: Arc<Mutex<BTreeSet<String>>>,
    /// As it was made.
    pub subscription: Value,
}

impl Follower {
    pub async fn subscribe(fleet: &Fleet, mut subscription: Value) -> Self {
        let (is_failing, accepted) = (Arc::new(AtomicBool::new(false)), Arc::<Mutex<BTreeSet<_>>>::default());
        let (fails, kept) = (Arc::clone(&is_failing), Arc::clone(&accepted));
        let receiver = Receiver::answering(move |one, _| {
            if fails.load(Ordering::SeqCst) {
                // The other answer is none of HTTP, and ends the connection.
                return if any(2) == 0 { status(500) } else { "nonsense\r\n\r\n".to_owned() };
            }
            kept.lock().unwrap().insert(one.header("webhook-id").to_owned());
            status(204)
        })
        .await;
        let address = receiver.url.strip_prefix("http://").and_then(|url| url.strip_suffix("/hook"));
        let gate = Gate::before(address.unwrap().parse().unwrap());
        subscription["url"] = format!("http://{}/hook", gate.address).into();
        let made = fleet.call("POST", "/subscriptions").json(&subscription).send().await.unwrap();
        assert_eq!(made.status(), 201);
        Self { receiver, gate, is_failing, accepted, subscription: made.json().await.unwrap() }
    }

    /// Refuses connections, or hangs, or fails, for a while.
    pub async fn disturb(&self) {
        match any(3) {
            0 => self.gate.set(Line::Cut),
            1 => self.gate.set(Line::Held),
            _ => self.is_failing.store(true, Ordering::SeqCst),
        }
        sleep(milliseconds(500, 1000)).await;
        self.gate.set(Line::Open);
        self.is_failing.store(false, Ordering::SeqCst);
    }

    /// The changes that it must be told of, of all in the log.
    pub fn expected<'a>(&self, log: &'a [Value], is_told: impl Fn(&Value) -> bool) -> Vec<&'a Value> {
        let start = text(&self.subscription, "position");
        log.iter().filter(|change| text(change, "id") > start && is_told(change)).collect()
    }

    /// How many of these it has not accepted; one more while the service still has something to do for it.
    pub async fn missing(&self, fleet: &Fleet, expected: &[&Value], last: &str) -> usize {
        let path = format!("/subscriptions/{}", text(&self.subscription, "id"));
        let shown: Value = fleet.call("GET", &path).send().await.unwrap().json().await.unwrap();
        let is_done = shown["status"] == "active" && text(&shown, "position") >= last;
        let accepted = self.accepted.lock().unwrap();
        let missing = expected.iter().filter(|change| !accepted.contains(text(change, "id"))).count();
        missing + usize::from(!is_done)
    }

    pub fn arrived(&self) -> Arrived {
        let all = self.receiver.everything();
        all.iter().map(|one| (one.header("webhook-id").to_owned(), one.json())).collect()
    }
}
