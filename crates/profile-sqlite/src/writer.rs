//! The one writer: a thread that takes what has queued up and makes it durable with a single flush.

use std::thread;

use diesel::{
    connection::SimpleConnection as _,
    prelude::*,
    result::{DatabaseErrorKind, Error},
};
use tokio::sync::{mpsc, oneshot};

/// Most writes that wait; further callers wait to be let in.
const QUEUE: usize = 1024;
/// Most writes that share one flush.
const GROUP: usize = 256;

type Work = Box<dyn FnOnce(&mut SqliteConnection) -> QueryResult<usize> + Send>;

struct Job {
    work: Work,
    answer: oneshot::Sender<QueryResult<usize>>,
}

/// A handle on the writer, which ends when the last handle is dropped and the queue is empty.
pub(crate) struct Writer(mpsc::Sender<Job>);

impl Writer {
    /// Starts the writer on a connection of its own.
    pub(crate) fn start(mut connection: SqliteConnection) -> std::io::Result<Self> {
        let (sender, mut queue) = mpsc::channel(QUEUE);
        thread::Builder::new().name("sqlite-writer".to_owned()).spawn(move || {
            let mut group = Vec::with_capacity(GROUP);
            while queue.blocking_recv_many(&mut group, GROUP) > 0 {
                commit_group(&mut connection, &mut group);
            }
            // Leaves one file behind instead of three, best effort: the log is replayed at the next start otherwise.
            connection.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)").ok();
        })?;
        Ok(Self(sender))
    }

    /// Runs `work` in the order of arrival and answers when it is durable. Dropping the future changes nothing.
    pub(crate) async fn run(
        &self,
        work: impl FnOnce(&mut SqliteConnection) -> QueryResult<usize> + Send + 'static,
    ) -> QueryResult<usize> {
        let (answer, answered) = oneshot::channel();
        self.0.send(Job { work: Box::new(work), answer }).await.map_err(|_| stopped())?;
        answered.await.map_err(|_| stopped())?
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
