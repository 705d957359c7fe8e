//! The HTTP server with its limits.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use actix_web::{App, HttpServer, dev::Server, middleware::from_fn, web};

use crate::{State, contracts, observe::observe, service};

/// What a connection may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Until the headers of a request are complete.
    pub headers: Duration,
    /// Without a request, on a connection that is kept.
    pub idle: Duration,
    /// For open requests, when the server stops.
    pub drain: Duration,
    /// Connections for each worker.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            headers: Duration::from_secs(5),
            idle: Duration::from_secs(30),
            drain: Duration::from_secs(30),
            connections: 4096,
        }
    }
}

/// Binds `address`; the server runs when it is polled. Answers the addresses, too, for port 0 means any.
pub fn bind(state: Arc<State>, address: SocketAddr, limits: Limits) -> io::Result<(Server, Vec<SocketAddr>)> {
    let state = web::Data::from(state);
    let server = HttpServer::new(move || {
        App::new()
            .app_data(state.clone())
            .wrap(from_fn(observe))
            .configure(service::configure)
            .configure(contracts::configure)
            .default_service(web::to(contracts::unknown_path))
    })
    .client_request_timeout(limits.headers)
    .client_disconnect_timeout(Duration::from_secs(2))
    .keep_alive(limits.idle)
    .max_connections(limits.connections)
    .shutdown_timeout(limits.drain.as_secs())
    .disable_signals()
    .bind(address)?;
    let addresses = server.addrs();
    Ok((server.run(), addresses))
}
