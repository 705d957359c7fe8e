//! `GET /metrics`: Prometheus text.

use actix_web::{HttpResponse, web};

use crate::State;

pub(crate) async fn metrics(state: web::Data<State>) -> HttpResponse {
    let pool = state.ports.store.connection_stats();
    for (kind, connections) in [("open", pool.open), ("idle", pool.idle), ("max", pool.max)] {
        let connections = u32::try_from(connections).unwrap_or(u32::MAX);
        ::metrics::gauge!("profile_database_connections", "state" => kind).set(connections);
    }
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body((state.metrics)())
}
