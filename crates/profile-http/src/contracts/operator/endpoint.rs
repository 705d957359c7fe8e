//! What endpoints of the operator API have in common: how they are declared, and how what they do becomes an answer.

use actix_web::{HttpRequest, HttpResponse, Route, http::Method, web};
use schemars::{JsonSchema, SchemaGenerator};

use super::{
    error::{OperatorError, READS},
    response::answer,
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
    failure::Failure,
    parameter::Parameter,
};

/// What a call comes to.
pub(super) type Answered = Result<HttpResponse, OperatorError>;

/// Returns an endpoint that shows an `Answer` and writes nothing.
pub(super) fn reading<Answer: JsonSchema>(
    id: &'static str,
    paths: &'static [&'static str],
    summary: &'static str,
    parameters: Vec<Parameter>,
    handler: fn(Route) -> Route,
) -> Endpoint {
    let success = Body::Json(SchemaGenerator::subschema_for::<Answer>);
    Endpoint { parameters, ..Endpoint::read(id, paths, summary, success, READS.to_vec(), handler) }
}

/// Returns an endpoint that writes and shows an `Answer`; what it takes and how it fails is its own.
pub(super) fn writing<Answer: JsonSchema>(
    method: Method,
    id: &'static str,
    paths: &'static [&'static str],
    summary: &'static str,
    parameters: Vec<Parameter>,
    handler: fn(Route) -> Route,
) -> Endpoint {
    Endpoint { method, ..reading::<Answer>(id, paths, summary, parameters, handler) }
}

/// Returns what every call may answer, and each of `besides`.
pub(super) fn reads_and(besides: &[&[Failure]]) -> Vec<Failure> {
    READS.into_iter().chain(besides.concat()).collect()
}

/// Puts a call that takes no body on its route.
pub(super) fn without_body(
    route: Route,
    work: impl AsyncFn(&HttpRequest, &State) -> Answered + Copy + 'static,
) -> Route {
    route.to(move |request: HttpRequest, state: web::Data<State>| async move {
        answer(&request, work(&request, &state)).await
    })
}

/// Puts a call that takes a body on its route.
pub(super) fn with_body(
    route: Route,
    work: impl AsyncFn(&HttpRequest, web::Payload, &State) -> Answered + Copy + 'static,
) -> Route {
    route.to(move |request: HttpRequest, payload: web::Payload, state: web::Data<State>| async move {
        answer(&request, work(&request, payload, &state)).await
    })
}
