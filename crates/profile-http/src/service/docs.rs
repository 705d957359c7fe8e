//! `GET /docs`: the documents for people, served from the program itself.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use utoipa_swagger_ui::Config;

use crate::{State, contracts};

/// The page refers to its parts relatively; at `/docs`, without a slash, they would be looked for one level too high.
const BASE: (&str, &str) = ("<head>", "<head><base href=\"/docs/\">");

pub(crate) async fn index(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    serve(request, &state, "index.html").await
}

pub(crate) async fn file(
    request: HttpRequest,
    state: web::Data<State>,
    file: web::Path<String>,
) -> HttpResponse {
    let file = if file.is_empty() { "index.html" } else { &file };
    serve(request, &state, file).await
}

async fn serve(request: HttpRequest, state: &State, file: &str) -> HttpResponse {
    let urls = state.documents.by_contract.iter().map(|(name, _)| format!("/openapi/{name}.json"));
    match utoipa_swagger_ui::serve(file, Arc::new(Config::new(urls))) {
        Ok(Some(found)) if file == "index.html" => {
            let page = String::from_utf8_lossy(&found.bytes).replacen(BASE.0, BASE.1, 1);
            HttpResponse::Ok().content_type(found.content_type).body(page)
        }
        Ok(Some(found)) => HttpResponse::Ok().content_type(found.content_type).body(found.bytes.into_owned()),
        Ok(None) | Err(_) => contracts::unknown_path(request).await,
    }
}
