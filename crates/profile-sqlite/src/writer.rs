//! The one writer: a thread that takes what has queued up and makes it durable with a single flush.

use std::{
    collections::VecDeque,
    thread::{self, JoinHandle},
};

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
        answered.await.map_err(|_| unknown("the writer has stopped".to_owned()))?
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

/// It may have been written, and it may not; [`crate::error::committed`] recognises the kind.
fn unknown(message: String) -> Error {
    Error::DatabaseError(DatabaseErrorKind::UnableToSendCommand, Box::new(message))
}

/// Writes the jobs of `group` for whose answer somebody waits, in one transaction if none of them ends it.
fn commit_group(connection: &mut SqliteConnection, group: &mut Vec<Job>) {
    // Nobody waits for the answer of a request that has gone: its write has not begun and need not.
    let mut waiting: VecDeque<Job> = group.drain(..).filter(|job| !job.answer.is_closed()).collect();
    while !waiting.is_empty() {
        commit_together(connection, &mut waiting);
    }
}

/// One transaction, with a savepoint for each job, so that a refused one does not sink the others. An error may end the whole
/// transaction, like that of a full disk; then the jobs before it are not written, and those behind it go on waiting.
///
/// Diesel does not notice such an end, so the transaction is not in its hands; a job must not begin one of its own.
fn commit_together(connection: &mut SqliteConnection, waiting: &mut VecDeque<Job>) {
    if let Err(error) = connection.batch_execute("BEGIN IMMEDIATE") {
        return refuse(waiting.drain(..).map(|job| job.answer), &error);
    }
    let mut done = Vec::with_capacity(waiting.len());
    while let Some(Job { work, answer }) = waiting.pop_front() {
        match in_savepoint(connection, work) {
            Ok(outcome) => done.push((answer, outcome)),
            Err(error) => {
                connection.batch_execute("ROLLBACK").ok();
                let before = done.into_iter().map(|(answer, _)| answer);
                return refuse(before.chain([answer]), &error);
            }
        }
    }
    let committed = connection.batch_execute("COMMIT");
    if committed.is_err() {
        connection.batch_execute("ROLLBACK").ok();
    }
    for (answer, outcome) in done {
        let outcome = match (&committed, outcome) {
            (Err(error), Ok(_)) if is_full(error) => Err(failed(error.to_string())),
            // The log may hold all of it, and be read after a crash.
            (Err(error), Ok(_)) => Err(unknown(error.to_string())),
            (_, outcome) => outcome,
        };
        answer.send(outcome).ok();
    }
}

/// The outcome of `work`, undone if it failed; an error if the transaction has ended with it.
fn in_savepoint(connection: &mut SqliteConnection, work: Work) -> QueryResult<QueryResult<usize>> {
    connection.batch_execute("SAVEPOINT job")?;
    let outcome = work(connection);
    let end = if outcome.is_ok() { "RELEASE job" } else { "ROLLBACK TO job; RELEASE job" };
    match (connection.batch_execute(end), outcome) {
        (Ok(()), outcome) => Ok(outcome),
        // What the job met says more than that its savepoint is gone.
        (Err(_), Err(error)) | (Err(error), Ok(_)) => Err(error),
    }
}

fn refuse(answers: impl Iterator<Item = oneshot::Sender<QueryResult<usize>>>, error: &Error) {
    for answer in answers {
        answer.send(Err(failed(error.to_string()))).ok();
    }
}

/// The log could not take the end of the transaction, so there is none.
fn is_full(error: &Error) -> bool {
    error.to_string().contains("database or disk is full")
}

#[cfg(test)]
mod tests {
    use diesel::sql_query;
    use futures_util::future::{FutureExt as _, join, join_all};
    use tempfile::TempDir;

    use super::*;
    use crate::store::connect;

    fn insert(number: i32, bytes: i32) -> impl FnOnce(&mut SqliteConnection) -> QueryResult<usize> + Send {
        let statement = format!("INSERT INTO kept VALUES ({number}, zeroblob({bytes}))");
        move |connection| sql_query(statement).execute(connection)
    }

    #[tokio::test]
    async fn what_is_told_failed_is_not_stored_when_an_error_ends_the_transaction() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("some.db");
        let mut own = connect(&path).unwrap();
        own.batch_execute("CREATE TABLE kept (number INTEGER PRIMARY KEY, bytes BLOB)").unwrap();
        own.batch_execute("PRAGMA max_page_count = 50").unwrap();
        let writer = Writer::start(own, connect(&path).unwrap()).unwrap();
        // The first one holds the writer until all the others wait behind it.
        let (open, gate) = std::sync::mpsc::channel::<()>();
        let first = writer.run(move |connection| {
            gate.recv().ok();
            insert(0, 10)(connection)
        });
        let others = (1..=20).map(|number| {
            let bytes = if number == 10 { 1_000_000 } else { 10 };
            writer.run(insert(number, bytes)).boxed()
        });
        let all = join_all([first.boxed()].into_iter().chain(others));
        let (told, ()) = join(all, async { open.send(()).unwrap() }).await;
        drop(writer);
        let mut reader = connect(&path).unwrap();
        for (number, told) in told.iter().enumerate() {
            let row = format!("SELECT 1 FROM kept WHERE number = {number}");
            let stored: Vec<One> = sql_query(row).load(&mut reader).unwrap();
            assert_eq!(stored.len(), usize::from(told.is_ok()), "{number}: {told:?}");
        }
        assert!(told[10].is_err(), "there is no room for it");
        assert!(told[11..].iter().all(Result::is_ok), "those behind it are written: {told:?}");
    }

    #[derive(QueryableByName)]
    struct One {
        #[diesel(sql_type = diesel::sql_types::Integer, column_name = "1")]
        _one: i32,
    }
}
