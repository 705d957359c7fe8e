//! `GET /operator/v1/erasures`: the last receipt of everybody who was erased (operator API page, section 11).

use actix_web::{HttpRequest, http::StatusCode};
use profile_domain::operator::Rule;
use profile_usecases::operator::list_erasures;
use schemars::JsonSchema;
use serde_json::Value as Json;

use super::{
    cursor::List,
    endpoint::{Answered, answering, without_body},
    get_erasure::Receipt,
    parameter::{CURSOR, LIMIT, flag_schema},
    query::{Query, person},
    request::RequestContext,
    response::json_text,
};
use crate::{State, endpoint::Endpoint, parameter::Parameter};

const DUE: Parameter =
    Parameter::query("due", "Only those whose hold is over while records are left.", flag_schema);

pub(super) fn endpoint() -> Endpoint {
    answering::<Page>(
        "list_erasures",
        &["/operator/v1/erasures"],
        "List the last receipt of everybody who was erased",
        vec![DUE, LIMIT, CURSOR],
        |route| without_body(route, list),
    )
}

/// Receipts, by person.
#[derive(JsonSchema)]
#[schemars(rename = "OperatorErasures")]
#[expect(dead_code, reason = "it describes text")]
struct Page {
    erasures: Vec<Receipt>,
    /// Where the list goes on; null at its end.
    next: Option<String>,
}

async fn list(request: &HttpRequest, state: &State) -> Answered {
    RequestContext::begin(request, state, Some(Rule::Privacy)).await?;
    let mut query = Query::read(request, &["due", "limit", "cursor"]);
    let (due, limit) = (query.flag("due"), query.limit());
    let pages = List::new(state, format!("erasures {due}"));
    let after = pages.place(&mut query, person);
    query.check()?;
    let mut erasures = list_erasures(&state.ports, due, after, limit + 1).await?;
    let next = pages.cut(&mut erasures, limit, |last| last.person.0.to_string());
    // Each as it is stored, byte for byte.
    let receipts: Vec<String> = erasures.into_iter().filter_map(|erasure| erasure.receipt).collect();
    let body = format!("{{\"erasures\":[{}],\"next\":{}}}", receipts.join(","), Json::from(next));
    Ok(json_text(StatusCode::OK).body(body))
}
