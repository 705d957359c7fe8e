//! The file and its connections.

use std::{
    fs::{DirBuilder, File, OpenOptions},
    io,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    thread::available_parallelism,
    time::Duration,
};

use diesel::{
    connection::SimpleConnection,
    prelude::*,
    r2d2::{ConnectionManager, CustomizeConnection, Error as PoolError, Pool as Connections},
};
use profile_ports::{Clock, CommitError, Ids, Unavailable};
use profile_rows::Probe;
use tokio::{sync::Semaphore, time::timeout};

use crate::{error::failed, order::Order, writer::Writer};

/// Durable (`synchronous`), readers beside the writer (WAL), references checked, patience with another process, and removed rows
/// overwritten, so that nothing of an erased person stays in the file.
const PRAGMAS: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                       PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;";

/// How long a request waits for a free reader.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(5);

/// Profiles in one SQLite file, which only its owner may read.
pub struct SqliteStore {
    pub(crate) path: PathBuf,
    pub(crate) readers: Connections<ConnectionManager<SqliteConnection>>,
    /// As many as there are readers: who must wait does so here, and not on a thread.
    free_readers: Semaphore,
    /// As many as may search at the same time.
    searches: Semaphore,
    pub(crate) writer: Writer,
    pub(crate) probe: Probe,
    pub(crate) claim: Mutex<Option<File>>,
}

#[derive(Debug)]
struct Reader;

impl CustomizeConnection<SqliteConnection, PoolError> for Reader {
    fn on_acquire(&self, connection: &mut SqliteConnection) -> Result<(), PoolError> {
        connection
            .batch_execute("PRAGMA busy_timeout = 5000; PRAGMA query_only = ON;")
            .map_err(PoolError::QueryError)
    }
}

impl SqliteStore {
    /// Opens the file at `path` and makes it, with its folder, if it is not there. At most `max_connections` read; and
    /// no more than keep the processors busy, as a read is work and not waiting. `clock` and `ids` place the changes.
    pub fn open(
        path: &Path,
        max_connections: u32,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
    ) -> Result<Self, Unavailable> {
        create(path).map_err(Unavailable::database)?;
        let order = Order::new(clock, ids);
        let writer = Writer::start(connect(path)?, connect(path)?, order).map_err(Unavailable::database)?;
        let useful = available_parallelism().map_or(1, |processors| processors.get() * 2);
        // At least one beside a search.
        let max_connections = max_connections.min(u32::try_from(useful).unwrap_or(u32::MAX)).max(2);
        let readers = Connections::builder()
            .max_size(max_connections)
            .min_idle(Some(1))
            .connection_timeout(CONNECTION_TIMEOUT)
            .test_on_check_out(false)
            .connection_customizer(Box::new(Reader))
            .build(ConnectionManager::new(path.to_string_lossy()))
            .map_err(Unavailable::database)?;
        let free_readers = Semaphore::new(max_connections as usize);
        let searches = Semaphore::new((max_connections as usize / 4).max(1));
        Ok(Self {
            path: path.to_owned(),
            readers,
            free_readers,
            searches,
            writer,
            probe: Probe::default(),
            claim: Mutex::new(None),
        })
    }

    /// Looks rows up by their keys, at once if a reader is free: that takes some ten microseconds, and another thread
    /// would take more to be woken and to wake this one.
    pub(crate) async fn read_at_once<T: Send + 'static>(
        &self,
        query: impl FnOnce(&mut SqliteConnection) -> QueryResult<T> + Send + 'static,
    ) -> Result<T, Unavailable> {
        if let Some(mut connection) = self.readers.try_get() {
            return query(&mut connection).map_err(Unavailable::database);
        }
        self.read(query).await
    }

    /// Runs a query on a reader, off the async threads.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&mut SqliteConnection) -> QueryResult<T> + Send + 'static,
    ) -> Result<T, Unavailable> {
        let free = timeout(CONNECTION_TIMEOUT, self.free_readers.acquire()).await;
        let _reader = free.map_err(Unavailable::database)?.map_err(Unavailable::database)?;
        let readers = self.readers.clone();
        let run = move || {
            let mut connection = readers.get().map_err(Unavailable::database)?;
            query(&mut connection).map_err(Unavailable::database)
        };
        tokio::task::spawn_blocking(run).await.map_err(Unavailable::database)?
    }

    /// Runs a search, which may look at every row: few at a time, so that most readers are free for lookups.
    pub(crate) async fn read_in_turn<T: Send + 'static>(
        &self,
        query: impl FnOnce(&mut SqliteConnection) -> QueryResult<T> + Send + 'static,
    ) -> Result<T, Unavailable> {
        let turn = timeout(CONNECTION_TIMEOUT, self.searches.acquire()).await;
        let _turn =
            turn.map_err(|_| Unavailable::database("too many searches"))?.map_err(Unavailable::database)?;
        self.read(query).await
    }

    /// Runs a write that is no commit on the writer.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut SqliteConnection) -> QueryResult<T> + Send + 'static,
    ) -> Result<T, Unavailable> {
        let work = |connection: &mut SqliteConnection, _: &mut Order| work(connection).map_err(failed);
        self.writer.run(work).await.map_err(|error| match error {
            CommitError::Unavailable(unavailable) => unavailable,
            other => Unavailable::database(other),
        })
    }
}

/// A connection that may write.
pub(crate) fn connect(path: &Path) -> Result<SqliteConnection, Unavailable> {
    let mut connection =
        SqliteConnection::establish(&path.to_string_lossy()).map_err(Unavailable::database)?;
    connection.batch_execute(PRAGMAS).map_err(Unavailable::database)?;
    Ok(connection)
}

/// Makes the file and its folder for its owner alone; SQLite's own files beside it take over the mode.
fn create(path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    OpenOptions::new().create(true).append(true).mode(0o600).open(path).map(drop)
}
