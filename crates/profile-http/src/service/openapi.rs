//! `GET /openapi.json` and `GET /openapi/{contract}.json`: the documents, made at start-up.

use actix_web::{HttpRequest, HttpResponse, web};

use crate::{State, contracts};

fn json(document: &str) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(document.to_owned())
}

pub(crate) async fn all(state: web::Data<State>) -> HttpResponse {
    json(&state.documents.all)
}

pub(crate) async fn one(
    request: HttpRequest,
    state: web::Data<State>,
    contract: web::Path<String>,
) -> HttpResponse {
    match state.documents.by_contract.iter().find(|(name, _)| *name == *contract) {
        Some((_, document)) => json(document),
        None => contracts::unknown_path(request).await,
    }
}
