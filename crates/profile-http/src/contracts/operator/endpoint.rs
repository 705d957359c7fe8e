//! What endpoints of the operator API have in common: how they are declared, and how what they do becomes an answer.

use actix_web::{HttpRequest, HttpResponse, Route, http::Method, web};
use schemars::{JsonSchema, SchemaGenerator};

use super::{
    error::{KEYED_WRITES, OperatorError, READS, WRITES},
    response::answer,
};
use crate::{
    State,
    endpoint::{Body, Endpoint, SchemaOf},
    failure::Failure,
    parameter::Parameter,
};

/// What a call comes to.
pub(super) type Answered = Result<HttpResponse, OperatorError>;

/// Returns an endpoint that answers with an `Answer`; one that writes says with which method, what it takes and how it fails.
pub(super) fn answering<Answer: JsonSchema>(
    id: &'static str,
    paths: &'static [&'static str],
    summary: &'static str,
    parameters: Vec<Parameter>,
    handler: fn(Route) -> Route,
) -> Endpoint {
    Endpoint { parameters, ..Endpoint::read_as::<Answer>(id, paths, summary, READS.to_vec(), handler) }
}

/// Makes an endpoint one that takes JSON, carries a call out once for each idempotency key, and writes no record.
pub(super) fn keyed_write(method: Method, request: SchemaOf, endpoint: Endpoint) -> Endpoint {
    let request = body(&method, request);
    Endpoint { method, request, failures: reads_and(&[&KEYED_WRITES]), ..endpoint }
}

/// Makes an endpoint one that takes JSON and writes a record; `failures` are its own.
pub(super) fn record_write(
    method: Method,
    request: SchemaOf,
    failures: &[Failure],
    endpoint: Endpoint,
) -> Endpoint {
    let request = body(&method, request);
    Endpoint { method, request, failures: reads_and(&[&WRITES, failures]), ..endpoint }
}

fn body(method: &Method, request: SchemaOf) -> Body {
    if *method == Method::PATCH { Body::MergePatch(request) } else { Body::Json(request) }
}

/// Makes an answer one with 201.
pub(super) fn created<Answer: JsonSchema>(endpoint: Endpoint) -> Endpoint {
    Endpoint { success: Body::Created(SchemaGenerator::subschema_for::<Answer>), ..endpoint }
}

/// Returns what every call may answer, and each of `besides`.
pub(super) fn reads_and(besides: &[&[Failure]]) -> Vec<Failure> {
    READS.into_iter().chain(besides.concat()).collect()
}

/// Puts a call that takes no body on its route. Its work is boxed, because a future that is passed on by value takes its room twice,
/// and thousands of calls may wait for changes.
pub(super) fn without_body(
    route: Route,
    work: impl AsyncFn(&HttpRequest, &State) -> Answered + Copy + 'static,
) -> Route {
    route.to(move |request: HttpRequest, state: web::Data<State>| async move {
        answer(&request, Box::pin(work(&request, &state))).await
    })
}

/// Puts a call that takes a body on its route.
pub(super) fn with_body(
    route: Route,
    work: impl AsyncFn(&HttpRequest, web::Payload, &State) -> Answered + Copy + 'static,
) -> Route {
    route.to(move |request: HttpRequest, payload: web::Payload, state: web::Data<State>| async move {
        answer(&request, Box::pin(work(&request, payload, &state))).await
    })
}
