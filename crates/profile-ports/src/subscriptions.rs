//! Subscriptions, and what is stored of deliveries to them: who delivers, what waits, and what was tried.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use profile_domain::{
    PersonId,
    change::{ChangeRecord, RecordKind},
    operator::{Subscription, SubscriptionId, SubscriptionStatus},
};
use uuid::Uuid;

use crate::{CommitError, KeyedResponse, Page, Unavailable, WebhookError};

/// What becomes of deliveries when an administrator changes a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryChange {
    /// They go on.
    Keep,
    /// They stop: the status is `disabled`.
    Disable,
    /// They go on from where they stopped: the status is `active`, and whatever waits is sent at once, as if it had never been tried;
    /// what was given up, too.
    Resume,
    /// What is behind this position is sent again, everything if it is `None`. The position never moves forward. The server that
    /// delivers is none any more: it may have gone further than is stored, and whoever takes over begins where that is.
    Replay(Option<Uuid>),
}

/// What an administrator makes of a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionChange {
    /// The subscription as it becomes, with the revision at which it was read.
    pub next: Subscription,
    /// What becomes of deliveries. It alone changes status, position and `failing_since`, because whoever delivers changes them
    /// too: those of `next` are passed over.
    pub deliveries: DeliveryChange,
}

/// Subscriptions. They are no part of the change log.
///
/// Each is a follower of the log, named by its id: adding a subscription adds the follower, removing it removes the follower and
/// everything that hangs on it.
#[async_trait]
pub trait Subscriptions: Send + Sync {
    /// Stores a new subscription, and the reply to the request that made it: both or neither. Returns whether the reply's key was
    /// free; if it was not, nothing is stored. A subscription whose id is there is an error.
    ///
    /// # Errors
    /// [`CommitError::Unknown`] and [`CommitError::Unavailable`], as for the other two methods that write.
    async fn add_subscription(
        &self,
        subscription: &Subscription,
        reply: Option<&KeyedResponse>,
    ) -> Result<bool, CommitError>;

    /// Returns the subscription with this id.
    async fn find_subscription(&self, id: &SubscriptionId) -> Result<Option<Subscription>, Unavailable>;

    /// Returns a page of the subscriptions, by the bytes of their ids.
    async fn list_subscriptions(&self, page: Page<&SubscriptionId>)
    -> Result<Vec<Subscription>, Unavailable>;

    /// Replaces a subscription that still is at the revision of `change.next`, raises the revision by one, and stores the reply to
    /// the request in the same step. Returns whether it was done; if not, the subscription has changed or is gone, or the reply's
    /// key was used, and nothing is stored.
    async fn replace_subscription(
        &self,
        change: &SubscriptionChange,
        reply: Option<&KeyedResponse>,
    ) -> Result<bool, CommitError>;

    /// Removes a subscription that still is at the revision of `subscription`, with what waits and was tried, and stores the reply
    /// to the request in the same step. Returns whether it was done, as [`replace_subscription`](Self::replace_subscription) does.
    async fn remove_subscription(
        &self,
        subscription: &Subscription,
        reply: Option<&KeyedResponse>,
    ) -> Result<bool, CommitError>;
}

/// Somebody who takes up changes from the feed: a subscription, or another sink.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Follower {
    /// The id of the subscription, or the name of the sink, which never begins with `sub_`.
    pub id: String,
    /// Counts what administrators do with the subscription.
    pub revision: i64,
    /// How deliveries go.
    pub status: SubscriptionStatus,
    /// Up to where the feed was taken up; `None`: nothing of it was.
    pub position: Option<Uuid>,
    /// Since when something waits for a retry.
    pub failing_since: Option<DateTime<Utc>>,
    /// The one server that delivers; `None`: none does.
    pub server: Option<Uuid>,
    /// Counts up whenever the server shows that it lives or delivers, or another one takes over. No clock is compared: who waits for
    /// a server sees whether this moves.
    pub beat: i64,
}

