//! Sends what may be sent, and takes up more from the log.

use std::{collections::HashMap, sync::Arc, time::Duration};

use profile_domain::change::ChangeRecord;
use profile_ports::{Page, Unavailable};
use tokio::time::Instant;
use uuid::Uuid;

use super::{
    event::event_kind,
    worker::{Sent, Worker},
};

/// Changes that are taken up at once.
const BATCH: u32 = 128;
/// How long the log is left alone where it has nothing, though it should.
const WHILE_EMPTY: Duration = Duration::from_millis(100);

impl Worker {
    /// Sends what is due, and what follows in the log, as far as requests may be open.
    pub(super) async fn launch(&mut self) -> Result<(), Unavailable> {
        let due = self.queue.take_due(self.real_now(), self.free());
        if !due.is_empty() {
            let changes = match self.read_due(&due).await {
                Ok(Some(changes)) => changes,
                other => {
                    self.give_back(&due);
                    return other.map(drop);
                }
            };
            let mut changes: HashMap<Uuid, ChangeRecord> =
                changes.into_iter().map(|change| (change.id, change)).collect();
            self.drop_missing(&due, &changes);
            self.send_all(&due, &mut changes).await?;
        }
        if self.free() > 0 && self.is_behind() && !self.queue.is_full() && !self.is_stale {
            self.take_up().await?;
        }
        Ok(())
    }

    /// Returns changes as the log has them now: what was erased while it waited goes out erased. `None` if the subscription has
    /// changed.
    async fn read_due(&mut self, due: &[Uuid]) -> Result<Option<Vec<ChangeRecord>>, Unavailable> {
        let changes = self.delivery.store.changes_by_id(due).await?;
        Ok(self.is_current().await?.then_some(changes))
    }

    /// Whether nobody has changed the subscription, so that nothing goes where it should not go any more. If somebody has, it is
    /// read again before anything else is sent.
    async fn is_current(&mut self) -> Result<bool, Unavailable> {
        let stored = self.delivery.store.find_subscription(&self.subscription.id).await?;
        self.is_stale = stored.is_none_or(|stored| stored.revision != self.subscription.revision);
        Ok(!self.is_stale)
    }

    /// Takes up the next changes of the log and sends them, as far as requests may be open; the others wait.
    async fn take_up(&mut self) -> Result<(), Unavailable> {
        let changes = self.delivery.store.changes_behind(Page { after: self.position, limit: BATCH }).await?;
        if changes.is_empty() {
            self.rests_until = Some(Instant::now() + WHILE_EMPTY);
        }
        if !changes.is_empty() && !self.is_current().await? {
            return Ok(());
        }
        let now = self.real_now();
        let mut fresh = HashMap::new();
        for change in changes {
            if self.queue.is_full() {
                break;
            }
            self.position = Some(change.id);
            if self.filter.matches(&change) {
                self.queue.add(&change, now);
                fresh.insert(change.id, change);
            }
        }
        let due = self.queue.take_due(now, self.free());
        self.send_all(&due, &mut fresh).await
    }

    /// Sends those of `due` that are among `changes`, and gives back the others; after a failure all that were not sent.
    async fn send_all(
        &mut self,
        due: &[Uuid],
        changes: &mut HashMap<Uuid, ChangeRecord>,
    ) -> Result<(), Unavailable> {
        for (index, id) in due.iter().enumerate() {
            let sent = if let Some(change) = changes.remove(id) {
                self.send(&change).await
            } else {
                self.give_back(&[*id]);
                Ok(())
            };
            if let Err(error) = sent {
                self.give_back(due.get(index..).unwrap_or_default());
                return Err(error);
            }
        }
        Ok(())
    }

    async fn send(&mut self, change: &ChangeRecord) -> Result<(), Unavailable> {
        let kind = event_kind(&*self.delivery.store, change).await?;
        let body = self.delivery.events.change(change, kind, self.subscription.values);
        let (id, at) = (self.delivery.ids.request(), self.real_now());
        let request = self.target.request(change.id, body, self.delivery.clock.now(), at);
        let (sender, change) = (Arc::clone(&self.delivery.sender), change.id);
        self.sends.spawn(async move { Sent { id, change, at, attempt: sender.send(request).await } });
        Ok(())
    }

    fn give_back(&mut self, ids: &[Uuid]) {
        let now = self.real_now();
        for id in ids {
            self.queue.offer(*id, now);
        }
    }

    /// Lets go of what is not in the log, which never forgets: only a store that was exchanged has such.
    fn drop_missing(&mut self, due: &[Uuid], changes: &HashMap<Uuid, ChangeRecord>) {
        let now = self.real_now();
        for id in due.iter().filter(|id| !changes.contains_key(*id)) {
            tracing::warn!(change = %id, "a change that waits for its delivery is not in the log");
            self.queue.finish(*id, now);
        }
    }
}
