//! The pages: one file each, with its routes and its template.

mod edit_record;
mod find;
mod history;
mod link;
mod person;
mod record;
mod revert;
mod sign_in;

use actix_web::{HttpRequest, HttpResponse, web};

use crate::error::PageError;

pub(crate) use sign_in::sign_in_page;

pub(crate) fn routes(app: &mut web::ServiceConfig) {
    sign_in::routes(app);
    link::routes(app);
    find::routes(app);
    person::routes(app);
    history::routes(app);
    edit_record::routes(app);
    revert::routes(app);
    record::routes(app);
}

/// Answers what no page is.
pub(crate) async fn unknown(_: HttpRequest) -> Result<HttpResponse, PageError> {
    Err(PageError::NotFound)
}
