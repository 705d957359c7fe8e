//! The service's own endpoints, which ask for no token (operator page, section 4).

mod docs;
mod health;
mod metrics;
mod openapi;
mod ready;

use actix_web::web;

pub(crate) fn configure(app: &mut web::ServiceConfig) {
    app.route("/healthz", web::get().to(health::health))
        .route("/readyz", web::get().to(ready::ready))
        .route("/metrics", web::get().to(metrics::metrics))
        .route("/openapi.json", web::get().to(openapi::all))
        .route("/openapi/{contract}.json", web::get().to(openapi::one))
        .route("/docs", web::get().to(docs::index))
        .route("/docs/{file:.*}", web::get().to(docs::file));
}
