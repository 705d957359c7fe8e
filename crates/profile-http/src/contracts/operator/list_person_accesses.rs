//! `GET /operator/v1/persons/{person}/accesses`: who has seen what is sensitive about a person (operator API page,
//! section 11).

use actix_web::HttpRequest;

use super::{
    endpoint::{Answered, answering, without_body},
    list_accesses::{Page, list},
    list_person_changes::person_in_path,
    parameter::{CURSOR, LIMIT, PERSON},
};
use crate::{State, endpoint::Endpoint};

pub(super) fn endpoint() -> Endpoint {
    answering::<Page>(
        "list_person_accesses",
        &["/operator/v1/persons/{person}/accesses"],
        "List accesses to what is sensitive about a person, newest first",
        vec![PERSON, LIMIT, CURSOR],
        |route| without_body(route, list_of_person),
    )
}

async fn list_of_person(request: &HttpRequest, state: &State) -> Answered {
    list(request, state, Some(person_in_path(request)?)).await
}
