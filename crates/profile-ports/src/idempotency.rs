//! Replies that are kept, so that a repeated request gets the same one (contract users, section 6, idempotency).

use std::fmt;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use profile_domain::{PersonId, change::RecordKind};

use crate::Unavailable;

/// Which request a caller repeats.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IdempotencyKey {
    /// Who asks.
    pub caller: String,
    /// The caller's own name for the request.
    pub key: String,
}

/// A reply, byte for byte.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredResponse {
    /// HTTP status.
    pub status: u16,
    /// The body.
    pub body: String,
}

/// Leaves the body out, which may hold personal values.
impl fmt::Debug for StoredResponse {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("StoredResponse").field("status", &self.status).finish_non_exhaustive()
    }
}

/// A reply, and the request that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyedResponse {
    /// The key under which it is found again.
    pub key: IdempotencyKey,
    /// Tells requests apart that use the same key.
    pub fingerprint: String,
    /// The reply.
    pub reply: StoredResponse,
    /// When it was made.
    pub at: DateTime<Utc>,
    /// Whom or what it is about, with whose erasure it goes; none, where it holds nothing of anybody.
    pub about: Option<ResponseSubject>,
}

/// Whom or what a kept reply is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResponseSubject {
    /// A record.
    Record(RecordKind, String),
    /// A person, whatever records they have.
    Person(PersonId),
}

/// Keeps replies. A reply to a write is part of the write's [`Commit`](crate::Commit), so it is there exactly if the write is.
#[async_trait]
pub trait IdempotencyStore: Send + Sync {
    /// Returns the reply that is kept under `key`.
    async fn find_response(&self, key: &IdempotencyKey) -> Result<Option<KeyedResponse>, Unavailable>;

    /// Keeps the reply to a request that wrote nothing, unless the key has one; returns whether it had none.
    async fn store_response(&self, reply: &KeyedResponse) -> Result<bool, Unavailable>;

    /// Removes every reply that was made before `kept_since`; returns how many.
    async fn remove_responses(&self, kept_since: DateTime<Utc>) -> Result<usize, Unavailable>;
}
