//! The pool of connections.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread::available_parallelism,
    time::Duration,
};

use async_trait::async_trait;
use diesel::ConnectionError;
use diesel_async::{
    AsyncPgConnection, SimpleAsyncConnection as _,
    pooled_connection::{
        AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
        deadpool::{Object, Pool as Connections},
    },
};
use profile_ports::{Pool, Store, Unavailable};
use tokio::runtime::{Handle, RuntimeFlavor};

use crate::tls::Server;

/// How long a request waits for a connection, whether a new or a free one.
const WAIT: Duration = Duration::from_secs(5);

/// A lost network or a blocked row must not hold a request for ever.
const SESSION: &str = "SET statement_timeout = '10s'; SET lock_timeout = '5s'";

/// Profiles in a PostgreSQL database.
pub struct PostgresStore {
    /// A share of the connections for each thread that answers requests: one that another thread drives would cost a
    /// change of threads on each way.
    shares: Vec<Connections<AsyncPgConnection>>,
    max_connections: usize,
}

impl PostgresStore {
    /// A store on the database at `url`, with at most `max_connections`; connects when first asked.
    pub fn new(url: &str, max_connections: usize) -> Result<Self, Unavailable> {
        let server = Server::new(url)?;
        let shares = available_parallelism().map_or(1, usize::from).min(max_connections).max(1);
        let share = |number: usize| {
            let size = max_connections / shares + usize::from(number < max_connections % shares);
            Connections::builder(manager(&server)).max_size(size).build().map_err(Unavailable::database)
        };
        Ok(Self { shares: (0..shares).map(share).collect::<Result<_, _>>()?, max_connections })
    }

    pub(crate) async fn connection(&self) -> Result<Object<AsyncPgConnection>, Unavailable> {
        let share = self.shares.get(own_share(self.shares.len()));
        let share = share.ok_or_else(|| Unavailable::database("there are no connections"))?;
        match tokio::time::timeout(WAIT, share.get()).await {
            Ok(connection) => connection.map_err(Unavailable::database),
            Err(_) => Err(Unavailable::database("no connection became free in time")),
        }
    }
}

/// Which share the calling thread takes from. Those that answer requests have a runtime each, and take turns at their first
/// request; all others take from the first share.
fn own_share(shares: usize) -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static OWN: usize = NEXT.fetch_add(1, Ordering::Relaxed);
    }
    match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
        Ok(RuntimeFlavor::CurrentThread) => OWN.with(|own| own % shares.max(1)),
        _ => 0,
    }
}

fn manager(server: &Server) -> AsyncDieselConnectionManager<AsyncPgConnection> {
    let mut config = ManagerConfig::default();
    // A closed connection is noticed without asking the server; the usual question costs a round trip each time.
    config.recycling_method = RecyclingMethod::Fast;
    let address = server.url().to_owned();
    let server = server.clone();
    config.custom_setup = Box::new(move |_| {
        let server = server.clone();
        Box::pin(async move {
            let mut connection = server.connect().await?;
            connection.batch_execute(SESSION).await.map_err(ConnectionError::CouldntSetupConfiguration)?;
            Ok(connection)
        })
    });
    AsyncDieselConnectionManager::new_with_config(address, config)
}

#[async_trait]
impl Store for PostgresStore {
    async fn ready(&self) -> Result<(), Unavailable> {
        let mut connection = self.connection().await?;
        connection.batch_execute("SELECT 1").await.map_err(Unavailable::database)
    }

    fn pool(&self) -> Pool {
        let shares = self.shares.iter().map(Connections::status);
        let (open, idle) =
            shares.fold((0, 0), |(open, idle), share| (open + share.size, idle + share.available));
        Pool { open, idle, max: self.max_connections }
    }
}
