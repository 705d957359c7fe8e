//! Checkpoints of the log, and the digests that they are made of.

use async_trait::async_trait;
use profile_domain::{chain::SignedCheckpoint, change::Digest};
use uuid::Uuid;

use crate::{LogRange, Page, Unavailable};

/// Checkpoints of the log: each follows the one before it, and none is ever altered. Every method may be called by several
/// processes at once.
#[async_trait]
pub trait Checkpoints: Send + Sync {
    /// Adds a checkpoint behind the one at the position `before`, `None` for the first of all. Returns whether none followed
    /// that one yet; if one did, nothing is stored.
    async fn add_checkpoint(
        &self,
        checkpoint: &SignedCheckpoint,
        before: Option<Uuid>,
    ) -> Result<bool, Unavailable>;

    /// Returns the last checkpoint.
    async fn last_checkpoint(&self) -> Result<Option<SignedCheckpoint>, Unavailable>;

    /// Returns a page of the checkpoints, by their positions, oldest first.
    async fn checkpoints_behind(&self, page: Page<Uuid>) -> Result<Vec<SignedCheckpoint>, Unavailable>;

    /// Returns positions and digests of the changes of a range of the log, in their order; those behind the
    /// [closed position](crate::Feed::closed_position) may not all be there yet.
    async fn digests_behind(&self, range: LogRange) -> Result<Vec<(Uuid, Digest)>, Unavailable>;
}
