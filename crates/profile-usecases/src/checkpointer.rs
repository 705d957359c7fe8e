//! Makes checkpoints of the log (operator API page, section 12).

use std::sync::Arc;

use chrono::SubsecRound as _;
use profile_domain::chain::{Checkpoint, LogDigest, SignedCheckpoint};
use profile_ports::{Clock, LogRange, Signer, Store, Unavailable};
use uuid::Uuid;

/// Digests that are read at once.
pub(crate) const DIGESTS: u32 = 10_000;

/// What has come of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checkpointed {
    /// This server or another one has added a checkpoint: the next is due after a whole interval.
    Added,
    /// Nothing has changed since the last one: the next is due with the first change.
    Unchanged,
}

/// One of those who may make checkpoints.
///
/// Each makes one only when it has seen the last one for a whole interval of its own, so that however many servers there are, one
/// is added in an interval, no clocks are compared, and whoever is left goes on when another one is killed.
pub struct Checkpointer {
    store: Arc<dyn Store>,
    signer: Arc<dyn Signer>,
    clock: Arc<dyn Clock>,
    /// The last checkpoint when it was looked for; `None`: it never was.
    seen: Option<LogDigest>,
}

impl Checkpointer {
    /// Returns one that has seen no checkpoint, so that its first is due at once.
    #[must_use]
    pub const fn new(store: Arc<dyn Store>, signer: Arc<dyn Signer>, clock: Arc<dyn Clock>) -> Self {
        Self { store, signer, clock, seen: None }
    }

    /// Makes a checkpoint, unless another server has made one since the step before, or nothing has changed. To be called after a
    /// whole interval where the step before returned [`Checkpointed::Added`].
    ///
    /// # Errors
    /// The database does not answer, or nothing can be signed; the next step may go well.
    pub async fn step(&mut self) -> Result<Checkpointed, Unavailable> {
        let last = self.last().await?;
        if self.seen.is_some_and(|seen| seen != last) {
            self.seen = Some(last);
            return Ok(Checkpointed::Added);
        }
        self.seen = Some(last);
        let until = self.store.closed_position().await?;
        let Some(until) = until.filter(|until| Some(*until) > last.position) else {
            return Ok(Checkpointed::Unchanged);
        };
        let log = fold_log(&*self.store, last, until).await?;
        let LogDigest { position: Some(position), count, digest } = log else {
            return Ok(Checkpointed::Unchanged);
        };
        let checkpoint = Checkpoint { position, count, digest, at: self.clock.now().trunc_subsecs(6) };
        let jws = self.signer.sign(Checkpoint::TYP, checkpoint.payload().as_bytes())?;
        self.store.add_checkpoint(&SignedCheckpoint { checkpoint, jws }, last.position).await?;
        // If it was not added, another server was faster.
        self.seen = Some(self.last().await?);
        Ok(Checkpointed::Added)
    }

    async fn last(&self) -> Result<LogDigest, Unavailable> {
        let last = self.store.last_checkpoint().await?;
        Ok(last.map(|last| last.checkpoint.log()).unwrap_or_default())
    }
}

/// Returns the digest over the log up to the last change that is not behind `until`, going on from `log`.
async fn fold_log(store: &dyn Store, mut log: LogDigest, until: Uuid) -> Result<LogDigest, Unavailable> {
    loop {
        let digests = store.digests_behind(LogRange { after: log.position, until, limit: DIGESTS }).await?;
        for (position, digest) in &digests {
            log.follow(*position, digest);
        }
        if digests.len() < DIGESTS as usize {
            return Ok(log);
        }
    }
}
