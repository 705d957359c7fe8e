//! What answers of the contract have in common: the bare object, which is personal, so no cache may store it.

use actix_web::{HttpResponse, http::header::CACHE_CONTROL, web::Json};
use serde::Serialize;

/// Returns the answer of a request that was carried out.
pub(super) fn success(body: impl Serialize) -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(Json(body))
}
