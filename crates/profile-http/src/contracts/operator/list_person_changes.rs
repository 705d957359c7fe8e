//! `GET /operator/v1/persons/{person}/changes`: what happened to all records of a person (operator API page, section 8).

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use profile_usecases::operator::list_person_changes;
use schemars::SchemaGenerator;

use super::{
    cursor::{List, cut},
    error::{NOT_FOUND, OperatorError, READS},
    list_record_changes::{Changes, with_chain},
    parameter::{CURSOR, INCLUDE, LIMIT, PERSON},
    query::{Query, person},
    request::RequestContext,
    response::{answer, json},
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        parameters: vec![PERSON, LIMIT, CURSOR, INCLUDE],
        ..Endpoint::read(
            "list_person_changes",
            &["/operator/v1/persons/{person}/changes"],
            "List the changes of all records of a person, newest first",
            Body::Json(SchemaGenerator::subschema_for::<Changes>),
            READS.to_vec(),
            |route| route.to(get),
        )
    }
}

async fn get(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    answer(&request, list(&request, &state)).await
}

/// Returns the person in the path.
pub(super) fn person_in_path(request: &HttpRequest) -> Result<profile_domain::PersonId, OperatorError> {
    let text = request.match_info().get("person").unwrap_or_default();
    person(text).ok_or_else(|| NOT_FOUND.into())
}

async fn list(request: &HttpRequest, state: &State) -> Result<HttpResponse, OperatorError> {
    let person = person_in_path(request)?;
    let context = RequestContext::begin(request, state, None).await?;
    let mut query = Query::read(request, &["limit", "cursor", "include"]);
    let (limit, with_chain) = (query.limit(), with_chain(&mut query));
    let pages = List { hash: &*state.ports.keyed_hash, of: format!("changes of {}", person.0) };
    let before = pages.place(&mut query, |place| place.parse().ok());
    query.check()?;
    let mut changes = list_person_changes(&state.ports, person, before, limit + 1).await?;
    let has_more = cut(&mut changes, limit);
    let next = changes.last().filter(|_| has_more).map(|last| pages.cursor(&last.id.to_string()));
    Ok(json(StatusCode::OK, &Changes::new(&changes, &context, with_chain, next)))
}
