//! `GET /docs`: the documents for people, served from the program itself.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use utoipa_swagger_ui::Config;

use crate::{State, contracts};

/// The page names its parts relative to `/docs/`, so that it works behind any prefix of a proxy; at `/docs`, without a slash,
/// browsers need to be told.
const BASE: (&str, &str) = ("<head>", "<head><base href=\"docs/\">");

pub(crate) async fn index(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    match part(&state, "index.html") {
        Some((content_type, page)) => {
            let page = String::from_utf8_lossy(&page).replacen(BASE.0, BASE.1, 1);
            HttpResponse::Ok().content_type(content_type).body(page)
        }
        None => contracts::unknown_path(request).await,
    }
}

pub(crate) async fn file(
    request: HttpRequest,
    state: web::Data<State>,
    file: web::Path<String>,
) -> HttpResponse {
    match part(&state, if file.is_empty() { "index.html" } else { &file }) {
        Some((content_type, bytes)) => HttpResponse::Ok().content_type(content_type).body(bytes),
        None => contracts::unknown_path(request).await,
    }
}

/// A file of the page, with its content type.
fn part(state: &State, file: &str) -> Option<(String, Vec<u8>)> {
    let urls = state.documents.by_contract.iter().map(|(name, _)| format!("../openapi/{name}.json"));
    // The page would have a service of its makers check the document.
    let config = Config::new(urls).validator_url("none");
    let found = utoipa_swagger_ui::serve(file, Arc::new(config)).ok()??;
    Some((found.content_type, found.bytes.into_owned()))
}
