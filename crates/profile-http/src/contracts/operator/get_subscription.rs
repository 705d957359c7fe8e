//! `GET /operator/v1/subscriptions/{id}`: a subscription (operator API page, section 10).

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use profile_domain::operator::Rule;
use schemars::SchemaGenerator;

use super::{
    error::{NOT_FOUND, OperatorError, READS},
    parameter::SUBSCRIPTION_ID,
    query::Query,
    request::RequestContext,
    response::{answer, json},
    subscription::{Shown, id_in_path},
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        parameters: vec![SUBSCRIPTION_ID],
        ..Endpoint::read(
            "get_subscription",
            &["/operator/v1/subscriptions/{id}"],
            "Show a subscription",
            Body::Json(SchemaGenerator::subschema_for::<Shown>),
            READS.to_vec(),
            |route| route.to(get),
        )
    }
}

async fn get(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    answer(&request, show(&request, &state)).await
}

async fn show(request: &HttpRequest, state: &State) -> Result<HttpResponse, OperatorError> {
    let id = id_in_path(request)?;
    RequestContext::begin(request, state, Some(Rule::Admin)).await?;
    Query::read(request, &[]).check()?;
    let subscription = state.ports.store.find_subscription(&id).await?.ok_or(NOT_FOUND)?;
    Ok(json(StatusCode::OK, &Shown::from(&subscription)))
}
