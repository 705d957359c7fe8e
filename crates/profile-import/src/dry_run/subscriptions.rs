//! The part of a dry run that is about subscriptions: what is stored is read, and nothing is written or delivered.

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

use super::DryStore;

#[async_trait]
impl Subscriptions for DryStore {
    async fn add_subscription(
        &self,
        _subscription: &Subscription,
        _reply: Option<&KeyedResponse>,
    ) -> Result<bool, CommitError> {
        Ok(true)
    }

    async fn find_subscription(&self, id: &SubscriptionId) -> Result<Option<Subscription>, Unavailable> {
        self.inner.find_subscription(id).await
    }

    async fn list_subscriptions(
        &self,
        page: Page<&SubscriptionId>,
    ) -> Result<Vec<Subscription>, Unavailable> {
        self.inner.list_subscriptions(page).await
    }

    async fn replace_subscription(
        &self,
        _change: &SubscriptionChange,
        _reply: Option<&KeyedResponse>,
    ) -> Result<bool, CommitError> {
        Ok(true)
    }

    async fn remove_subscription(
        &self,
        _subscription: &Subscription,
        _reply: Option<&KeyedResponse>,
    ) -> Result<bool, CommitError> {
        Ok(true)
    }
}

/// Nobody follows the log for a dry run.
#[async_trait]
impl Followers for DryStore {
    async fn add_follower(&self, _id: &str, _position: Option<Uuid>) -> Result<bool, Unavailable> {
        Ok(false)
    }

    async fn list_followers(&self) -> Result<Vec<Follower>, Unavailable> {
        self.inner.list_followers().await
    }

    async fn serve_follower(
        &self,
        _id: &str,
        _server: Option<Uuid>,
        _beat: i64,
    ) -> Result<bool, Unavailable> {
        Ok(false)
    }
}

#[async_trait]
impl Deliveries for DryStore {
    async fn waiting_deliveries(&self, follower: &str) -> Result<Vec<WaitingDelivery>, Unavailable> {
        self.inner.waiting_deliveries(follower).await
    }

    async fn flush_deliveries(&self, _flush: &Flush) -> Result<bool, Unavailable> {
        Ok(false)
    }

    async fn list_deliveries(
        &self,
        id: &SubscriptionId,
        page: Page<Uuid>,
    ) -> Result<Vec<DeliveryAttempt>, Unavailable> {
        self.inner.list_deliveries(id, page).await
    }

    async fn remove_deliveries(&self, _kept_since: DateTime<Utc>) -> Result<usize, Unavailable> {
        Ok(0)
    }

    async fn changes_by_id(&self, ids: &[Uuid]) -> Result<Vec<ChangeRecord>, Unavailable> {
        self.inner.changes_by_id(ids).await
    }
}
