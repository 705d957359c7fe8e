//! Replies that are kept, so that a repeated request gets the same one (contract users, section 6, idempotency).

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::Unavailable;

/// Which request a caller repeats.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReplyKey {
    /// Who asks.
    pub caller: String,
    /// The caller's own name for the request.
    pub key: String,
}

/// A reply, byte for byte.
#[derive(Clone, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// The body.
    pub body: String,
}

/// What is known of a request.
#[derive(Clone, PartialEq, Eq)]
pub enum Reserved {
    /// Nothing was: the caller may go on, and must [`keep`](Replies::keep_reply) or [`release`](Replies::release_reply).
    Fresh,
    /// Another one is being answered under this key, or was and ended without a trace.
    Running,
    /// Another request has had this key.
    Other,
    /// It was answered so.
    Answered(Reply),
}

/// Keeps replies. Of several callers that reserve one key at the same time, exactly one finds it fresh.
#[async_trait]
pub trait Replies: Send + Sync {
    /// Reserves `key` for the request with this fingerprint at `at`.
    async fn reserve_reply(
        &self,
        key: &ReplyKey,
        fingerprint: &str,
        at: DateTime<Utc>,
    ) -> Result<Reserved, Unavailable>;

    /// Keeps the reply of a reserved key.
    async fn keep_reply(&self, key: &ReplyKey, reply: &Reply) -> Result<(), Unavailable>;

    /// Says that the request of a reserved key still ran at `at`; its reservation counts from then.
    async fn renew_reply(&self, key: &ReplyKey, at: DateTime<Utc>) -> Result<(), Unavailable>;

    /// Forgets a reserved key, whose request may then be tried again.
    async fn release_reply(&self, key: &ReplyKey) -> Result<(), Unavailable>;

    /// Forgets every reply that was reserved before `kept_since`, and every reservation without a reply that was made or
    /// last renewed before `running_since`; answers how many.
    async fn forget_replies(
        &self,
        kept_since: DateTime<Utc>,
        running_since: DateTime<Utc>,
    ) -> Result<usize, Unavailable>;
}
