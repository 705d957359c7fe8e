//! The pool of connections.

use std::time::Duration;

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

use crate::tls::Server;

/// How long a request waits for a connection, whether a new or a free one.
const WAIT: Duration = Duration::from_secs(5);

/// A lost network or a blocked row must not hold a request for ever.
const SESSION: &str = "SET statement_timeout = '10s'; SET lock_timeout = '5s'";

/// Profiles in a PostgreSQL database.
pub struct PostgresStore {
    connections: Connections<AsyncPgConnection>,
    max_connections: usize,
}

impl PostgresStore {
    /// A store on the database at `url`, with at most `max_connections`; connects when first asked.
    pub fn new(url: &str, max_connections: usize) -> Result<Self, Unavailable> {
        let mut config = ManagerConfig::default();
        // A closed connection is noticed without asking the server; the usual question costs a round trip each time.
        config.recycling_method = RecyclingMethod::Fast;
        let server = Server::new(url)?;
        let address = server.url().to_owned();
        config.custom_setup = Box::new(move |_| {
            let server = server.clone();
            Box::pin(async move {
                let mut connection = server.connect().await?;
                connection
                    .batch_execute(SESSION)
                    .await
                    .map_err(ConnectionError::CouldntSetupConfiguration)?;
                Ok(connection)
            })
        });
        let manager = AsyncDieselConnectionManager::<AsyncPgConnection>::new_with_config(address, config);
        let connections =
            Connections::builder(manager).max_size(max_connections).build().map_err(Unavailable::database)?;
        Ok(Self { connections, max_connections })
    }

    pub(crate) async fn connection(&self) -> Result<Object<AsyncPgConnection>, Unavailable> {
        match tokio::time::timeout(WAIT, self.connections.get()).await {
            Ok(connection) => connection.map_err(Unavailable::database),
            Err(_) => Err(Unavailable::database("no connection became free in time")),
        }
    }
}

#[async_trait]
impl Store for PostgresStore {
    async fn ready(&self) -> Result<(), Unavailable> {
        let mut connection = self.connection().await?;
        connection.batch_execute("SELECT 1").await.map_err(Unavailable::database)
    }

    fn pool(&self) -> Pool {
        let status = self.connections.status();
        Pool { open: status.size, idle: status.available, max: self.max_connections }
    }
}
