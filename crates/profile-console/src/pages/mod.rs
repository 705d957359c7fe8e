//! The pages: one file each, with its routes and its template.

mod edit_record;
mod edit_subscription;
mod erase_person;
mod export_person;
mod feed;
mod find;
mod history;
mod hold;
mod import_records;
mod imports;
mod keys;
mod later;
mod link;
mod person;
mod picture;
mod privacy;
mod record;
mod reveal_record;
mod revert;
mod sign_in;
mod subscription;
mod subscriptions;
mod system;

use actix_web::{HttpRequest, web};

use crate::{
    Console,
    error::{Answered, PageError},
    visitor::Visitor,
};

pub(crate) use sign_in::sign_in_page;

pub(crate) fn routes(app: &mut web::ServiceConfig) {
    sign_in::routes(app);
    link::routes(app);
    find::routes(app);
    person::routes(app);
    picture::routes(app);
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
    edit_subscription::routes(app);
    imports::routes(app);
    import_records::routes(app);
    feed::routes(app);
    system::routes(app);
}

/// Answers what no page is; whoever is signed in keeps the navigation.
pub(crate) async fn unknown(request: HttpRequest, console: web::Data<Console>) -> Answered {
    Visitor::of(&request, &console).await.ok();
    Err(PageError::NotFound)
}
