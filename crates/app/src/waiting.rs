//! A start on a database that is read-only, such as a standby: the server listens, says that it is not ready, and goes on as
//! soon as the database takes writes.

use std::{sync::Arc, time::Duration};

use anyhow::Context as _;
use profile_http::{Limits, ServerHandle, Sockets, TrustedProxies, bind_not_ready};
use profile_ports::{Database, Ids};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    time::sleep,
};

use crate::{settings::Settings, system::RandomIds, wiring::sockets};

/// How often a read-only database is asked whether it takes writes.
const POLL: Duration = Duration::from_secs(1);

/// How long callers whose connection was accepted may take to ask.
const FIRST_REQUEST: Duration = Duration::from_secs(2);

/// The signals that stop a server.
pub(crate) struct StopSignals {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignals {
    pub(crate) fn listen() -> std::io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Waits for the next one.
    pub(crate) async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// A server that waits for its database.
pub(crate) struct Waiting {
    server: ServerHandle,
    pub(crate) sockets: Sockets,
    pub(crate) signals: StopSignals,
}

impl Waiting {
    pub(crate) fn begin(settings: &Settings, limits: Limits) -> anyhow::Result<Self> {
        let signals = StopSignals::listen()?;
        let sockets = sockets(settings)?;
        let ids: Arc<dyn Ids> = Arc::new(RandomIds);
        let trusted = TrustedProxies::new(settings.general.trusted_proxies.clone());
        let server = bind_not_ready(sockets.try_clone()?, limits, trusted, &ids);
        let server = server.context("cannot listen")?;
        let handle = server.handle();
        tokio::spawn(server);
        tracing::warn!(
            database = settings.shown_database_url(),
            address = %sockets.address()?,
            "the database is read-only: every request is answered 503 until it takes writes"
        );
        Ok(Self { server: handle, sockets, signals })
    }

    /// Returns whether the database takes writes now; if it does not, the server is to stop.
    pub(crate) async fn until_writable(&mut self, database: &dyn Database) -> bool {
        let writable = async {
            while database.check_writable().await.is_err() {
                sleep(POLL).await;
            }
        };
        tokio::select! {
            () = writable => true,
            () = self.signals.next() => false,
        }
    }

    /// Ends what has answered meanwhile, while another server begins.
    pub(crate) fn end(self) -> (Sockets, StopSignals) {
        let Self { server, sockets, signals } = self;
        // Nobody needs to know when its last request has been answered.
        tokio::spawn(async move {
            // A stop closes connections that were accepted and have not asked yet, so from now on the other one accepts them.
            server.pause().await;
            sleep(FIRST_REQUEST).await;
            server.stop(true).await;
        });
        (sockets, signals)
    }
}
