//! `GET /operator/v1/persons/{person}/accesses`: who has seen what is sensitive about a person (operator API page,
//! section 11).

use actix_web::{HttpRequest, HttpResponse, web};
use schemars::SchemaGenerator;

use super::{
    error::READS,
    list_accesses::{Page, list},
    list_person_changes::person_in_path,
    parameter::{CURSOR, LIMIT, PERSON},
    response::answer,
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        parameters: vec![PERSON, LIMIT, CURSOR],
        ..Endpoint::read(
            "list_person_accesses",
            &["/operator/v1/persons/{person}/accesses"],
            "List accesses to what is sensitive about a person, newest first",
            Body::Json(SchemaGenerator::subschema_for::<Page>),
            READS.to_vec(),
            |route| route.to(get),
        )
    }
}

async fn get(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let listed = async { list(&request, &state, Some(person_in_path(&request)?)).await };
    answer(&request, listed).await
}
