//! Checkpoints beside the writer: what its log holds goes into the file on a thread of its own, so that no group waits for it.

use std::{
    io,
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread::{Builder, JoinHandle},
};

use diesel::{connection::SimpleConnection as _, prelude::*};

/// Writes from one checkpoint to the next. The fewer, the sooner the disk has done with the file's flush and turns to a group's.
const COMMITS_PER_CHECKPOINT: usize = 256;

/// Only if this thread cannot keep up is a checkpoint made on the writer's, so that the log stays within some 16 MB.
const WAL_LIMIT_PRAGMA: &str = "PRAGMA wal_autocheckpoint = 4000";

/// The writer's end of the thread that makes them.
pub(crate) struct Checkpoints {
    /// Is taken up only by a thread that has nothing to do.
    begin: SyncSender<()>,
    finished: Receiver<()>,
    /// Since the last one began.
    writes: usize,
    thread: JoinHandle<()>,
}

impl Checkpoints {
    /// Starts the thread on a connection of its own, beside that of the `writer`.
    pub(crate) fn start(writer: &mut SqliteConnection, mut own: SqliteConnection) -> io::Result<Self> {
        writer.batch_execute(WAL_LIMIT_PRAGMA).map_err(io::Error::other)?;
        let (begin, begun) = sync_channel(0);
        let (finish, finished) = sync_channel(1);
        let thread = Builder::new().name("sqlite-checkpoint".to_owned()).spawn(move || {
            while begun.recv().is_ok() {
                checkpoint(&mut own);
                finish.try_send(()).ok();
            }
        })?;
        Ok(Self { begin, finished, writes: 0, thread })
    }

    /// Tells of a group of `writes`, after which nobody waits for the `writer`.
    pub(crate) fn written(&mut self, writes: usize, writer: &mut SqliteConnection) {
        self.writes += writes;
        if self.finished.try_recv().is_ok() {
            // The little that was written meanwhile: a log that is in the file entirely begins anew instead of growing.
            checkpoint(writer);
        } else if self.writes >= COMMITS_PER_CHECKPOINT && self.begin.try_send(()).is_ok() {
            self.writes = 0;
        }
    }

    /// Waits until the thread has ended, as only one at a time can make a checkpoint.
    pub(crate) fn end(self) {
        drop(self.begin);
        self.thread.join().ok();
    }
}

/// Best effort: what stays in the log is as durable there, and comes with the next one.
fn checkpoint(connection: &mut SqliteConnection) {
    connection.batch_execute("PRAGMA wal_checkpoint(PASSIVE)").ok();
}
