//! `GET /operator/v1/keys`: every operator key (operator API page, section 13).

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use profile_domain::operator::{OperatorKeyId, Rule};
use schemars::{JsonSchema, SchemaGenerator};
use serde::Serialize;

use super::{
    cursor::{List, cut},
    error::{OperatorError, READS},
    key::Key,
    parameter::{CURSOR, LIMIT, flag_schema},
    query::Query,
    request::RequestContext,
    response::{answer, json},
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
    parameter::Parameter,
};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        parameters: vec![
            Parameter::query("active", "Only keys that have neither ended nor been revoked.", flag_schema),
            LIMIT,
            CURSOR,
        ],
        ..Endpoint::read(
            "list_keys",
            &["/operator/v1/keys"],
            "List operator keys",
            Body::Json(SchemaGenerator::subschema_for::<Page>),
            READS.to_vec(),
            |route| route.to(get),
        )
    }
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OperatorKeys")]
struct Page {
    keys: Vec<Key>,
    /// Where the list goes on; null at its end.
    next: Option<String>,
}

async fn get(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    answer(&request, list(&request, &state)).await
}

async fn list(request: &HttpRequest, state: &State) -> Result<HttpResponse, OperatorError> {
    RequestContext::begin(request, state, Some(Rule::Admin)).await?;
    let mut query = Query::read(request, &["active", "limit", "cursor"]);
    let (active, limit) = (query.flag("active"), query.limit());
    let pages = List { hash: &*state.ports.keyed_hash, of: format!("keys {active}") };
    let after = pages.place(&mut query, |place| OperatorKeyId::try_from(place).ok());
    query.check()?;
    let alive = active.then(|| state.ports.clock.now());
    let page = profile_ports::Page { after: after.as_ref(), limit: limit + 1 };
    let mut keys = state.ports.store.list_operator_keys(page, alive).await?;
    let has_more = cut(&mut keys, limit);
    let next = keys.last().filter(|_| has_more).map(|last| pages.cursor(last.id.as_str()));
    Ok(json(StatusCode::OK, &Page { keys: keys.into_iter().map(Key::from).collect(), next }))
}
