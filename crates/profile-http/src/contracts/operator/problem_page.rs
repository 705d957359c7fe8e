//! `GET /docs/problems/{slug}`: what a problem means, for whoever follows its type (operator API page, section 1).

use actix_web::{HttpRequest, HttpResponse, http::header::CACHE_CONTROL};

use super::error::ALL;
use crate::contracts;

/// Serves the explanation of a problem.
pub(crate) async fn problem_page(request: HttpRequest) -> HttpResponse {
    match page(&request) {
        Some(page) => page,
        None => contracts::unknown_path(request).await,
    }
}

/// The same on a listener of the operator API's own.
pub(crate) async fn own_problem_page(request: HttpRequest) -> HttpResponse {
    match page(&request) {
        Some(page) => page,
        None => contracts::unknown_operator_path(request).await,
    }
}

fn page(request: &HttpRequest) -> Option<HttpResponse> {
    let slug = request.match_info().get("slug").unwrap_or_default();
    let problem = ALL.into_iter().find(|problem| problem.code == slug)?;
    let (code, status, title) = (problem.code, problem.status, problem.when);
    let page = format!(
        "<!doctype html><html lang=\"en\"><title>{code}</title><h1>{title}</h1>\
         <p>Problem <code>{code}</code>, answered with status {status}. \
         What the answer adds is in its <code>detail</code>, <code>rule</code>, <code>errors</code> and \
         <code>conflicts</code>.</p></html>\n"
    );
    let mut answer = HttpResponse::Ok();
    answer.insert_header((CACHE_CONTROL, "no-store")).content_type("text/html; charset=utf-8");
    Some(answer.body(page))
}
