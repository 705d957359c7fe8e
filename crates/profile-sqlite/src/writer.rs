//! The one writer: a thread that takes what has queued up and makes it durable with a single flush.

use std::{
    collections::VecDeque,
    thread::{self, JoinHandle},
};

use diesel::{connection::SimpleConnection as _, prelude::*, result::Error};
use profile_ports::{CommitError, Unavailable, UnknownOutcome};
use tokio::sync::{mpsc, oneshot};

use crate::{checkpoints::Checkpoints, order::Order};

/// Most writes that wait; further callers wait to be let in.
const MAX_WAITING: usize = 1024;
/// Most writes that share one flush.
const MAX_BATCH: usize = 256;

type Work = Box<dyn FnOnce(&mut SqliteConnection, &mut Order) -> Result<(), CommitError> + Send>;
type Answer = oneshot::Sender<Result<(), CommitError>>;

struct Job {
    work: Work,
    answer: Answer,
}

/// The writer; dropping it waits until the queue is empty and the file is tidy.
pub(crate) struct Writer {
    /// Taken when the writer is dropped, which ends the thread.
    queue: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the writer on a connection of its own, and its checkpoints on the other.
    pub(crate) fn start(
        mut own: SqliteConnection,
        other: SqliteConnection,
        mut order: Order,
    ) -> std::io::Result<Self> {
        let (sender, mut queue) = mpsc::channel(MAX_WAITING);
        let mut checkpoints = Checkpoints::start(&mut own, other)?;
        let thread = thread::Builder::new().name("sqlite-writer".to_owned()).spawn(move || {
            let mut group = Vec::with_capacity(MAX_BATCH);
            while queue.blocking_recv_many(&mut group, MAX_BATCH) > 0 {
                let writes = group.len();
                commit_group(&mut own, &mut order, &mut group);
                checkpoints.written(writes, &mut own);
            }
            checkpoints.end();
            // Best effort: what stays in the log is replayed at the next start.
            own.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)").ok();
        })?;
        Ok(Self { queue: Some(sender), thread: Some(thread) })
    }

    /// Runs `work` in the order of arrival and answers when it is durable. Dropping the future changes nothing.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut SqliteConnection, &mut Order) -> Result<T, CommitError> + Send + 'static,
    ) -> Result<T, CommitError> {
        let (answer, answered) = oneshot::channel();
        // What it returns waits here until it is durable.
        let (done, returned) = oneshot::channel();
        let work: Work =
            Box::new(move |connection, order| work(connection, order).map(|value| drop(done.send(value))));
        let queue = self.queue.as_ref().ok_or_else(stopped)?;
        queue.send(Job { work, answer }).await.map_err(|_| stopped())?;
        answered.await.map_err(|_| unknown(STOPPED))??;
        returned.await.map_err(|_| unknown(STOPPED))
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

const STOPPED: &str = "the writer has stopped";

fn stopped() -> CommitError {
    failed(STOPPED)
}

fn failed(why: &str) -> CommitError {
    Unavailable::database(why).into()
}

/// It may have been written, and it may not.
fn unknown(why: &str) -> CommitError {
    UnknownOutcome::because(why).into()
}

/// Writes the jobs of `group` for whose answer somebody waits, in one transaction if none of them ends it.
fn commit_group(connection: &mut SqliteConnection, order: &mut Order, group: &mut Vec<Job>) {
    // Nobody waits for the answer of a request that has gone: its write has not begun and need not.
    let mut waiting: VecDeque<Job> = group.drain(..).filter(|job| !job.answer.is_closed()).collect();
    while !waiting.is_empty() {
        commit_together(connection, order, &mut waiting);
    }
}

/// One transaction, with a savepoint for each job, so that a refused one does not sink the others. An error may end the whole
/// transaction, like that of a full disk; then the jobs before it are not written, and those behind it go on waiting.
///
/// Diesel does not notice such an end, so the transaction is not in its hands; a job must not begin one of its own.
fn commit_together(connection: &mut SqliteConnection, order: &mut Order, waiting: &mut VecDeque<Job>) {
    if let Err(error) = connection.batch_execute("BEGIN IMMEDIATE") {
        return refuse(waiting.drain(..).map(|job| job.answer), &error.to_string());
    }
    order.begin();
    let mut done = Vec::with_capacity(waiting.len());
    while let Some(Job { work, answer }) = waiting.pop_front() {
        match in_savepoint(connection, order, work) {
            Ok(outcome) => done.push((answer, outcome)),
            Err(why) => {
                connection.batch_execute("ROLLBACK").ok();
                let before = done.into_iter().map(|(answer, _)| answer);
                return refuse(before.chain([answer]), &why);
            }
        }
    }
    let committed = connection.batch_execute("COMMIT");
    if committed.is_err() {
        connection.batch_execute("ROLLBACK").ok();
    }
    for (answer, outcome) in done {
        let outcome = match (&committed, outcome) {
            (Err(error), Ok(())) if is_full(error) => Err(failed(&error.to_string())),
            // The log may hold all of it, and be read after a crash.
            (Err(error), Ok(())) => Err(unknown(&error.to_string())),
            (_, outcome) => outcome,
        };
        answer.send(outcome).ok();
    }
}

/// The outcome of `work`, undone if it failed; an error, which says why, if the transaction has ended with it.
fn in_savepoint(
    connection: &mut SqliteConnection,
    order: &mut Order,
    work: Work,
) -> Result<Result<(), CommitError>, String> {
    connection.batch_execute("SAVEPOINT job").map_err(|error| error.to_string())?;
    let outcome = work(connection, order);
    let end = if outcome.is_ok() { "RELEASE job" } else { "ROLLBACK TO job; RELEASE job" };
    match (connection.batch_execute(end), outcome) {
        (Ok(()), outcome) => Ok(outcome),
        // What the job met says more than that its savepoint is gone.
        (Err(_), Err(refused)) => Err(refused.to_string()),
        (Err(error), Ok(())) => Err(error.to_string()),
    }
}

fn refuse(answers: impl Iterator<Item = Answer>, why: &str) {
    for answer in answers {
        answer.send(Err(failed(why))).ok();
    }
}

/// The log could not take the end of the transaction, so there is none.
fn is_full(error: &Error) -> bool {
    error.to_string().contains("database or disk is full")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use diesel::sql_query;
    use futures_util::future::{FutureExt as _, join, join_all};
    use profile_testkit::fixed::{CountingIds, FixedClock};
    use tempfile::TempDir;

    use super::*;
    use crate::store::connect;

    fn insert(number: i32, bytes: i32, connection: &mut SqliteConnection) -> Result<usize, CommitError> {
        let statement = format!("INSERT INTO kept VALUES ({number}, zeroblob({bytes}))");
        sql_query(statement).execute(connection).map_err(|error| failed(&error.to_string()))
    }

    #[tokio::test]
    async fn what_is_told_failed_is_not_stored_when_an_error_ends_the_transaction() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("some.db");
        let mut own = connect(&path).unwrap();
        own.batch_execute("CREATE TABLE kept (number INTEGER PRIMARY KEY, bytes BLOB)").unwrap();
        own.batch_execute("PRAGMA max_page_count = 50").unwrap();
        let order = Order::new(Arc::new(FixedClock::at(0)), Arc::new(CountingIds::default()));
        let writer = Writer::start(own, connect(&path).unwrap(), order).unwrap();
        // The first one holds the writer until all the others wait behind it.
        let (open, gate) = std::sync::mpsc::channel::<()>();
        let first = writer.run(move |connection, _| {
            gate.recv().ok();
            insert(0, 10, connection)
        });
        let others = (1..=20).map(|number| {
            let bytes = if number == 10 { 1_000_000 } else { 10 };
            writer.run(move |connection, _| insert(number, bytes, connection)).boxed()
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
