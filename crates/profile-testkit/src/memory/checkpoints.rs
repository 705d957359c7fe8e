//! Checkpoints in memory.

use async_trait::async_trait;
use profile_domain::{chain::SignedCheckpoint, change::Digest};
use profile_ports::{Checkpoints, LogRange, Page, Unavailable};
use uuid::Uuid;

use super::store::MemoryStore;

#[async_trait]
impl Checkpoints for MemoryStore {
    async fn add_checkpoint(
        &self,
        checkpoint: &SignedCheckpoint,
        before: Option<Uuid>,
    ) -> Result<bool, Unavailable> {
        let checkpoints = &mut self.state().checkpoints;
        let is_next = checkpoints.keys().next_back().copied() == before;
        if is_next {
            checkpoints.insert(checkpoint.checkpoint.position, checkpoint.clone());
        }
        Ok(is_next)
    }

    async fn last_checkpoint(&self) -> Result<Option<SignedCheckpoint>, Unavailable> {
        Ok(self.state().checkpoints.values().next_back().cloned())
    }

    async fn checkpoints_behind(&self, page: Page<Uuid>) -> Result<Vec<SignedCheckpoint>, Unavailable> {
        let state = self.state();
        let behind = state.checkpoints.iter().filter(|(at, _)| page.after.is_none_or(|after| **at > after));
        Ok(behind.take(page.limit as usize).map(|(_, checkpoint)| checkpoint.clone()).collect())
    }

    async fn digests_behind(&self, range: LogRange) -> Result<Vec<(Uuid, Digest)>, Unavailable> {
        let LogRange { after, until, limit } = range;
        let state = self.state();
        let between = state
            .changes
            .iter()
            .filter(|change| after.is_none_or(|after| change.id > after) && change.id <= until);
        let mut found: Vec<_> = between.map(|change| (change.id, change.digest)).collect();
        // A test may have altered the log.
        found.sort_unstable();
        found.truncate(limit as usize);
        Ok(found)
    }
}
