//! The log in the order of its positions, for those who follow every change.

use async_trait::async_trait;
use profile_domain::change::ChangeRecord;
use uuid::Uuid;

use crate::{Page, Unavailable};

/// A range of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogRange {
    /// The position behind which it begins; `None`: with the log.
    pub after: Option<Uuid>,
    /// The position up to which it goes, with the change that is there.
    pub until: Uuid,
    /// The most changes that are returned.
    pub limit: u32,
}

/// Reads the log in the order of its positions, which are the ids of the changes.
///
/// Whoever goes on from the last change that was returned sees every change exactly once, each record's in the order of its
/// versions: no change is ever committed at a position that is not behind every one that was returned, whichever server
/// writes it, whatever its clock says, and however long it was paused.
#[async_trait]
pub trait Feed: Send + Sync {
    /// Returns a page of the log, in the order of the positions.
    async fn changes_behind(&self, page: Page<Uuid>) -> Result<Vec<ChangeRecord>, Unavailable>;

    /// Returns the last position that [`changes_behind`](Self::changes_behind) returns by now; `None` while there is none.
    async fn closed_position(&self) -> Result<Option<Uuid>, Unavailable>;
}
