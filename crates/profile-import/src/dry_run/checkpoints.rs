//! Checkpoints in a dry run: those that are stored are read, and none is added.

use async_trait::async_trait;
use profile_domain::{chain::SignedCheckpoint, change::Digest};
use profile_ports::{Checkpoints, LogRange, Page, Unavailable};
use uuid::Uuid;

use super::DryStore;

#[async_trait]
impl Checkpoints for DryStore {
    async fn add_checkpoint(
        &self,
        _checkpoint: &SignedCheckpoint,
        _before: Option<Uuid>,
    ) -> Result<bool, Unavailable> {
        Ok(false)
    }

    async fn last_checkpoint(&self) -> Result<Option<SignedCheckpoint>, Unavailable> {
        self.inner.last_checkpoint().await
    }

    async fn checkpoints_behind(&self, page: Page<Uuid>) -> Result<Vec<SignedCheckpoint>, Unavailable> {
        self.inner.checkpoints_behind(page).await
    }

    async fn digests_behind(&self, range: LogRange) -> Result<Vec<(Uuid, Digest)>, Unavailable> {
        self.inner.digests_behind(range).await
    }
}
