//! How the last verification of the records ended: a technical fact of one database, and no part of the log.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::Unavailable;

/// A run of `profile verify` that came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verification {
    /// When it ended.
    pub at: DateTime<Utc>,
    /// The [closed position](crate::Feed::closed_position) when it began: it read every change up to there. `None` where the
    /// log was empty.
    pub position: Option<Uuid>,
    /// How many records it compared with the log.
    pub records: i64,
    /// How many media files it asked for.
    pub files: i64,
    /// How many changes it read.
    pub changes: i64,
    /// How many differences it reported; none, if the store is sound.
    pub findings: i64,
}

/// What a database remembers of its verifications. Every method may be called by several processes at once.
#[async_trait]
pub trait Verifications: Send + Sync {
    /// Stores how a verification ended, in place of the one before.
    async fn set_last_verification(&self, verification: &Verification) -> Result<(), Unavailable>;

    /// Returns the verification that was stored last.
    async fn last_verification(&self) -> Result<Option<Verification>, Unavailable>;
}
