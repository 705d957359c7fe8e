//! An operator reads the checkpoints of the log, to keep them elsewhere (operator API page, section 12).

use profile_domain::chain::SignedCheckpoint;
use profile_ports::Page;
use uuid::Uuid;

use super::OperatorRefusal;
use crate::Ports;

/// A page of checkpoints, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckpointPage {
    /// The checkpoints.
    pub checkpoints: Vec<SignedCheckpoint>,
    /// The position behind which later ones are.
    pub next: Uuid,
}

/// Returns at most `limit` checkpoints behind a position, or from the first.
///
/// # Errors
/// [`OperatorRefusal::Unavailable`].
pub async fn list_checkpoints(
    ports: &Ports,
    after: Option<Uuid>,
    limit: u32,
) -> Result<CheckpointPage, OperatorRefusal> {
    let checkpoints = ports.store.checkpoints_behind(Page { after, limit }).await?;
    let last = checkpoints.last().map(|last| last.checkpoint.position);
    Ok(CheckpointPage { checkpoints, next: last.or(after).unwrap_or(Uuid::nil()) })
}
