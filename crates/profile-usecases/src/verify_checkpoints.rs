//! Verify that the log still is what it was when checkpoints of it were made.

use std::collections::VecDeque;

use profile_domain::{
    chain::{Checkpoint, LogDigest, SignedCheckpoint},
    change::Digest,
};
use profile_ports::{LogRange, Page, Store, Unavailable};
use uuid::Uuid;

use crate::checkpointer::DIGESTS;

/// Checkpoints that are read at once.
const PAGE: u32 = 1000;

/// How the log differs from a checkpoint. Each is reported at the first checkpoint behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointFault {
    /// The last changes are gone.
    #[error("the log ends before it: its last changes were cut off")]
    Cut,
    /// The change at its position is gone.
    #[error(
        "the log has no change at its position: since the checkpoint before, changes were removed or moved"
    )]
    Position,
    /// There are fewer changes, or more.
    #[error("the log has {0} changes up to it: since the checkpoint before, changes were removed or added")]
    Count(i64),
    /// The changes are others, or in another order.
    #[error(
        "the digest of the log is another: since the checkpoint before, changes were rewritten or reordered"
    )]
    Digest,
}

/// Folds the log and compares it with all checkpoints that the store has; returns how many there are. May run beside servers.
///
/// # Errors
/// The database does not answer.
pub async fn verify_stored_checkpoints(
    store: &dyn Store,
    mut found: impl FnMut(&SignedCheckpoint, CheckpointFault),
    mut visit: impl FnMut(&SignedCheckpoint),
) -> Result<usize, Unavailable> {
    let last = store.last_checkpoint().await?.map(|last| last.checkpoint.position);
    let mut walk = LogWalk::begin(store, last);
    let (mut after, mut count) = (None, 0);
    while after < last {
        let mut page = store.checkpoints_behind(Page { after, limit: PAGE }).await?;
        page.retain(|one| Some(one.checkpoint.position) <= last);
        let Some(end) = page.last() else { break };
        after = Some(end.checkpoint.position);
        count += page.len();
        page.iter().for_each(&mut visit);
        walk.compare_all(&page, &mut found).await?;
    }
    Ok(count)
}

/// Folds the log and compares it with checkpoints that somebody has kept, in whatever order.
///
/// # Errors
/// The database does not answer.
pub async fn verify_checkpoints(
    store: &dyn Store,
    mut checkpoints: Vec<SignedCheckpoint>,
    mut found: impl FnMut(&SignedCheckpoint, CheckpointFault),
) -> Result<(), Unavailable> {
    checkpoints.sort_by_key(|one| (one.checkpoint.position, one.checkpoint.count));
    let last = checkpoints.last().map(|last| last.checkpoint.position);
    LogWalk::begin(store, last).compare_all(&checkpoints, &mut found).await
}

/// The log on the way from its first change to the position of the last checkpoint.
///
/// All of it is there when the walk begins, because the log was closed so far for the server that made the checkpoint. How far it
/// is closed for this process says nothing: what it knows of other servers may be older.
struct LogWalk<'a> {
    store: &'a dyn Store,
    until: Option<Uuid>,
    /// What was read, and not followed yet.
    read: VecDeque<(Uuid, Digest)>,
    last_read: Option<Uuid>,
    log: LogDigest,
}

impl<'a> LogWalk<'a> {
    fn begin(store: &'a dyn Store, until: Option<Uuid>) -> Self {
        Self { store, until, read: VecDeque::new(), last_read: None, log: LogDigest::default() }
    }

    /// Compares the log with checkpoints in the order of their positions. After a difference it goes on as if the checkpoint were
    /// right, so that each difference is found once.
    async fn compare_all(
        &mut self,
        checkpoints: &[SignedCheckpoint],
        found: &mut impl FnMut(&SignedCheckpoint, CheckpointFault),
    ) -> Result<(), Unavailable> {
        for signed in checkpoints {
            self.follow_to(signed.checkpoint.position).await?;
            let difference = self.difference(&signed.checkpoint).await?;
            if let Some(fault) = difference {
                found(signed, fault);
            }
            if difference == Some(CheckpointFault::Cut) {
                // Those behind it tell nothing more.
                break;
            }
            self.log = signed.checkpoint.log();
        }
        Ok(())
    }

    /// Returns how the log that was followed to the position of a checkpoint differs from it.
    async fn difference(&self, checkpoint: &Checkpoint) -> Result<Option<CheckpointFault>, Unavailable> {
        let Checkpoint { position, count, digest, .. } = *checkpoint;
        if self.log.position != Some(position) {
            let behind = LogRange { after: Some(position), until: Uuid::max(), limit: 1 };
            let is_cut = self.store.digests_behind(behind).await?.is_empty();
            return Ok(Some(if is_cut { CheckpointFault::Cut } else { CheckpointFault::Position }));
        }
        if self.log.count != count {
            return Ok(Some(CheckpointFault::Count(self.log.count)));
        }
        Ok((self.log.digest != digest).then_some(CheckpointFault::Digest))
    }

    /// Follows every change up to a position.
    async fn follow_to(&mut self, position: Uuid) -> Result<(), Unavailable> {
        loop {
            while let Some((next, digest)) = self.read.pop_front_if(|(next, _)| *next <= position) {
                self.log.follow(next, &digest);
            }
            let Some(until) = self.until.filter(|_| self.read.is_empty() && self.last_read < self.until)
            else {
                return Ok(());
            };
            let next = LogRange { after: self.last_read, until, limit: DIGESTS };
            self.read = self.store.digests_behind(next).await?.into();
            self.last_read = self.read.back().map_or(Some(until), |(last, _)| Some(*last));
        }
    }
}
