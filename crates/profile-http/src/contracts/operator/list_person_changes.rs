//! `GET /operator/v1/persons/{person}/changes`: what happened to all records of a person (operator API page, section 8).

use actix_web::HttpRequest;
use profile_usecases::operator::list_person_changes;

use super::{
    cursor::List,
    endpoint::{Answered, answering, without_body},
    error::{NOT_FOUND, OperatorError},
    list_record_changes::{Changes, with_chain},
    parameter::{CURSOR, INCLUDE, LIMIT, PERSON},
    query::{Query, person},
    request::RequestContext,
    response::json,
};
use crate::{State, endpoint::Endpoint};

pub(super) fn endpoint() -> Endpoint {
    answering::<Changes>(
        "list_person_changes",
        &["/operator/v1/persons/{person}/changes"],
        "List the changes of all records of a person, newest first",
        vec![PERSON, LIMIT, CURSOR, INCLUDE],
        |route| without_body(route, list),
    )
}

/// Returns the person in the path.
pub(super) fn person_in_path(request: &HttpRequest) -> Result<profile_domain::PersonId, OperatorError> {
    let text = request.match_info().get("person").unwrap_or_default();
    person(text).ok_or_else(|| NOT_FOUND.into())
}

async fn list(request: &HttpRequest, state: &State) -> Answered {
    let person = person_in_path(request)?;
    let context = RequestContext::begin(request, state, None).await?;
    let mut query = Query::read(request, &["limit", "cursor", "include"]);
    let (limit, with_chain) = (query.limit(), with_chain(&mut query));
    let pages = List::new(state, format!("changes of {}", person.0));
    let before = pages.place(&mut query, |place| place.parse().ok());
    query.check()?;
    let mut changes = list_person_changes(&state.ports, person, before, limit + 1).await?;
    let next = pages.cut(&mut changes, limit, |last| last.id.to_string());
    Ok(json(&Changes::new(&changes, &context, with_chain, next)))
}
