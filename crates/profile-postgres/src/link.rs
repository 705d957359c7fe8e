//! One connection to the server. What it is sent is answered within the server's time limit and a second, or it is given up.

use std::{
    collections::HashMap,
    future::{Future, poll_fn},
    sync::{
        Arc, Mutex, OnceLock, PoisonError, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use diesel::{
    QueryResult,
    connection::Instrumentation,
    pg::Pg,
    query_builder::{QueryFragment, QueryId},
    result::Error,
};
use diesel_async::AnsiTransactionManager;
use futures_util::TryStreamExt as _;
use tokio::{task::JoinHandle, time::timeout};
use tokio_postgres::{
    AsyncMessage, Client, Connection, Row, SimpleQueryMessage, Socket, Statement, tls::TlsStream,
};

use crate::{
    failure::{READ_ONLY, code, failed, is_unreplicated, unanswered, words},
    outage::Outage,
    server::Server,
    statement::{Key, Outgoing},
};

/// The SQLSTATEs of prepared statements that are of no use any more: a pooler has lost them, or a column has changed.
const OUTDATED: [&str; 2] = ["26000", "0A000"];

/// A connection.
pub(crate) struct Link {
    client: Client,
    server: Arc<Server>,
    /// Which generation of connections it belongs to.
    generation: u64,
    /// What was prepared, by what it is found again; `None` if nothing may be prepared.
    statements: Option<Mutex<HashMap<Key, Statement>>>,
    /// Why the connection ended.
    lost: Arc<OnceLock<String>>,
    driver: JoinHandle<()>,
    discarded: AtomicBool,
    /// Whether a commit has not waited for the standbys that must have it.
    is_unreplicated: Arc<AtomicBool>,
    /// How long an answer may take; `None`: as long as it needs.
    patience: Option<Duration>,
    /// Whether the server itself ends statements that take too long.
    pub(crate) limited: bool,
    /// Whether the server took no writes when the connection was made.
    pub(crate) is_read_only: bool,
    /// For migrations, which Diesel runs.
    pub(crate) transactions: AnsiTransactionManager,
    pub(crate) instrumentation: Mutex<Box<dyn Instrumentation>>,
}

impl Link {
    /// Drives `connection` until it ends or the link is dropped.
    pub(crate) fn new<T>(
        server: &Arc<Server>,
        client: Client,
        connection: Connection<Socket, T>,
        patience: Option<Duration>,
    ) -> Self
    where
        T: TlsStream + Unpin + Send + 'static,
    {
        let (lost, is_unreplicated) = (Arc::new(OnceLock::new()), Arc::<AtomicBool>::default());
        let signs = Signs {
            server: Arc::downgrade(server),
            lost: Arc::clone(&lost),
            is_unreplicated: Arc::clone(&is_unreplicated),
        };
        Self {
            client,
            generation: server.generation(),
            // Migrations send each of their statements once.
            statements: (server.prepared && patience.is_some()).then(Mutex::default),
            server: Arc::clone(server),
            driver: tokio::spawn(drive(connection, signs)),
            lost,
            discarded: AtomicBool::new(false),
            is_unreplicated,
            patience,
            limited: false,
            is_read_only: false,
            transactions: AnsiTransactionManager::default(),
            instrumentation: Mutex::new(Box::new(|_: diesel::connection::InstrumentationEvent<'_>| {})),
        }
    }

    /// Whether it may be lent out again.
    pub(crate) fn is_usable(&self) -> bool {
        !self.client.is_closed()
            && !self.discarded.load(Ordering::Relaxed)
            && self.generation == self.server.generation()
    }

    /// It is of the generation that has just begun.
    pub(crate) fn join_generation(&mut self) {
        self.generation = self.server.generation();
    }

    /// It shall not be lent out again: nobody knows what state it is in.
    pub(crate) fn discard(&self) {
        self.discarded.store(true, Ordering::Relaxed);
    }

    /// Writes down `query` for this connection.
    pub(crate) fn outgoing<T: QueryFragment<Pg> + QueryId>(&self, query: &T) -> QueryResult<Outgoing> {
        let known = |key: &Key| lock(self.statements.as_ref()?).get(key).cloned();
        Outgoing::of(query, known)
    }

    /// Waits for `answer`, but not for ever.
    pub(crate) async fn within<T>(&self, answer: impl Future<Output = QueryResult<T>>) -> QueryResult<T> {
        let Some(patience) = self.patience else { return answer.await };
        match timeout(patience, answer).await {
            Ok(answer) => answer,
            Err(_) => Err(self.give_up(patience)),
        }
    }

    /// What the server says to a query without values; before anything else is sent.
    pub(crate) async fn ask(&self, query: &str) -> Result<Vec<SimpleQueryMessage>, tokio_postgres::Error> {
        self.client.simple_query(query).await
    }

    /// From now on every statement is sent as it is.
    pub(crate) fn prepare_nothing(&mut self) {
        self.statements = None;
    }

    /// The rows that a query finds. Without a time limit: see [`Link::within`].
    pub(crate) async fn rows(&self, outgoing: Outgoing) -> QueryResult<Vec<Row>> {
        let Outgoing { known, key, sql, types, values } = outgoing;
        let rows = match self.statement(known, key, &sql, &types).await? {
            Some(statement) => self.client.query_raw(&statement, values).await,
            None => self.client.query_typed_raw(&sql, values.into_iter().zip(types)).await,
        };
        let rows = rows.map_err(|error| self.failed(&error))?;
        let rows = rows.try_collect().await.map_err(|error| self.failed(&error))?;
        self.replicated().map(|()| rows)
    }

    /// Runs a statement, and answers how many rows it touched. Without a time limit: see [`Link::within`].
    pub(crate) async fn perform(&self, outgoing: Outgoing) -> QueryResult<usize> {
        let Outgoing { known, key, sql, types, values } = outgoing;
        let touched = if let Some(statement) = self.statement(known, key, &sql, &types).await? {
            self.client.execute_raw(&statement, values).await
        } else {
            let values: Vec<_> = values.iter().map(|value| value as _).zip(types).collect();
            self.client.execute_typed(&sql, &values).await
        };
        let touched = touched.map_err(|error| self.failed(&error))?;
        self.replicated()?;
        usize::try_from(touched).map_err(|error| Error::DeserializationError(Box::new(error)))
    }

    /// Has the server prepare a statement that it does not know, so that it can be sent without a pause: behind one that is
    /// prepared first, the next would overtake it. Without a time limit: see [`Link::within`].
    pub(crate) async fn prepared(&self, mut outgoing: Outgoing) -> QueryResult<Outgoing> {
        let Outgoing { known, key, sql, types, .. } = &mut outgoing;
        *known = self.statement(known.take(), key.take(), sql, types).await?;
        Ok(outgoing)
    }

    /// Runs statements without values. Without a time limit: see [`Link::within`].
    pub(crate) async fn run(&self, statements: &str) -> QueryResult<()> {
        self.client.batch_execute(statements).await.map_err(|error| self.failed(&error))?;
        self.replicated()
    }

    /// Whoever waits for a commit that the standbys may not have must not be told that it is durable.
    fn replicated(&self) -> QueryResult<()> {
        if !self.is_unreplicated.load(Ordering::Relaxed) {
            return Ok(());
        }
        self.discard();
        Err(unanswered("the server has committed, and did not wait for its standbys".to_owned()))
    }

    /// The prepared statement to use; `None` if it is to be sent as it is.
    async fn statement(
        &self,
        known: Option<Statement>,
        key: Option<Key>,
        sql: &str,
        types: &[tokio_postgres::types::Type],
    ) -> QueryResult<Option<Statement>> {
        let (None, Some(key), Some(statements)) = (&known, key, &self.statements) else { return Ok(known) };
        let prepared = self.client.prepare_typed(sql, types).await;
        let prepared = prepared.map_err(|error| self.failed(&error))?;
        lock(statements).insert(key, prepared.clone());
        Ok(Some(prepared))
    }

    fn failed(&self, error: &tokio_postgres::Error) -> Error {
        if let Some(why) = self.lost.get().filter(|_| error.is_closed()) {
            return unanswered(why.clone());
        }
        let failure = failed(error);
        if let (Some(statements), Some(code)) = (&self.statements, code(&failure))
            && OUTDATED.contains(&code)
        {
            lock(statements).clear();
        }
        if code(&failure) == Some(READ_ONLY) {
            self.discard();
            if !self.is_read_only {
                // It took writes before, so the others of its generation lead to the same place.
                self.server.begin_new_generation();
            }
        }
        failure
    }

    /// No answer came in time. The other connections may be lost as well, so none of them is lent out again.
    fn give_up(&self, patience: Duration) -> Error {
        self.discard();
        self.server.begin_new_generation();
        // The server may still be at it: no limit of its own ends a commit's wait for standbys, which would hold locks and a
        // session for as long as there are none.
        self.server.cancel(self.client.cancel_token());
        unanswered(format!("the server did not answer within {} s", patience.as_secs_f32()))
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        // At once: a line that is frozen would not take a farewell.
        self.driver.abort();
    }
}

/// What whoever drives a connection tells of it.
struct Signs {
    server: Weak<Server>,
    lost: Arc<OnceLock<String>>,
    is_unreplicated: Arc<AtomicBool>,
}

/// Moves what is sent and received until the connection ends; says why before those who wait are told that it has.
async fn drive<T>(mut connection: Connection<Socket, T>, signs: Signs)
where
    T: TlsStream + Unpin,
{
    while let Some(message) = poll_fn(|context| connection.poll_message(context)).await {
        match message {
            Ok(AsyncMessage::Notice(notice)) if is_unreplicated(&notice) => {
                signs.is_unreplicated.store(true, Ordering::Relaxed);
            }
            Ok(_) => {}
            Err(error) => {
                let why = words(&error);
                if let Some(server) = signs.server.upgrade() {
                    Outage::begin(&server, &why);
                }
                signs.lost.set(why).ok();
                return;
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
