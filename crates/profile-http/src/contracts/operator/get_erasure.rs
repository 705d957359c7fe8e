//! `GET /operator/v1/persons/{person}/erasure`: the last receipt of a person (operator API page, section 11).

use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use profile_domain::operator::Rule;
use profile_usecases::operator::get_erasure;
use schemars::JsonSchema;

use super::{
    endpoint::{Answered, answering, without_body},
    list_person_changes::person_in_path,
    parameter::PERSON,
    request::RequestContext,
    response::{json_text, marked},
};
use crate::{State, endpoint::Endpoint};

pub(super) fn endpoint() -> Endpoint {
    answering::<Receipt>(
        "get_erasure",
        &["/operator/v1/persons/{person}/erasure"],
        "Show the last receipt of a person's erasure",
        vec![PERSON],
        |route| without_body(route, find),
    )
}

/// What an erasure has taken and left. It is stored as text, so that it stays the same byte for byte.
#[derive(JsonSchema)]
#[schemars(rename = "OperatorReceipt")]
#[expect(dead_code, reason = "it describes the text")]
pub(super) struct Receipt {
    #[schemars(rename = "receipt")]
    id: String,
    person: String,
    at: String,
    by: String,
    reason: String,
    /// The records that were ended, with the version that did.
    records: Vec<ErasedRecord>,
    /// How many changes have lost their values.
    changes: i64,
    /// How many media were deleted.
    media: i64,
    /// The records that a hold has kept.
    held: Vec<HeldRecord>,
    /// What every erasure leaves.
    kept: Vec<Kept>,
    /// Compact JWS (ES256) over the receipt without it; null in a dry run.
    jws: Option<String>,
    /// In a dry run only.
    dry_run: Option<bool>,
}

#[derive(JsonSchema)]
#[expect(dead_code, reason = "it describes the text")]
struct ErasedRecord {
    kind: String,
    key: String,
    version: i64,
}

#[derive(JsonSchema)]
#[expect(dead_code, reason = "it describes the text")]
struct HeldRecord {
    kind: String,
    key: String,
}

#[derive(JsonSchema)]
#[schemars(rename = "KeptByErasure")]
#[expect(dead_code, reason = "it describes the text")]
struct Kept {
    what: String,
    why: String,
}

/// Answers a receipt as it is stored.
pub(super) fn shown(receipt: String, is_replayed: bool) -> HttpResponse {
    marked(json_text(StatusCode::OK).body(receipt), is_replayed)
}

async fn find(request: &HttpRequest, state: &State) -> Answered {
    let person = person_in_path(request)?;
    RequestContext::begin_plain(request, state, Some(Rule::Privacy)).await?;
    Ok(shown(get_erasure(&state.ports, person).await?, false))
}
