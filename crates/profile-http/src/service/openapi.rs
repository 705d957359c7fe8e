//! `GET /openapi.json` and `GET /openapi/{contract}.json`: the documents, made at start-up.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CACHE_CONTROL, HeaderValue},
    web,
};

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
        Some((name, document)) if *name == contracts::operator::NAME => {
            let mut answer = json(document);
            // As every answer of the operator API.
            answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            answer
        }
        Some((_, document)) => json(document),
        None => contracts::unknown_path(request).await,
    }
}

/// The document of the operator API alone, for its own listener.
pub(crate) async fn operator(
    request: HttpRequest,
    state: web::Data<State>,
    contract: web::Path<String>,
) -> HttpResponse {
    if *contract == contracts::operator::NAME {
        one(request, state, contract).await
    } else {
        contracts::unknown_operator_path(request).await
    }
}
