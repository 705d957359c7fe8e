//! Checkpoints of the log.

use async_trait::async_trait;
use profile_domain::{chain::SignedCheckpoint, change::Digest};
use profile_ports::{Checkpoints, LogRange, Page, Unavailable};
use uuid::Uuid;

use crate::{SqlStore, checkpoint, engine::Engine};

#[async_trait]
impl<E: Engine> Checkpoints for SqlStore<E> {
    async fn add_checkpoint(
        &self,
        signed: &SignedCheckpoint,
        before: Option<Uuid>,
    ) -> Result<bool, Unavailable> {
        checkpoint::add_checkpoint(self.engine(), signed, before).await
    }

    async fn last_checkpoint(&self) -> Result<Option<SignedCheckpoint>, Unavailable> {
        checkpoint::last_checkpoint(self.engine()).await
    }

    async fn checkpoints_behind(&self, page: Page<Uuid>) -> Result<Vec<SignedCheckpoint>, Unavailable> {
        checkpoint::checkpoints_behind(self.engine(), page).await
    }

    async fn digests_behind(&self, range: LogRange) -> Result<Vec<(Uuid, Digest)>, Unavailable> {
        checkpoint::digests_behind(self.engine(), range).await
    }
}
