//! What the records of a client have in common: `POST` creates one, `PUT` replaces it, and `GET` reads it.

use actix_web::{HttpRequest, Route, http::Method, web};
use profile_domain::{Violation, client::Client};
use profile_usecases::client::records::{self, ClientRecord};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{
    error::{CONFLICT, ClientError, NOT_FOUND, and_common, with_body},
    request::{ChangeContext, RequestContext, begin_change},
    response::{items, respond},
};
use crate::{
    State,
    endpoint::{Body, Endpoint, SchemaOf},
};

/// An operation that reads a record and answers with a `T`.
pub(super) fn reading<T: JsonSchema>(
    id: &'static str,
    paths: &'static [&'static str],
    summary: &'static str,
    handler: fn(Route) -> Route,
) -> Endpoint {
    Endpoint::read(id, paths, summary, items::<T>(), and_common(&[NOT_FOUND]), handler)
}

/// An operation that creates a record by `POST` or replaces it by `PUT`, and answers with a `T`.
pub(super) fn writing<T: JsonSchema>(
    method: Method,
    id: &'static str,
    paths: &'static [&'static str],
    summary: &'static str,
    request: SchemaOf,
    handler: fn(Route) -> Route,
) -> Endpoint {
    let failure = if method == Method::POST { CONFLICT } else { NOT_FOUND };
    Endpoint {
        method,
        request: Body::Json(request),
        failures: with_body(&[failure]),
        ..reading::<T>(id, paths, summary, handler)
    }
}

/// The members of a body.
type Members = Map<String, Value>;

/// Puts on its route what creates the record that `read` finds in the body, and answers with it as a `T`.
pub(super) fn create<R: ClientRecord, T: From<(Client, R::Decrypted)> + Serialize>(
    route: Route,
    read: impl Fn(&Members, &State) -> Result<R::Creation, Vec<Violation>> + Copy + 'static,
) -> Route {
    change(route, async move |state: &State, ChangeContext { admitted, origin }, body: &Members| {
        let created = records::create::<R>(&state.ports, admitted, read(body, state)?, &origin).await?;
        Ok(T::from(created))
    })
}

/// Puts on its route what replaces the record by what `read` finds in the body, and answers with it as a `T`.
pub(super) fn replace<R: ClientRecord, T: From<(Client, R::Decrypted)> + Serialize>(
    route: Route,
    read: impl Fn(&Members, &State) -> Result<R::Replacement, Vec<Violation>> + Copy + 'static,
) -> Route {
    change(route, async move |state: &State, ChangeContext { admitted, origin }, body: &Members| {
        let replaced = records::replace::<R>(&state.ports, admitted, read(body, state)?, &origin).await?;
        Ok(T::from(replaced))
    })
}

/// Puts on its route what changes a record.
fn change<T: Serialize>(
    route: Route,
    work: impl AsyncFn(&State, ChangeContext, &Members) -> Result<T, ClientError> + Copy + 'static,
) -> Route {
    route.to(move |request: HttpRequest, payload: web::Payload, state: web::Data<State>| async move {
        let outcome = async {
            let (context, body) = begin_change(&request, payload, &state).await?;
            Ok([work(&state, context, &body).await?])
        };
        // A profile is large, and a request's future holds it in several states.
        respond(&request, Box::pin(outcome).await)
    })
}

/// Puts on its route what answers with the record as a `T`.
pub(super) fn get<R: ClientRecord, T: From<(Client, R::Decrypted)> + Serialize>(route: Route) -> Route {
    route.to(async |request: HttpRequest, state: web::Data<State>| {
        let outcome = async {
            let caller = RequestContext::begin(&request, &state).await?.caller;
            Ok::<_, ClientError>([T::from(records::get::<R>(&state.ports, &caller).await?)])
        };
        respond(&request, outcome.await)
    })
}
