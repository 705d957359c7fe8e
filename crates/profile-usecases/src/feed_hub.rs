//! Hands new changes to those who wait for them, so that one reader of the log serves thousands of them.

use std::{
    collections::HashMap,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use profile_domain::{change::ChangeRecord, operator::ChangeFilter};
use tokio::sync::{
    Notify,
    broadcast::{Receiver, Sender, channel, error::RecvError},
};
use uuid::Uuid;

/// How many batches wait for a slow follower before it is sent back to the store.
const WAITING_BATCHES: usize = 16;

/// Changes that match a filter, in the order of the log.
type Batch = Arc<[Arc<ChangeRecord>]>;

/// Where followers of the log meet the one who reads it, see [`watch_feed`](crate::watch_feed).
///
/// Followers with the same filter share a channel. Whoever has nothing to be told sleeps: a change costs one comparison for
/// each filter, however many wait.
#[derive(Default)]
pub struct FeedHub {
    state: Mutex<State>,
    /// Wakes the reader when somebody begins to wait, or the hub is closed.
    wanted: Notify,
    /// Tells that the reader has begun, or that the hub is closed.
    changed: Notify,
}

#[derive(Default)]
struct State {
    /// Up to where the log was handed out; `None` while nobody reads it.
    position: Option<Uuid>,
    waiting: HashMap<ChangeFilter, Sender<Batch>>,
    is_closed: bool,
}

/// The place of a follower; dropping it leaves.
pub(crate) struct Subscription {
    batches: Receiver<Batch>,
    /// Every change behind this position that matches will be received; those before it are in the store.
    from: Uuid,
}

/// What became of waiting.
pub(crate) enum Received {
    /// Changes that match.
    Changes(Batch),
    /// Some were missed, and must be read from the store.
    Missed,
    /// Nothing will follow.
    Closed,
}

impl FeedHub {
    /// Ends all waiting, now and later, because the server stops.
    pub fn close(&self) {
        let mut state = self.state();
        state.is_closed = true;
        // Receivers of a sender that is gone learn it at once.
        state.waiting.clear();
        drop(state);
        self.wanted.notify_one();
        self.changed.notify_waiters();
    }

    /// Waits until nothing will follow.
    pub async fn closed(&self) {
        self.until(|state| state.is_closed.then_some(())).await;
    }

    /// Returns whether nothing will follow.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.state().is_closed
    }

    /// Returns a place once the log is read; `None` if nothing will follow.
    pub(crate) async fn subscribe(&self, filter: &ChangeFilter) -> Option<Subscription> {
        let batches = self.join(filter)?;
        // The inner option is empty where the hub was closed.
        let from =
            self.until(|state| (state.is_closed || state.position.is_some()).then_some(state.position));
        let from = from.await.filter(|_| !self.is_closed())?;
        Some(Subscription { batches, from })
    }

    /// Waits until `look` finds something.
    async fn until<T>(&self, look: impl Fn(&State) -> Option<T>) -> T {
        loop {
            let mut changed = pin!(self.changed.notified());
            // Before the look, so that no change in between is missed.
            changed.as_mut().enable();
            if let Some(found) = look(&self.state()) {
                return found;
            }
            changed.await;
        }
    }

    fn join(&self, filter: &ChangeFilter) -> Option<Receiver<Batch>> {
        let mut state = self.state();
        if state.is_closed {
            return None;
        }
        let batches = if let Some(known) = state.waiting.get(filter) {
            known.subscribe()
        } else {
            let (sender, receiver) = channel(WAITING_BATCHES);
            state.waiting.insert(filter.clone(), sender);
            receiver
        };
        drop(state);
        self.wanted.notify_one();
        Some(batches)
    }

    /// Returns up to where nothing is left to be received by this follower; `None` if something is.
    pub(crate) fn quiet_until(&self, subscription: &Subscription) -> Option<Uuid> {
        let state = self.state();
        state.position.filter(|_| subscription.batches.is_empty())
    }

    /// Waits until somebody waits; false once the hub is closed.
    pub(crate) async fn is_wanted(&self) -> bool {
        loop {
            {
                let mut state = self.state();
                if state.is_closed {
                    return false;
                }
                state.waiting.retain(|_, sender| sender.receiver_count() > 0);
                if !state.waiting.is_empty() {
                    return true;
                }
                // Whoever comes next begins with the newest change.
                state.position = None;
            }
            self.wanted.notified().await;
        }
    }

    /// Returns up to where the log was handed out.
    pub(crate) fn position(&self) -> Option<Uuid> {
        self.state().position
    }

    /// Begins to hand out what is behind `position`.
    pub(crate) fn begin(&self, position: Uuid) {
        self.state().position = Some(position);
        self.changed.notify_waiters();
    }

    /// Hands out the next changes of the log.
    pub(crate) fn publish(&self, changes: Vec<ChangeRecord>) {
        let changes: Vec<Arc<ChangeRecord>> = changes.into_iter().map(Arc::new).collect();
        let Some(last) = changes.last() else { return };
        let mut state = self.state();
        state.position = Some(last.id);
        for (filter, sender) in &state.waiting {
            let matching: Batch = changes.iter().filter(|change| filter.matches(change)).cloned().collect();
            if !matching.is_empty() {
                // Nobody receives it: they have just left.
                sender.send(matching).ok();
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing in here panics half-way.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Subscription {
    /// Returns the position up to which changes must be read from the store.
    pub(crate) const fn from(&self) -> Uuid {
        self.from
    }

    /// Waits for the next changes. Whoever stops waiting loses none.
    pub(crate) async fn receive(&mut self) -> Received {
        match self.batches.recv().await {
            Ok(batch) => Received::Changes(batch),
            Err(RecvError::Lagged(_)) => Received::Missed,
            Err(RecvError::Closed) => Received::Closed,
        }
    }
}
