//! `GET /operator/v1/subscriptions/{id}/deliveries`: what was tried to deliver (operator API page, section 10).

use actix_web::HttpRequest;
use profile_domain::{change::moment, operator::Rule};
use profile_ports::{DeliveryAttempt, WebhookError};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    cursor::List,
    endpoint::{Answered, answering, without_body},
    error::NOT_FOUND,
    parameter::{CURSOR, LIMIT, SUBSCRIPTION_ID},
    query::Query,
    request::RequestContext,
    response::json,
    subscription::id_in_path,
};
use crate::{State, endpoint::Endpoint};

pub(super) fn endpoint() -> Endpoint {
    answering::<Page>(
        "list_deliveries",
        &["/operator/v1/subscriptions/{id}/deliveries"],
        "List attempts to deliver of the last seven days, newest first",
        vec![SUBSCRIPTION_ID, LIMIT, CURSOR],
        |route| without_body(route, list),
    )
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OperatorDeliveries")]
struct Page {
    deliveries: Vec<Item>,
    /// Where the list goes on; null at its end.
    next: Option<String>,
}

/// An attempt to deliver a change.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OperatorDelivery")]
struct Item {
    /// The id of the change.
    change: String,
    /// 1 is the first.
    attempt: u32,
    at: String,
    /// How many milliseconds it took.
    ms: u32,
    /// The status of the target's answer, if there was one.
    status: Option<u16>,
    /// Null where it succeeded.
    error: Option<&'static str>,
    /// When it is tried again, if it is.
    next_attempt_at: Option<String>,
}

impl From<DeliveryAttempt> for Item {
    fn from(attempt: DeliveryAttempt) -> Self {
        Self {
            change: attempt.change.to_string(),
            attempt: attempt.attempt,
            at: moment(attempt.at),
            ms: attempt.ms,
            status: attempt.status,
            error: attempt.error.map(WebhookError::name),
            next_attempt_at: attempt.next_attempt_at.map(moment),
        }
    }
}

async fn list(request: &HttpRequest, state: &State) -> Answered {
    let id = id_in_path(request)?;
    RequestContext::begin(request, state, Some(Rule::Admin)).await?;
    let mut query = Query::read(request, &["limit", "cursor"]);
    let limit = query.limit();
    let pages = List::new(state, format!("deliveries {id}"));
    let before = pages.place(&mut query, |place| place.parse().ok());
    query.check()?;
    let store = &state.ports.store;
    store.find_subscription(&id).await?.ok_or(NOT_FOUND)?;
    let page = profile_ports::Page { after: before, limit: limit + 1 };
    let mut attempts = store.list_deliveries(&id, page).await?;
    let next = pages.cut(&mut attempts, limit, |last| last.id.to_string());
    Ok(json(&Page { deliveries: attempts.into_iter().map(Item::from).collect(), next }))
}