/// Who follows the feed for whom, one server at a time. Every method may be called by several servers at once.
#[async_trait]
pub trait Followers: Send + Sync {
    /// Adds the follower of a sink that is no subscription, unless it is there; returns whether it was not.
    async fn add_follower(&self, id: &str, position: Option<Uuid>) -> Result<bool, Unavailable>;

    /// Returns all followers, by the bytes of their ids.
    async fn list_followers(&self) -> Result<Vec<Follower>, Unavailable>;

    /// Makes `server` the one that delivers, or none, if the beat still is `beat`, and counts the beat up by one; returns whether it
    /// was. A server that calls it with its own id shows that it lives. Each take-over brings a new id, so that nothing of an earlier
    /// one of the same process counts any more.
    async fn serve_follower(&self, id: &str, server: Option<Uuid>, beat: i64) -> Result<bool, Unavailable>;
}

/// A change that was taken up from the feed and is not delivered yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingDelivery {
    /// The id of the change.
    pub change: Uuid,
    /// The kind of its record.
    pub kind: RecordKind,
    /// The key of its record.
    pub key: String,
    /// The person of its record.
    pub person: Option<PersonId>,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was tried first.
    pub first_attempt_at: Option<DateTime<Utc>>,
    /// When it is tried next; `None`: as soon as it can, or, once it was tried, not until an administrator wants it.
    pub next_attempt_at: Option<DateTime<Utc>>,
}

/// One attempt to deliver a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryAttempt {
    /// A `UUIDv7` of the time of the attempt; the order of attempts.
    pub id: Uuid,
    /// The id of the change.
    pub change: Uuid,
    /// The person of its record.
    pub person: Option<PersonId>,
    /// The number of the attempt; 1 is the first.
    pub attempt: u32,
    /// When it began.
    pub at: DateTime<Utc>,
    /// How long it took, in milliseconds.
    pub ms: u32,
    /// The status of the answer, if there was one.
    pub status: Option<u16>,
    /// Why it failed; `None`: it succeeded.
    pub error: Option<WebhookError>,
    /// When the next attempt is due, if there is one.
    pub next_attempt_at: Option<DateTime<Utc>>,
}

/// What has happened since the last flush, all of it or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flush {
    /// The follower.
    pub follower: String,
    /// The server that delivers.
    pub server: Uuid,
    /// The revision at which the server has read the subscription.
    pub revision: i64,
    /// Up to where the feed was taken up.
    pub position: Option<Uuid>,
    /// How deliveries go.
    pub status: SubscriptionStatus,
    /// Since when something waits for a retry.
    pub failing_since: Option<DateTime<Utc>>,
    /// Changes that wait: new ones, and those of which something has changed.
    pub waiting: Vec<WaitingDelivery>,
    /// The ids of changes that wait no more.
    pub finished: Vec<Uuid>,
    /// What was tried.
    pub attempts: Vec<DeliveryAttempt>,
}

/// What is stored of deliveries.
#[async_trait]
pub trait Deliveries: Send + Sync {
    /// Returns the changes that wait for a follower, in the order of their ids.
    async fn waiting_deliveries(&self, follower: &str) -> Result<Vec<WaitingDelivery>, Unavailable>;

    /// Stores what has happened, in one step, and counts the beat up by one. Returns whether it was done; if not, another server has
    /// taken over, an administrator has changed the subscription, or it is gone, and nothing is stored.
    async fn flush_deliveries(&self, flush: &Flush) -> Result<bool, Unavailable>;

    /// Returns a page of the attempts for a subscription, by their ids, newest first.
    async fn list_deliveries(
        &self,
        id: &SubscriptionId,
        page: Page<Uuid>,
    ) -> Result<Vec<DeliveryAttempt>, Unavailable>;

    /// Removes every attempt that was made before `kept_since`; returns how many.
    async fn remove_deliveries(&self, kept_since: DateTime<Utc>) -> Result<usize, Unavailable>;

    /// Returns the changes with these ids, at most some hundreds, as the log has them now; in any order.
    async fn changes_by_id(&self, ids: &[Uuid]) -> Result<Vec<ChangeRecord>, Unavailable>;
}
