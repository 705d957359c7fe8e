//! `GET /healthz`: the process runs.

use actix_web::{HttpResponse, web::Json};
use serde_json::json;

pub(crate) async fn health() -> HttpResponse {
    HttpResponse::Ok().json(Json(json!({ "status": "ok" })))
}
