//! The service before its database takes writes: it lives, it is not ready, and every request is asked to come again.

use std::{io, sync::Arc};

use actix_http::ConnectionType;
use actix_server::{Server, ServerBuilder};
use actix_web::{
    App, Error, HttpResponse,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    middleware::{Next, from_fn},
    web,
};
use profile_ports::Ids;
use serde_json::json;

use crate::{
    Limits, Sockets, TrustedProxies,
    connection::{Connection, Gate},
    contracts,
    endpoint::get,
    observe::identify,
    server::serve,
    service::health,
};

/// Threads that answer: there is nothing to do for them.
const WORKERS: usize = 1;

/// Returns a server that runs when it is polled, and answers on `sockets` until another one is there to do so.
///
/// # Errors
/// Where the sockets cannot be listened on.
pub fn bind_not_ready(
    sockets: Sockets,
    limits: Limits,
    trusted_proxies: TrustedProxies,
    ids: &Arc<dyn Ids>,
) -> io::Result<Server> {
    let gate = Gate::new(&limits, trusted_proxies);
    let mut builder = ServerBuilder::new()
        .disable_signals()
        .workers(WORKERS)
        .shutdown_timeout(limits.drain.as_secs())
        .max_concurrent_connections(limits.connections);
    let stop = builder.graceful_shutdown_signal();
    let Sockets { main, metrics, operator } = sockets;
    for socket in [Some(main), metrics, operator].into_iter().flatten() {
        let (gate, stop, ids) = (Arc::clone(&gate), stop.clone(), Arc::clone(ids));
        builder = builder.listen("not ready", socket, move || {
            let app = App::new()
                .app_data(web::Data::from(Arc::clone(&ids)))
                .wrap(from_fn(answer_once))
                .route("/healthz", get().to(health))
                .route("/readyz", get().to(not_ready))
                .default_service(web::to(contracts::unavailable));
            serve(app, Arc::clone(&gate), limits, stop.clone())
        })?;
    }
    Ok(builder.run())
}

async fn not_ready() -> HttpResponse {
    HttpResponse::ServiceUnavailable().json(json!({ "status": "not ready", "failing": ["database"] }))
}

/// Every answer has the request's id, and is the last one on its connection: the next request goes to whoever serves then.
async fn answer_once(
    ids: web::Data<dyn Ids>,
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let _handling = request.conn_data::<Arc<Connection>>().map(Connection::handle);
    let (name, id) = identify(&request, &**ids);
    let mut response = next.call(request).await?;
    if let Ok(id) = id.parse() {
        response.headers_mut().insert(name, id);
    }
    response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    Ok(response)
}
