//! `/console/persons/{person}/export`: everything about a person as an archive; the access is noted before its first byte.

use actix_web::{HttpRequest, web};
use profile_usecases::operator::export_person;

use crate::{
    Console,
    error::{Answered, PageError},
};

use super::privacy::{privacy_page, receive};

/// Seconds after which a key with too many open exports may try again.
const RETRY_SECONDS: u16 = 1;

pub(super) fn routes(app: &mut web::ServiceConfig) {
    app.service(web::resource("/persons/{person}/export").route(web::post().to(export)));
}

async fn export(request: HttpRequest, payload: web::Payload, console: web::Data<Console>) -> Answered {
    let (visitor, person, form) = receive(&request, payload, &console).await?;
    let reason = match form.reason() {
        Ok(reason) => reason,
        Err(fault) => return privacy_page(&console, &visitor, person, vec![fault], None, None).await,
    };
    let send = (console.archive)(&visitor.key.id).ok_or(PageError::TooMany(RETRY_SECONDS))?;
    let (ports, id) = (&console.ports, visitor.request_id());
    let head = export_person(ports, &visitor.actor, person, id, Some(reason)).await?;
    send(head).await.ok_or(PageError::Unavailable)
}
