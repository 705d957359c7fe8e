//! The log in the order of its positions, for those who follow every change.

use async_trait::async_trait;
use profile_domain::change::ChangeRecord;
use uuid::Uuid;

use crate::Unavailable;

/// Reads the log in the order of its positions, which are the ids of the changes.
///
/// Whoever goes on from the last change that was returned sees every change exactly once, each record's in the order of its
/// versions: no change is ever committed at a position that is not behind every one that was returned, whichever server
/// writes it, whatever its clock says, and however long it was paused.
#[async_trait]
pub trait Feed: Send + Sync {
    /// Returns at most `limit` changes behind a position, or from the beginning, in the order of their positions.
    async fn changes_behind(
        &self,
        position: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<ChangeRecord>, Unavailable>;

    /// Returns the last position that [`changes_behind`](Self::changes_behind) returns by now; `None` while there is none.
    async fn closed_position(&self) -> Result<Option<Uuid>, Unavailable>;
}
