//! Subscriptions, and what is stored of deliveries, in memory.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use profile_domain::{
    change::ChangeRecord,
    operator::{Subscription, SubscriptionId, SubscriptionStatus},
};
use profile_ports::{
    CommitError, Deliveries, DeliveryAttempt, DeliveryChange, Flush, Follower, Followers, KeyedResponse,
    Page, SubscriptionChange, Subscriptions, Unavailable, WaitingDelivery,
};
use uuid::Uuid;

use super::store::{MemoryStore, State};

impl State {
    /// The subscription, with how its deliveries go.
    fn subscription(&self, id: &SubscriptionId) -> Option<Subscription> {
        let (stored, follower) = (self.subscriptions.get(id)?, self.followers.get(id.as_str())?);
        Some(Subscription {
            revision: follower.revision,
            status: follower.status,
            position: follower.position,
            failing_since: follower.failing_since,
            ..stored.clone()
        })
    }
}

fn follower(id: &str, position: Option<Uuid>) -> Follower {
    Follower {
        id: id.to_owned(),
        revision: 0,
        status: SubscriptionStatus::Active,
        position,
        failing_since: None,
        server: None,
        beat: 0,
    }
}

#[async_trait]
impl Subscriptions for MemoryStore {
    async fn add_subscription(
        &self,
        subscription: &Subscription,
        reply: Option<&KeyedResponse>,
    ) -> Result<bool, CommitError> {
        let mut state = self.state();
        if state.is_used(reply) {
            return Ok(false);
        }
        let Subscription { id, position, revision, status, failing_since, .. } = subscription;
        if state.subscriptions.contains_key(id) {
            return Err(Unavailable::database("there is a subscription with this id").into());
        }
        let (revision, status, failing_since) = (*revision, *status, *failing_since);
        let new = Follower { revision, status, failing_since, ..follower(id.as_str(), *position) };
        state.subscriptions.insert(id.clone(), subscription.clone());
        state.followers.insert(id.to_string(), new);
        state.keep_reply(reply);
        Ok(true)
    }

    async fn find_subscription(&self, id: &SubscriptionId) -> Result<Option<Subscription>, Unavailable> {
        Ok(self.state().subscription(id))
    }

    async fn list_subscriptions(
        &self,
        page: Page<&SubscriptionId>,
    ) -> Result<Vec<Subscription>, Unavailable> {
        let state = self.state();
        let later = state.subscriptions.keys().filter(|id| page.after.is_none_or(|after| *id > after));
        Ok(later.filter_map(|id| state.subscription(id)).take(page.limit as usize).collect())
    }

    async fn replace_subscription(
        &self,
        change: &SubscriptionChange,
        reply: Option<&KeyedResponse>,
    ) -> Result<bool, CommitError> {
        let SubscriptionChange { next, deliveries } = change;
        let mut state = self.state();
        let id = &next.id;
        let is_so = state.subscription(id).is_some_and(|stored| stored.revision == next.revision);
        if !is_so || state.is_used(reply) {
            return Ok(false);
        }
        state.subscriptions.insert(id.clone(), next.clone());
        let follower = state.followers.get_mut(id.as_str()).expect("it was found");
        follower.revision += 1;
        match *deliveries {
            DeliveryChange::Keep => {}
            DeliveryChange::Disable => follower.status = SubscriptionStatus::Disabled,
            DeliveryChange::Resume => {
                (follower.status, follower.failing_since) = (SubscriptionStatus::Active, None);
                for ((of, _), waiting) in &mut state.waiting_deliveries {
                    if of == id.as_str() {
                        waiting.attempts = 0;
                        (waiting.first_attempt_at, waiting.next_attempt_at) = (None, None);
                    }
                }
            }
            DeliveryChange::Replay(position) => {
                follower.position = follower.position.min(position);
                follower.server = None;
                let is_behind = |change: Uuid| position.is_none_or(|position| change > position);
                state.waiting_deliveries.retain(|(of, change), _| of != id.as_str() || !is_behind(*change));
            }
        }
        state.keep_reply(reply);
        Ok(true)
    }

