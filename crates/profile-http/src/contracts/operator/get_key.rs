//! `GET /operator/v1/keys/{id}`: an operator key (operator API page, section 13).

use actix_web::HttpRequest;
use profile_domain::operator::{OperatorKeyId, Rule};

use super::{
    endpoint::{Answered, answering, without_body},
    error::{NOT_FOUND, OperatorError},
    key::Key,
    parameter::KEY_ID,
    request::RequestContext,
    response::json,
};
use crate::{State, endpoint::Endpoint};

pub(super) fn endpoint() -> Endpoint {
    answering::<Key>("get_key", &["/operator/v1/keys/{id}"], "Show an operator key", vec![KEY_ID], |route| {
        without_body(route, show)
    })
}

/// Returns the id of the key in the path.
pub(super) fn id_in_path(request: &HttpRequest) -> Result<OperatorKeyId, OperatorError> {
    let text = request.match_info().get("id").unwrap_or_default();
    OperatorKeyId::try_from(text).map_err(|_| NOT_FOUND.into())
}

async fn show(request: &HttpRequest, state: &State) -> Answered {
    let id = id_in_path(request)?;
    RequestContext::begin_plain(request, state, Some(Rule::Admin)).await?;
    let key = state.ports.store.find_operator_key(&id).await?.ok_or(NOT_FOUND)?;
    Ok(json(&Key::from(key)))
}
