//! The pages: one file each, with its routes and its template.

mod edit_record;
mod erase_person;
mod export_person;
mod feed;
mod find;
mod history;
mod hold;
mod keys;
mod link;
mod person;
mod privacy;
mod record;
mod reveal_record;
mod revert;
mod sign_in;
mod subscription;
mod subscriptions;
mod system;

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
    reveal_record::routes(app);
    privacy::routes(app);
    export_person::routes(app);
    hold::routes(app);
    erase_person::routes(app);
    keys::routes(app);
    subscriptions::routes(app);
    subscription::routes(app);
    feed::routes(app);
    system::routes(app);
}

/// Answers what no page is.
pub(crate) async fn unknown(_: HttpRequest) -> Result<HttpResponse, PageError> {
    Err(PageError::NotFound)
}
