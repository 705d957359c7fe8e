//! An operator waits for the next changes of all records (operator API page, section 9).

use std::{sync::Arc, time::Duration};

use profile_domain::{change::ChangeRecord, operator::ChangeFilter};
use profile_ports::{Store, Unavailable};
use tokio::time::{sleep, timeout};
use uuid::Uuid;

use super::{ChangePage, list_changes};
use crate::{
    FeedHub,
    feed_hub::{Received, Subscription},
};

/// How long a follower rests where the store has not yet closed what the reader of the log has seen.
const BEHIND: Duration = Duration::from_millis(50);

/// Goes through the log from a position on, and waits at its end.
pub struct ChangeFollower {
    store: Arc<dyn Store>,
    hub: Arc<FeedHub>,
    filter: ChangeFilter,
    /// Everything up to here was returned, or does not match.
    position: Uuid,
    subscription: Option<Subscription>,
}

impl ChangeFollower {
    /// Returns a follower that begins behind `position`.
    #[must_use]
    pub const fn new(store: Arc<dyn Store>, hub: Arc<FeedHub>, filter: ChangeFilter, position: Uuid) -> Self {
        Self { store, hub, filter, position, subscription: None }
    }

    /// Returns the next changes that match, of the store at most `limit`; none of them where a long part of the log holds no
    /// such change. `None`: the server stops. Whoever stops waiting loses no change.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn next(&mut self, limit: u32) -> Result<Option<Vec<Arc<ChangeRecord>>>, Unavailable> {
        loop {
            if self.hub.is_closed() {
                return Ok(None);
            }
            if let Some(subscription) = &mut self.subscription
                && self.position >= subscription.from()
            {
                match subscription.receive().await {
                    Received::Changes(batch) => {
                        if let Some(fresh) = self.take(&batch) {
                            return Ok(Some(fresh));
                        }
                    }
                    Received::Missed => self.subscription = None,
                    Received::Closed => return Ok(None),
                }
                continue;
            }
            let page = list_changes(&*self.store, &self.filter, self.position, limit).await?;
            self.position = page.next;
            if !page.changes.is_empty() || !page.is_end {
                return Ok(Some(page.changes));
            }
            if self.subscription.is_some() {
                sleep(BEHIND).await;
            } else {
                self.subscription = self.hub.subscribe(&self.filter).await;
            }
        }
    }

    /// Returns at most `limit` of the next changes, or an empty page after `wait` or when the server stops.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn page(mut self, limit: u32, wait: Duration) -> Result<ChangePage, Unavailable> {
        let mut changes = timeout(wait, self.matching(limit)).await.unwrap_or(Ok(Vec::new()))?;
        if changes.len() > limit as usize {
            changes.truncate(limit as usize);
            self.subscription = None;
            self.position = changes.last().map_or(self.position, |last| last.id);
        }
        Ok(ChangePage { changes, next: self.position(), is_end: false })
    }

    /// Returns the next changes, however long the part of the log is that holds none; empty when the server stops.
    async fn matching(&mut self, limit: u32) -> Result<Vec<Arc<ChangeRecord>>, Unavailable> {
        while let Some(changes) = self.next(limit).await? {
            if !changes.is_empty() {
                return Ok(changes);
            }
        }
        Ok(Vec::new())
    }

    /// Takes what lies behind the position; what lies before it was read from the store.
    fn take(&mut self, batch: &[Arc<ChangeRecord>]) -> Option<Vec<Arc<ChangeRecord>>> {
        let fresh: Vec<_> = batch.iter().filter(|change| change.id > self.position).cloned().collect();
        self.position = fresh.last()?.id;
        Some(fresh)
    }

    /// Returns the position up to which everything was returned or does not match.
    pub fn position(&mut self) -> Uuid {
        if let Some(subscription) = self.subscription.as_ref().filter(|one| self.position >= one.from())
            && let Some(quiet) = self.hub.quiet_until(subscription)
        {
            self.position = self.position.max(quiet);
        }
        self.position
    }
}
