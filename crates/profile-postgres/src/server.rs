//! How the server is reached, encrypted where the URL asks for it.

use diesel::{ConnectionError, ConnectionResult};
use diesel_async::{
    AsyncConnection as _, AsyncPgConnection, SimpleAsyncConnection as _,
    pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod},
};
use profile_ports::Unavailable;
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

/// A lost network or a blocked row must not hold a request for ever.
const SESSION: &str = "SET statement_timeout = '10s'; SET lock_timeout = '5s'";

/// How to reach the server.
#[derive(Clone)]
pub(crate) struct Server {
    url: String,
    tls: Option<MakeRustlsConnect>,
}

impl Server {
    /// Reads the URL. `sslmode=require` and `verify-full` are the same here: the server's certificate is always verified
    /// against the machine's roots, or those in `SSL_CERT_FILE`. Any other mode is not encrypted.
    pub(crate) fn new(url: &str) -> Result<Self, Unavailable> {
        let url = url.replace("sslmode=verify-full", "sslmode=require");
        let config: tokio_postgres::Config = url.parse().map_err(Unavailable::database)?;
        let tls = match config.get_ssl_mode() {
            SslMode::Require => {
                let (tls, _unusable) = MakeRustlsConnect::with_native_certs()
                    .map_err(|_| Unavailable::database("this machine has no root certificates"))?;
                Some(tls)
            }
            _ => None,
        };
        Ok(Self { url, tls })
    }

    /// Makes the connections of a pool.
    pub(crate) fn manager(&self) -> AsyncDieselConnectionManager<AsyncPgConnection> {
        let mut config = ManagerConfig::default();
        // A closed connection is noticed without asking the server; the usual question costs a round trip each time.
        config.recycling_method = RecyclingMethod::Fast;
        let server = self.clone();
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
        AsyncDieselConnectionManager::new_with_config(self.url.as_str(), config)
    }

    async fn connect(self) -> ConnectionResult<AsyncPgConnection> {
        let Some(tls) = self.tls else { return AsyncPgConnection::establish(&self.url).await };
        let (client, connection) = tokio_postgres::connect(&self.url, tls)
            .await
            .map_err(|error| ConnectionError::BadConnection(error.to_string()))?;
        AsyncPgConnection::try_from_client_and_connection(client, connection).await
    }
}
