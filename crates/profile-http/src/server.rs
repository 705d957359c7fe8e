//! The HTTP server with its limits.

use std::{
    fmt, io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use actix_http::{HttpService, Request, Response, body::MessageBody, error::DispatchError};
use actix_server::{GracefulShutdownSignal, Server, ServerBuilder};
use actix_service::{
    IntoServiceFactory, Service, ServiceFactory, ServiceFactoryExt as _, fn_service, map_config,
};
use actix_web::{App, dev::AppConfig, middleware::from_fn, web};
use profile_usecases::watch_feed;
use tokio::net::TcpStream;

use crate::{
    Sockets, State,
    connection::{Gate, Watched},
    contracts,
    cors::Cors,
    observe::observe,
    service,
};

/// Connections for each worker beyond all that there may be: the gate decides, and the acceptor never waits.
const ACCEPTED_EARLY: usize = 32;

/// What connections may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Until the headers of a request are complete.
    pub headers: Duration,
    /// Without a request, on a connection that is kept.
    pub idle: Duration,
    /// For open requests, when the server stops.
    pub drain: Duration,
    /// All connections together.
    pub connections: usize,
    /// Connections of one address that is no trusted proxy.
    pub connections_of_peer: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            headers: Duration::from_secs(5),
            idle: Duration::from_secs(75),
            drain: Duration::from_secs(30),
            connections: 4096,
            connections_of_peer: 2048,
        }
    }
}

/// Registers pages that are served beside the operator API.
pub type Pages = Arc<dyn Fn(&mut web::ServiceConfig) + Send + Sync>;

/// For whom to listen.
#[derive(Clone)]
pub struct Listen {
    /// Origins that may call the contracts from a browser.
    pub cors_origins: Vec<String>,
    /// What connections may take.
    pub limits: Limits,
    /// Pages for operators, where the operator API is served.
    pub pages: Pages,
}

/// A server that runs when it is polled, and the addresses that it listens on: port 0 means any.
pub struct Bound {
    /// The server.
    pub server: Server,
    /// Where it listens.
    pub address: SocketAddr,
    /// Where it listens for those who ask for the metrics, if that is another address.
    pub metrics: Option<SocketAddr>,
    /// Where it listens for operators, if that is another address.
    pub operator: Option<SocketAddr>,
}

/// Serves on `sockets`. Runs beside the server what its open calls need, for which it must be called within a runtime.
pub fn bind(state: Arc<State>, sockets: Sockets, listen: &Listen) -> io::Result<Bound> {
    let limits = listen.limits;
    tokio::spawn(serve_open_calls(Arc::clone(&state)));
    let gate = Gate::new(&limits, state.trusted_proxies.clone());
    let state = web::Data::from(state);
    let builder = ServerBuilder::new()
        .disable_signals()
        .shutdown_timeout(limits.drain.as_secs())
        .max_concurrent_connections(limits.connections.saturating_add(ACCEPTED_EARLY));
    let stop = builder.graceful_shutdown_signal();

    let address = sockets.address()?;
    let own_metrics = sockets.metrics.is_some();
    let serves: fn(&str) -> bool =
        if sockets.operator.is_some() { |name| name != contracts::operator::NAME } else { |_| true };
    let cors = Cors::new(&listen.cors_origins);
    let main = (state.clone(), Arc::clone(&gate), stop.clone());
    let pages = Arc::clone(&listen.pages);
    let has_pages = sockets.operator.is_none();
    let mut builder = builder.listen("profile", sockets.main, move || {
        let (state, gate, stop) = main.clone();
        let (cors, pages) = (cors.clone(), Arc::clone(&pages));
        let app = App::new()
            .app_data(state)
            .wrap(from_fn(observe))
            .configure(|app| contracts::configure(app, cors.as_ref(), serves))
            .configure(service::configure)
            .configure(|app| {
                if !own_metrics {
                    service::configure_metrics(app);
                }
            })
            .configure(|app| {
                if has_pages {
                    pages(app);
                }
            })
            .default_service(web::to(contracts::unknown_path));
        serve(app, gate, limits, stop)
    })?;
    let local = |socket: &Option<TcpListener>| socket.as_ref().map(TcpListener::local_addr).transpose();
    let (metrics, operator) = (local(&sockets.metrics)?, local(&sockets.operator)?);
    if let Some(listener) = sockets.operator {
        let own = (state.clone(), Arc::clone(&gate), stop.clone());
        let pages = Arc::clone(&listen.pages);
        builder = builder.listen("operator", listener, move || {
            let (state, gate, stop) = own.clone();
            let app = App::new()
                .app_data(state)
                .wrap(from_fn(observe))
                .configure(|app| contracts::configure(app, None, |name| name == contracts::operator::NAME))
                .configure(service::configure_operator)
                .configure(|app| pages(app))
                .default_service(web::to(contracts::unknown_operator_path));
            serve(app, gate, limits, stop)
        })?;
    }
    if let Some(listener) = sockets.metrics {
        builder = builder.listen("metrics", listener, move || {
            let app = App::new()
                .app_data(state.clone())
                .wrap(from_fn(observe))
                .configure(service::configure_metrics);
            serve(app, Arc::clone(&gate), limits, stop.clone())
        })?;
    }
    Ok(Bound { server: builder.run(), address, metrics, operator })
}

/// Reads the log and the keys for all open calls, until the server is about to stop.
async fn serve_open_calls(state: Arc<State>) {
    let State { ports, feed, open_calls, .. } = &*state;
    tokio::select! {
        () = watch_feed(Arc::clone(&ports.store), Arc::clone(feed)) => {}
        () = open_calls.watch_keys(ports) => {}
        () = feed.closed() => {}
    }
}

/// Serves `app` over connections that the gate admits.
pub(crate) fn serve<F, S, B>(
    app: F,
    gate: Arc<Gate>,
    limits: Limits,
    stop: GracefulShutdownSignal,
) -> impl ServiceFactory<TcpStream, Config = (), Response = (), Error = DispatchError, InitError = ()>
where
    F: IntoServiceFactory<S, Request>,
    S: ServiceFactory<Request, Config = AppConfig> + 'static,
    S::Error: Into<actix_web::Error> + 'static,
    S::InitError: fmt::Debug,
    S::Response: Into<Response<B>> + 'static,
    <S::Service as Service<Request>>::Future: 'static,
    S::Service: 'static,
    B: MessageBody + 'static,
{
    let app = app.into_factory().map_err(|error| -> Response<_> {
        let error: actix_web::Error = error.into();
        error.error_response().into()
    });
    let http = HttpService::build()
        .graceful_shutdown_signal(move || {
            let stop = stop.clone();
            async move { stop.notified().await }
        })
        .keep_alive(limits.idle)
        .client_request_timeout(limits.headers)
        .client_disconnect_timeout(Duration::from_secs(2))
        .on_connect_ext(|stream: &Watched, data| {
            data.insert(Arc::clone(stream.connection()));
        })
        .finish(map_config(app, |()| AppConfig::default()));
    fn_service(move |stream: TcpStream| {
        let gate = Arc::clone(&gate);
        async move {
            let peer = stream.peer_addr()?;
            let Some(slot) = gate.admit(peer.ip()) else {
                metrics::counter!("profile_http_connections_closed_total", "reason" => "refused")
                    .increment(1);
                return Err(DispatchError::Io(io::ErrorKind::ConnectionRefused.into()));
            };
            Ok((Watched::new(stream, slot, limits), actix_http::Protocol::Http1, Some(peer)))
        }
    })
    .and_then(http)
}
