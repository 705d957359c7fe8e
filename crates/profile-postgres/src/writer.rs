//! Group commit: the commits that come while others are on their way share the next transaction, and so one flush.

use std::{
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use diesel::{QueryResult, result::Error};
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection as _, pooled_connection::deadpool::Object};
use futures_util::future::{BoxFuture, join, join_all};
use profile_ports::{CommitError, Unavailable, UnknownOutcome};
use tokio::sync::oneshot;

use crate::{
    error::committed,
    share::{Connection, Share},
};

/// Most transactions of a share at once: one is worked on while another waits for the disk.
const AT_ONCE: usize = 2;
/// Most commits of one transaction.
const GROUP: usize = 64;

/// The one statement of a commit, which may be sent again.
pub(crate) trait Statement: Send + Sync {
    /// Sends it; answers how many rows it wrote.
    fn send<'a>(&self, connection: &'a AsyncPgConnection) -> BoxFuture<'a, QueryResult<usize>>;
}

struct Job {
    /// Rows are locked in this order, so that no two transactions wait for each other.
    order: (&'static str, String),
    statement: Box<dyn Statement>,
    answer: oneshot::Sender<Result<(), CommitError>>,
}

#[derive(Default)]
struct Queue {
    waiting: Vec<Job>,
    /// How many transactions are on their way.
    at_once: usize,
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
struct Turn {
    share: Arc<Share>,
    over: bool,
}

impl Turn {
    /// Queues `job` up; a turn, if there is need of one more who writes.
    fn queue_up(share: &Arc<Share>, job: Job) -> Option<Self> {
        let mut queue = share.writer.queue();
        queue.waiting.push(job);
        if queue.at_once == AT_ONCE {
            return None;
        }
        queue.at_once += 1;
        Some(Self { share: Arc::clone(share), over: false })
    }

    fn next_group(&mut self) -> Option<Vec<Job>> {
        let mut queue = self.share.writer.queue();
        // Nobody waits for the answer of a request that has gone: its write has not begun and need not.
        queue.waiting.retain(|job| !job.answer.is_closed());
        if queue.waiting.is_empty() {
            // Under the same lock, so that whoever comes next begins a turn.
            queue.at_once -= 1;
            self.over = true;
            return None;
        }
        let size = queue.waiting.len().min(GROUP);
        let rest = queue.waiting.split_off(size);
        Some(mem::replace(&mut queue.waiting, rest))
    }

    async fn write(mut self) {
        while let Some(group) = self.next_group() {
            match self.share.take().await {
                Ok(connection) => write(connection, group).await,
                Err(error) => answer_all(group, &error.source.to_string()),
            }
        }
    }
}

/// A runtime that stops drops its tasks: those who wait then must not wait for ever.
impl Drop for Turn {
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

/// Commits `statement`, which writes the record that `order` names. Dropping the future changes nothing once it is on its way.
pub(crate) async fn commit(
    share: &Arc<Share>,
    order: (&'static str, String),
    statement: Box<dyn Statement>,
) -> Result<(), CommitError> {
    let (answer, answered) = oneshot::channel();
    if let Some(turn) = Turn::queue_up(share, Job { order, statement, answer }) {
        // A task of its own: the request that happens to begin may go before the others of its group.
        tokio::spawn(turn.write());
    }
    answered.await.map_err(|_| Unavailable::database("the writer has stopped"))?
}

fn answer_all(group: Vec<Job>, error: &str) {
    for job in group {
        job.answer.send(Err(Unavailable::database(error.to_owned()).into())).ok();
    }
}

/// Together if they can be; one by one if one of them fails, because that would sink the others.
async fn write(connection: Connection, mut group: Vec<Job>) {
    group.sort_by(|one, other| one.order.cmp(&other.order));
    if group.len() > 1 {
        match together(&connection, &group).await {
            Ok(Together::Written(outcomes)) => {
                for (job, written) in group.into_iter().zip(outcomes) {
                    job.answer.send(committed(Ok(written))).ok();
                }
                return;
            }
            // It goes last: it may fail because somebody locks its row, and so for long.
            Ok(Together::Failed(number)) => {
                let failed = group.remove(number);
                group.push(failed);
            }
            Ok(Together::Unknown(error)) => {
                drop(Object::take(connection));
                let text = error.to_string();
                for job in group {
                    job.answer.send(Err(UnknownOutcome::because(text.clone()).into())).ok();
                }
                return;
            }
            Err(error) => {
                // Nobody knows what state it is in.
                drop(Object::take(connection));
                return answer_all(group, &error.to_string());
            }
        }
    }
    for job in group {
        let outcome = job.statement.send(&connection).await;
        job.answer.send(committed(outcome)).ok();
    }
}

enum Together {
    /// How many rows each statement wrote.
    Written(Vec<usize>),
    /// The number of the statement that failed; nothing was written.
    Failed(usize),
    /// The answer to the `COMMIT` did not arrive.
    Unknown(Error),
}

/// Sends all statements as one transaction, before it waits for the first answer.
async fn together(mut connection: &AsyncPgConnection, group: &[Job]) -> QueryResult<Together> {
    let mut beginning = connection;
    let statements = join_all(group.iter().map(|job| job.statement.send(connection)));
    let (begun, outcomes) = join(beginning.batch_execute("BEGIN"), statements).await;
    begun?;
    if let Some(number) = outcomes.iter().position(Result::is_err) {
        connection.batch_execute("ROLLBACK").await?;
        return Ok(Together::Failed(number));
    }
    match connection.batch_execute("COMMIT").await {
        Ok(()) => Ok(Together::Written(outcomes.into_iter().flatten().collect())),
        Err(error) => Ok(Together::Unknown(error)),
    }
}
