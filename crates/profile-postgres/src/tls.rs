//! Connections to the server, encrypted where the URL asks for it.

use diesel::{ConnectionError, ConnectionResult};
use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use profile_ports::Unavailable;
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

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

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) async fn connect(self) -> ConnectionResult<AsyncPgConnection> {
        let Some(tls) = self.tls else { return AsyncPgConnection::establish(&self.url).await };
        let (client, connection) = tokio_postgres::connect(&self.url, tls)
            .await
            .map_err(|error| ConnectionError::BadConnection(error.to_string()))?;
        AsyncPgConnection::try_from_client_and_connection(client, connection).await
    }
}
