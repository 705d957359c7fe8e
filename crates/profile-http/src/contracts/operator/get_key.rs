//! `GET /operator/v1/keys/{id}`: an operator key (operator API page, section 13).

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use profile_domain::operator::{OperatorKeyId, Rule};
use schemars::SchemaGenerator;

use super::{
    error::{NOT_FOUND, OperatorError, READS},
    key::Key,
    parameter::KEY_ID,
    query::Query,
    request::RequestContext,
    response::{answer, json},
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        parameters: vec![KEY_ID],
        ..Endpoint::read(
            "get_key",
            &["/operator/v1/keys/{id}"],
            "Show an operator key",
            Body::Json(SchemaGenerator::subschema_for::<Key>),
            READS.to_vec(),
            |route| route.to(get),
        )
    }
}

/// Returns the id of the key in the path.
pub(super) fn id_in_path(request: &HttpRequest) -> Result<OperatorKeyId, OperatorError> {
    let text = request.match_info().get("id").unwrap_or_default();
    OperatorKeyId::try_from(text).map_err(|_| NOT_FOUND.into())
}

async fn get(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    answer(&request, show(&request, &state)).await
}

async fn show(request: &HttpRequest, state: &State) -> Result<HttpResponse, OperatorError> {
    let id = id_in_path(request)?;
    RequestContext::begin(request, state, Some(Rule::Admin)).await?;
    Query::read(request, &[]).check()?;
    let key = state.ports.store.find_operator_key(&id).await?.ok_or(NOT_FOUND)?;
    Ok(json(StatusCode::OK, &Key::from(key)))
}
