//! `GET /operator/v1/subscriptions/{id}`: a subscription (operator API page, section 10).

use actix_web::HttpRequest;
use profile_domain::operator::Rule;

use super::{
    endpoint::{Answered, answering, without_body},
    error::NOT_FOUND,
    parameter::SUBSCRIPTION_ID,
    request::RequestContext,
    response::json,
    subscription::{Shown, id_in_path},
};
use crate::{State, endpoint::Endpoint};

pub(super) fn endpoint() -> Endpoint {
    answering::<Shown>(
        "get_subscription",
        &["/operator/v1/subscriptions/{id}"],
        "Show a subscription",
        vec![SUBSCRIPTION_ID],
        |route| without_body(route, show),
    )
}

async fn show(request: &HttpRequest, state: &State) -> Answered {
    let id = id_in_path(request)?;
    RequestContext::begin_plain(request, state, Some(Rule::Admin)).await?;
    let subscription = state.ports.store.find_subscription(&id).await?.ok_or(NOT_FOUND)?;
    Ok(json(&Shown::from(&subscription)))
}