    async fn remove_subscription(
        &self,
        subscription: &Subscription,
        reply: Option<&KeyedResponse>,
    ) -> Result<bool, CommitError> {
        let Subscription { id, revision, .. } = subscription;
        let mut state = self.state();
        let is_so = state.subscription(id).is_some_and(|stored| stored.revision == *revision);
        if !is_so || state.is_used(reply) {
            return Ok(false);
        }
        state.subscriptions.remove(id);
        state.followers.remove(id.as_str());
        state.waiting_deliveries.retain(|(of, _), _| of != id.as_str());
        state.delivery_attempts.retain(|(of, _), _| of != id.as_str());
        state.keep_reply(reply);
        Ok(true)
    }
}

#[async_trait]
impl Followers for MemoryStore {
    async fn add_follower(&self, id: &str, position: Option<Uuid>) -> Result<bool, Unavailable> {
        let mut state = self.state();
        let is_new = !state.followers.contains_key(id);
        state.followers.entry(id.to_owned()).or_insert_with(|| follower(id, position));
        Ok(is_new)
    }

    async fn list_followers(&self) -> Result<Vec<Follower>, Unavailable> {
        Ok(self.state().followers.values().cloned().collect())
    }

    async fn serve_follower(&self, id: &str, server: Option<Uuid>, beat: i64) -> Result<bool, Unavailable> {
        let mut state = self.state();
        let Some(follower) = state.followers.get_mut(id).filter(|follower| follower.beat == beat) else {
            return Ok(false);
        };
        (follower.server, follower.beat) = (server, beat + 1);
        Ok(true)
    }
}

#[async_trait]
impl Deliveries for MemoryStore {
    async fn waiting_deliveries(&self, follower: &str) -> Result<Vec<WaitingDelivery>, Unavailable> {
        let state = self.state();
        let waiting = state.waiting_deliveries.iter().filter(|((of, _), _)| of == follower);
        Ok(waiting.map(|(_, waiting)| waiting.clone()).collect())
    }

    async fn flush_deliveries(&self, flush: &Flush) -> Result<bool, Unavailable> {
        let Flush { follower, server, revision, position, status, failing_since, .. } = flush;
        let mut state = self.state();
        let stored = state.followers.get_mut(follower);
        let is_so = |stored: &&mut Follower| stored.server == Some(*server) && stored.revision == *revision;
        let Some(stored) = stored.filter(is_so) else { return Ok(false) };
        (stored.position, stored.status, stored.failing_since) = (*position, *status, *failing_since);
        stored.beat += 1;
        for change in &flush.finished {
            state.waiting_deliveries.remove(&(follower.clone(), *change));
        }
        let place = |id: Uuid| (follower.clone(), id);
        state.waiting_deliveries.extend(flush.waiting.iter().map(|one| (place(one.change), one.clone())));
        state.delivery_attempts.extend(flush.attempts.iter().map(|one| (place(one.id), one.clone())));
        Ok(true)
    }

    async fn list_deliveries(
        &self,
        id: &SubscriptionId,
        page: Page<Uuid>,
    ) -> Result<Vec<DeliveryAttempt>, Unavailable> {
        let state = self.state();
        let of_id = state.delivery_attempts.iter().rev().filter(|((of, attempt), _)| {
            of == id.as_str() && page.after.is_none_or(|before| *attempt < before)
        });
        Ok(of_id.take(page.limit as usize).map(|(_, attempt)| attempt.clone()).collect())
    }

    async fn remove_deliveries(&self, kept_since: DateTime<Utc>) -> Result<usize, Unavailable> {
        let mut state = self.state();
        let before = state.delivery_attempts.len();
        state.delivery_attempts.retain(|_, attempt| attempt.at >= kept_since);
        Ok(before - state.delivery_attempts.len())
    }

    async fn changes_by_id(&self, ids: &[Uuid]) -> Result<Vec<ChangeRecord>, Unavailable> {
        let state = self.state();
        Ok(state.changes.iter().filter(|change| ids.contains(&change.id)).cloned().collect())
    }
}
