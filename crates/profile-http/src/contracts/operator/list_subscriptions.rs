//! `GET /operator/v1/subscriptions`: every subscription (operator API page, section 10).

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use profile_domain::operator::{Rule, SubscriptionId};
use schemars::{JsonSchema, SchemaGenerator};
use serde::Serialize;

use super::{
    cursor::{List, cut},
    error::{OperatorError, READS},
    parameter::{CURSOR, LIMIT},
    query::Query,
    request::RequestContext,
    response::{answer, json},
    subscription::Shown,
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        parameters: vec![LIMIT, CURSOR],
        ..Endpoint::read(
            "list_subscriptions",
            &["/operator/v1/subscriptions"],
            "List subscriptions",
            Body::Json(SchemaGenerator::subschema_for::<Page>),
            READS.to_vec(),
            |route| route.to(get),
        )
    }
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OperatorSubscriptions")]
struct Page {
    subscriptions: Vec<Shown>,
    /// Where the list goes on; null at its end.
    next: Option<String>,
}

async fn get(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    answer(&request, list(&request, &state)).await
}

async fn list(request: &HttpRequest, state: &State) -> Result<HttpResponse, OperatorError> {
    RequestContext::begin(request, state, Some(Rule::Admin)).await?;
    let mut query = Query::read(request, &["limit", "cursor"]);
    let limit = query.limit();
    let pages = List { hash: &*state.ports.keyed_hash, of: "subscriptions".to_owned() };
    let after = pages.place(&mut query, |place| SubscriptionId::try_from(place).ok());
    query.check()?;
    let page = profile_ports::Page { after: after.as_ref(), limit: limit + 1 };
    let mut found = state.ports.store.list_subscriptions(page).await?;
    let has_more = cut(&mut found, limit);
    let next = found.last().filter(|_| has_more).map(|last| pages.cursor(last.id.as_str()));
    Ok(json(StatusCode::OK, &Page { subscriptions: found.iter().map(Shown::from).collect(), next }))
}
