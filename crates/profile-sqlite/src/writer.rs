//! The one writer: a thread that takes what has queued up and makes it durable with a single flush.

use std::thread::{self, JoinHandle};

use diesel::{
    connection::SimpleConnection as _,
    prelude::*,
    result::{DatabaseErrorKind, Error},
};
use tokio::sync::{mpsc, oneshot};

use crate::checkpoints::Checkpoints;

/// Most writes that wait; further callers wait to be let in.
const QUEUE: usize = 1024;
/// Most writes that share one flush.
const GROUP: usize = 256;

type Work = Box<dyn FnOnce(&mut SqliteConnection) -> QueryResult<usize> + Send>;

struct Job {
    work: Work,
    answer: oneshot::Sender<QueryResult<usize>>,
}

/// The writer; dropping it waits until the queue is empty and the file is tidy.
pub(crate) struct Writer {
    /// Taken when the writer is dropped, which ends the thread.
    queue: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the writer on a connection of its own, and its checkpoints on the other.
    pub(crate) fn start(mut own: SqliteConnection, other: SqliteConnection) -> std::io::Result<Self> {
        let (sender, mut queue) = mpsc::channel(QUEUE);
        let mut checkpoints = Checkpoints::start(&mut own, other)?;
        let thread = thread::Builder::new().name("sqlite-writer".to_owned()).spawn(move || {
            let mut group = Vec::with_capacity(GROUP);
            while queue.blocking_recv_many(&mut group, GROUP) > 0 {
                let writes = group.len();
                commit_group(&mut own, &mut group);
                checkpoints.written(writes, &mut own);
            }
            checkpoints.end();
            // Best effort: what stays in the log is replayed at the next start.
            own.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)").ok();
        })?;
        Ok(Self { queue: Some(sender), thread: Some(thread) })
    }

    /// Runs `work` in the order of arrival and answers when it is durable. Dropping the future changes nothing.
    pub(crate) async fn run(
        &self,
        work: impl FnOnce(&mut SqliteConnection) -> QueryResult<usize> + Send + 'static,
    ) -> QueryResult<usize> {
        let (answer, answered) = oneshot::channel();
        let queue = self.queue.as_ref().ok_or_else(stopped)?;
        queue.send(Job { work: Box::new(work), answer }).await.map_err(|_| stopped())?;
        answered.await.map_err(|_| stopped())?
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue.take();
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

fn stopped() -> Error {
    failed("the writer has stopped".to_owned())
}

fn failed(message: String) -> Error {
    Error::DatabaseError(DatabaseErrorKind::Unknown, Box::new(message))
}

/// One transaction for the whole group, a savepoint for each job, so that a refused one does not sink the others.
fn commit_group(connection: &mut SqliteConnection, group: &mut Vec<Job>) {
    let mut outcomes = Vec::with_capacity(group.len());
    let committed = connection.immediate_transaction(|connection| {
        for job in group.drain(..) {
            // Nobody waits for the answer of a request that has gone: its write has not begun and need not.
            if !job.answer.is_closed() {
                outcomes.push((job.answer, connection.transaction(job.work)));
            }
        }
        Ok::<_, Error>(())
    });
    group.clear();
    for (answer, outcome) in outcomes {
        let outcome = match &committed {
            Ok(()) => outcome,
            Err(error) => Err(failed(error.to_string())),
        };
        answer.send(outcome).ok();
    }
}
