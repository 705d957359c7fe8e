//! What the records of a client have in common: `POST` creates one, `PUT` replaces it, and `GET` reads it.

use actix_web::{HttpRequest, HttpResponse, Route, http::Method, web::Payload};
use profile_domain::{Violation, client::Client};
use profile_usecases::client::records::{self, ClientRecord};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{
    error::{ClientError, NOT_FOUND, and_common},
    request::{ChangeContext, RequestContext, begin_change},
    response::{items, respond},
};
use crate::{State, endpoint::Endpoint};

/// An operation that reads a record and answers with a `T`; one that writes says what it takes and how it fails.
pub(super) fn endpoint<T: JsonSchema>(
    id: &'static str,
    method: Method,
    paths: &'static [&'static str],
    summary: &'static str,
    handler: fn(Route) -> Route,
) -> Endpoint {
    let read = Endpoint::read(id, paths, summary, items::<T>(), and_common(&[NOT_FOUND]), handler);
    Endpoint { method, ..read }
}

/// The members of a body.
type Members = Map<String, Value>;

/// Creates the record that `read` finds in the body, and answers with it as a `T`.
pub(super) async fn create<R: ClientRecord, T: From<(Client, R::Decrypted)> + Serialize>(
    request: &HttpRequest,
    payload: Payload,
    state: &State,
    read: impl FnOnce(&Members) -> Result<R::Creation, Vec<Violation>>,
) -> HttpResponse {
    let outcome = async {
        let (ChangeContext { admitted, origin }, body) = begin_change(request, payload, state).await?;
        let created = records::create::<R>(&state.ports, admitted, read(&body)?, &origin).await?;
        Ok::<_, ClientError>([T::from(created)])
    };
    respond(request, outcome.await)
}

/// Replaces the record by what `read` finds in the body, and answers with it as a `T`.
pub(super) async fn replace<R: ClientRecord, T: From<(Client, R::Decrypted)> + Serialize>(
    request: &HttpRequest,
    payload: Payload,
    state: &State,
    read: impl FnOnce(&Members) -> Result<R::Replacement, Vec<Violation>>,
) -> HttpResponse {
    let outcome = async {
        let (ChangeContext { admitted, origin }, body) = begin_change(request, payload, state).await?;
        let replaced = records::replace::<R>(&state.ports, admitted, read(&body)?, &origin).await?;
        Ok::<_, ClientError>([T::from(replaced)])
    };
    respond(request, outcome.await)
}

/// Answers with the record as a `T`.
pub(super) async fn get<R: ClientRecord, T: From<(Client, R::Decrypted)> + Serialize>(
    request: &HttpRequest,
    state: &State,
) -> HttpResponse {
    let outcome = async {
        let caller = RequestContext::begin(request, state).await?.caller;
        Ok::<_, ClientError>([T::from(records::get::<R>(&state.ports, &caller).await?)])
    };
    respond(request, outcome.await)
}
