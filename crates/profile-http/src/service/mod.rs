//! The service's own endpoints, which ask for no token (operator page, section 4).

mod docs;
mod health;
mod jwks;
mod metrics;
mod openapi;
mod ready;

use actix_web::web;
pub(crate) use health::health;

use crate::{
    contracts::operator::{own_problem_page, problem_page},
    endpoint::get,
};

pub(crate) fn configure(app: &mut web::ServiceConfig) {
    app.route("/healthz", get().to(health))
        .route("/readyz", get().to(ready::ready))
        .route("/openapi.json", get().to(openapi::all))
        .route("/openapi/{contract}.json", get().to(openapi::one))
        .route("/.well-known/jwks.json", get().to(jwks::jwks))
        .route("/docs", get().to(docs::index))
        .route("/docs/problems/{slug}", get().to(problem_page))
        .route("/docs/{file:.*}", get().to(docs::file));
}

/// What the listener of the operator API serves beside it.
pub(crate) fn configure_operator(app: &mut web::ServiceConfig) {
    app.route("/healthz", get().to(health))
        .route("/openapi/{contract}.json", get().to(openapi::operator))
        .route("/docs/problems/{slug}", get().to(own_problem_page));
}

/// The metrics, on the address that they are asked for on.
pub(crate) fn configure_metrics(app: &mut web::ServiceConfig) {
    app.route("/metrics", get().to(metrics::metrics));
}
