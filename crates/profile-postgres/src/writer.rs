//! Group commit: the commits that come while others are on their way share the next transaction, and so one flush.

use std::{
    mem,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use profile_domain::{Head, change::RecordKind};
use profile_ports::{Commit, CommitError, ReadOnly, Unavailable, UnknownOutcome};
use tokio::{sync::oneshot, time::timeout};

use crate::{
    group::Line,
    pool_shard::{Connection, PoolShard},
};

/// Most transactions of a share at once: one is worked on while another waits for the disk.
const MAX_TRANSACTIONS: usize = 2;
/// Most commits of one transaction.
const MAX_BATCH: usize = 64;

pub(crate) struct Job {
    /// Rows are locked in this order, so that few transactions wait for each other: the first record of the commit.
    pub(crate) order: Option<(RecordKind, String)>,
    pub(crate) commit: Commit,
    pub(crate) answer: oneshot::Sender<Result<Vec<Head>, CommitError>>,
    /// Whether it has left the queue.
    begun: Arc<AtomicBool>,
}

#[derive(Default)]
struct Queue {
    waiting: Vec<Job>,
    /// How many transactions are on their way.
    at_once: usize,
}

impl Queue {
    /// Nobody waits for the answer of a request that has gone: its write has not begun and need not.
    fn forget_the_gone(&mut self) {
        self.waiting.retain(|job| !job.answer.is_closed());
    }
}

/// The commits of a share that wait for their transaction.
#[derive(Default)]
pub(crate) struct Writer(Mutex<Queue>);

impl Writer {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The turn of one who writes groups until nobody waits.
struct GroupTurn {
    share: Arc<PoolShard>,
    over: bool,
}

impl GroupTurn {
    /// Queues `job` up; a turn, if there is need of one more who writes.
    fn queue_up(share: &Arc<PoolShard>, job: Job) -> Option<Self> {
        let mut queue = share.writer.queue();
        queue.waiting.push(job);
        if queue.at_once == MAX_TRANSACTIONS {
            return None;
        }
        queue.at_once += 1;
        Some(Self { share: Arc::clone(share), over: false })
    }

    /// Whether nobody waits; then the turn is over.
    fn is_over(&mut self) -> bool {
        let mut queue = self.share.writer.queue();
        queue.forget_the_gone();
        if queue.waiting.is_empty() {
            // Under the same lock, so that whoever comes next begins a turn.
            queue.at_once -= 1;
            self.over = true;
        }
        self.over
    }

    /// Takes those who come next, `limit` of them at most.
    fn next_group(&self, limit: usize) -> Vec<Job> {
        let mut queue = self.share.writer.queue();
        queue.forget_the_gone();
        let size = queue.waiting.len().min(limit);
        let rest = queue.waiting.split_off(size);
        for job in &queue.waiting {
            job.begun.store(true, Ordering::Relaxed);
        }
        mem::replace(&mut queue.waiting, rest)
    }

    /// Returns a connection, when there also is a lease to commit under. Nobody leaves the queue before.
    async fn connection(&self) -> Result<Connection, Unavailable> {
        let since = Instant::now();
        let connection = self.share.take().await?;
        self.share.order.ticket(since).await?.settle();
        Ok(connection)
    }

    async fn write(mut self) {
        while !self.is_over() {
            match self.connection().await {
                Ok(link) => {
                    let PoolShard { server, order, .. } = &*self.share;
                    Line { server, link: &link, order }.write(self.next_group(MAX_BATCH)).await;
                }
                Err(error) => {
                    let why = error.source.to_string();
                    // While the database is away, those behind would wait as long again for the same answer.
                    let is_away = self.share.server.outage.is_on() || ReadOnly::causes(&error);
                    for job in self.next_group(if is_away { usize::MAX } else { MAX_BATCH }) {
                        job.answer.send(Err(Unavailable::database(why.clone()).into())).ok();
                    }
                }
            }
        }
    }
}

/// A runtime that stops drops its tasks: those who wait then must not wait for ever.
impl Drop for GroupTurn {
    fn drop(&mut self) {
        if !self.over {
            let mut queue = self.share.writer.queue();
            queue.at_once -= 1;
            if queue.at_once == 0 {
                queue.waiting.clear();
            }
        }
    }
}

/// Makes `commit` durable. Dropping the future changes nothing once it is on its way.
pub(crate) async fn commit(share: &Arc<PoolShard>, commit: Commit) -> Result<Vec<Head>, CommitError> {
    if commit.writes.is_empty() && commit.reply.is_none() {
        return Ok(Vec::new());
    }
    let order = commit.writes.iter().map(|write| (write.draft.kind, write.draft.key.clone())).min();
    let (answer, answered) = oneshot::channel();
    let begun = Arc::new(AtomicBool::new(false));
    let job = Job { order, commit, answer, begun: Arc::clone(&begun) };
    if let Some(turn) = GroupTurn::queue_up(share, job) {
        // A task of its own: the request that happens to begin may go before the others of its group.
        tokio::spawn(turn.write());
    }
    let why = match timeout(share.server.limits.answer, answered).await {
        Ok(Ok(outcome)) => return outcome,
        Ok(Err(_)) => "the writer has stopped",
        Err(_) => "no answer came in time",
    };
    // Under the lock: from here on it cannot begin.
    share.writer.queue().forget_the_gone();
    if begun.load(Ordering::Relaxed) {
        return Err(UnknownOutcome::because(why).into());
    }
    Err(Unavailable::database(why).into())
}
