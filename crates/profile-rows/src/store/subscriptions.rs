//! Subscriptions, and what is stored of deliveries to them.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use profile_domain::{
    change::ChangeRecord,
    operator::{Subscription, SubscriptionId},
};
use profile_ports::{
    CommitError, Deliveries, DeliveryAttempt, Flush, Follower, Followers, KeyedResponse, Page,
    SubscriptionChange, Subscriptions, Unavailable, WaitingDelivery,
};
use uuid::Uuid;

use crate::{SqlStore, delivery, engine::Engine, follower, subscription};

#[async_trait]
impl<E: Engine> Subscriptions for SqlStore<E> {
    async fn add_subscription(
        &self,
        subscription: &Subscription,
        reply: Option<&KeyedResponse>,
    ) -> Result<bool, CommitError> {
        subscription::add_subscription(self.engine(), subscription, reply).await
    }

    async fn find_subscription(&self, id: &SubscriptionId) -> Result<Option<Subscription>, Unavailable> {
        subscription::find_subscription(self.engine(), id).await
    }

    async fn list_subscriptions(
        &self,
        page: Page<&SubscriptionId>,
    ) -> Result<Vec<Subscription>, Unavailable> {
        subscription::list_subscriptions(self.engine(), page).await
    }

    async fn replace_subscription(
        &self,
        change: &SubscriptionChange,
        reply: Option<&KeyedResponse>,
    ) -> Result<bool, CommitError> {
        subscription::replace_subscription(self.engine(), change, reply).await
    }

    async fn remove_subscription(
        &self,
        subscription: &Subscription,
        reply: Option<&KeyedResponse>,
    ) -> Result<bool, CommitError> {
        subscription::remove_subscription(self.engine(), subscription, reply).await
    }
}

#[async_trait]
impl<E: Engine> Followers for SqlStore<E> {
    async fn add_follower(&self, id: &str, position: Option<Uuid>) -> Result<bool, Unavailable> {
        follower::add_follower(self.engine(), id, position).await
    }

    async fn list_followers(&self) -> Result<Vec<Follower>, Unavailable> {
        follower::list_followers(self.engine()).await
    }

    async fn serve_follower(&self, id: &str, server: Option<Uuid>, beat: i64) -> Result<bool, Unavailable> {
        follower::serve_follower(self.engine(), id, server, beat).await
    }
}

#[async_trait]
impl<E: Engine> Deliveries for SqlStore<E> {
    async fn waiting_deliveries(&self, follower: &str) -> Result<Vec<WaitingDelivery>, Unavailable> {
        delivery::waiting_deliveries(self.engine(), follower).await
    }

    async fn flush_deliveries(&self, flush: &Flush) -> Result<bool, Unavailable> {
        delivery::flush_deliveries(self.engine(), flush).await
    }

    async fn list_deliveries(
        &self,
        id: &SubscriptionId,
        page: Page<Uuid>,
    ) -> Result<Vec<DeliveryAttempt>, Unavailable> {
        delivery::list_deliveries(self.engine(), id, page).await
    }

    async fn remove_deliveries(&self, kept_since: DateTime<Utc>) -> Result<usize, Unavailable> {
        delivery::remove_deliveries(self.engine(), kept_since).await
    }

    async fn changes_by_id(&self, ids: &[Uuid]) -> Result<Vec<ChangeRecord>, Unavailable> {
        delivery::changes_by_id(self.engine(), ids).await
    }
}
