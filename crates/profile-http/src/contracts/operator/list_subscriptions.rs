//! `GET /operator/v1/subscriptions`: every subscription (operator API page, section 10).

use actix_web::HttpRequest;
use profile_domain::operator::{Rule, SubscriptionId};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    cursor::List,
    endpoint::{Answered, answering, without_body},
    parameter::{CURSOR, LIMIT},
    query::Query,
    request::RequestContext,
    response::json,
    subscription::Shown,
};
use crate::{State, endpoint::Endpoint};

pub(super) fn endpoint() -> Endpoint {
    answering::<Page>(
        "list_subscriptions",
        &["/operator/v1/subscriptions"],
        "List subscriptions",
        vec![LIMIT, CURSOR],
        |route| without_body(route, list),
    )
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OperatorSubscriptions")]
struct Page {
    subscriptions: Vec<Shown>,
    /// Where the list goes on; null at its end.
    next: Option<String>,
}

async fn list(request: &HttpRequest, state: &State) -> Answered {
    RequestContext::begin(request, state, Some(Rule::Admin)).await?;
    let mut query = Query::read(request, &["limit", "cursor"]);
    let limit = query.limit();
    let pages = List::new(state, "subscriptions".to_owned());
    let after = pages.place(&mut query, |place| SubscriptionId::try_from(place).ok());
    query.check()?;
    let page = profile_ports::Page { after: after.as_ref(), limit: limit + 1 };
    let mut found = state.ports.store.list_subscriptions(page).await?;
    let next = pages.cut(&mut found, limit, |last| last.id.to_string());
    Ok(json(&Page { subscriptions: found.iter().map(Shown::from).collect(), next }))
}
