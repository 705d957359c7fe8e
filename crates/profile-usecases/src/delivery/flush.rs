//! Stores what has happened, and follows what an administrator has changed meanwhile.

use std::sync::Arc;

use profile_domain::operator::{Subscription, SubscriptionStatus};
use profile_ports::{Flush, Unavailable};
use tokio::{task::JoinSet, time::Instant};

use super::{
    report,
    target::{Target, filter_of},
    worker::{Worker, stored_queue},
};

impl Worker {
    /// Stores what has happened. Returns whether this server still is the one that delivers.
    pub(super) async fn flush(&mut self) -> Result<bool, Unavailable> {
        let begun = Instant::now();
        let (waiting, finished) = self.queue.unsaved();
        let (status, since) = (self.status(), self.subscription.failing_since);
        let failing_since = match status {
            SubscriptionStatus::Active => None,
            SubscriptionStatus::Failing => since.or_else(|| Some(self.real_now())),
            SubscriptionStatus::Disabled => since,
        };
        let position = self.position;
        let flush = Flush {
            follower: self.subscription.id.to_string(),
            server: self.server,
            revision: self.subscription.revision,
            position,
            status,
            failing_since,
            waiting,
            finished,
            attempts: self.attempts.clone(),
        };
        if !self.delivery.store.flush_deliveries(&flush).await? {
            return self.reload().await;
        }
        self.flushed_at = begun;
        self.queue.saved();
        self.attempts.clear();
        if status != self.subscription.status {
            report::status_turned(&self.subscription, status);
        }
        let subscription = &mut self.subscription;
        (subscription.position, subscription.status, subscription.failing_since) =
            (position, status, failing_since);
        self.report();
        Ok(true)
    }

    fn report(&self) {
        report::backlog(
            self.subscription.id.as_str(),
            self.queue.len(),
            self.queue.first(),
            self.delivery.clock.now(),
        );
    }

    /// Reads the subscription again, because it is not what it was. Returns whether this server still is the one that delivers.
    async fn reload(&mut self) -> Result<bool, Unavailable> {
        let id = self.subscription.id.clone();
        if self.delivery.own_follower(id.as_str(), self.server).await?.is_none() {
            return Ok(false);
        }
        let Some(stored) = self.delivery.store.find_subscription(&id).await? else { return Ok(false) };
        let target = Arc::new(Target::open(&*self.delivery.vault, &stored)?);
        let goes_on = stored.position == self.subscription.position
            && (stored.status == self.subscription.status || stored.status == SubscriptionStatus::Disabled);
        if goes_on {
            self.is_disabled |= stored.status == SubscriptionStatus::Disabled;
        } else if !self.begin_anew(&stored).await? {
            // It has changed again.
            return Ok(true);
        }
        self.filter = filter_of(&stored);
        self.target = target;
        self.subscription = stored;
        self.is_stale = false;
        Ok(true)
    }

    /// Goes on from what the store has: changes are to be sent again. Returns whether the store has learned what was tried until
    /// now; if not, the subscription has changed again.
    async fn begin_anew(&mut self, stored: &Subscription) -> Result<bool, Unavailable> {
        let Self { delivery, attempts, server, queue, .. } = self;
        self.sends = JoinSet::new();
        let flush = Flush {
            follower: stored.id.to_string(),
            server: *server,
            revision: stored.revision,
            position: stored.position,
            status: stored.status,
            failing_since: stored.failing_since,
            waiting: Vec::new(),
            finished: queue.finished(),
            attempts: attempts.clone(),
        };
        if !delivery.store.flush_deliveries(&flush).await? {
            return Ok(false);
        }
        attempts.clear();
        let fresh = stored_queue(delivery, &stored.id).await?;
        (*queue, self.last_success) = (fresh.queue, fresh.last_success);
        self.position = stored.position;
        if stored.status != self.subscription.status {
            self.paused_until = None;
        }
        self.is_disabled = stored.status == SubscriptionStatus::Disabled;
        Ok(true)
    }
}
