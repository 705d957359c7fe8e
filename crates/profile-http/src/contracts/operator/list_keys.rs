//! `GET /operator/v1/keys`: every operator key (operator API page, section 13).

use actix_web::HttpRequest;
use profile_domain::operator::{OperatorKeyId, Rule};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    cursor::List,
    endpoint::{Answered, answering, without_body},
    key::Key,
    parameter::{CURSOR, LIMIT, flag_schema},
    query::Query,
    request::RequestContext,
    response::json,
};
use crate::{State, endpoint::Endpoint, parameter::Parameter};

pub(super) fn endpoint() -> Endpoint {
    answering::<Page>(
        "list_keys",
        &["/operator/v1/keys"],
        "List operator keys",
        vec![
            Parameter::query("active", "Only keys that have neither ended nor been revoked.", flag_schema),
            LIMIT,
            CURSOR,
        ],
        |route| without_body(route, list),
    )
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OperatorKeys")]
struct Page {
    keys: Vec<Key>,
    /// Where the list goes on; null at its end.
    next: Option<String>,
}

async fn list(request: &HttpRequest, state: &State) -> Answered {
    RequestContext::begin(request, state, Some(Rule::Admin)).await?;
    let mut query = Query::read(request, &["active", "limit", "cursor"]);
    let (active, limit) = (query.flag("active"), query.limit());
    let pages = List::new(state, format!("keys {active}"));
    let after = pages.place(&mut query, |place| OperatorKeyId::try_from(place).ok());
    query.check()?;
    let alive = active.then(|| state.ports.clock.now());
    let page = profile_ports::Page { after: after.as_ref(), limit: limit + 1 };
    let mut keys = state.ports.store.list_operator_keys(page, alive).await?;
    let next = pages.cut(&mut keys, limit, |last| last.id.to_string());
    Ok(json(&Page { keys: keys.into_iter().map(Key::from).collect(), next }))
}
