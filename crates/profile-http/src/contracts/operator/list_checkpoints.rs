//! `GET /operator/v1/checkpoints`: what the whole log was from minute to minute, signed (operator API page, section 12).

use actix_web::HttpRequest;
use profile_domain::{
    chain::{Checkpoint, SignedCheckpoint},
    change::moment,
    position::parse_position,
};
use profile_usecases::operator::{CheckpointPage, list_checkpoints};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    endpoint::{Answered, answering, without_body},
    parameter::{LIMIT, uuid_schema},
    query::Query,
    request::RequestContext,
    response::json,
};
use crate::{State, endpoint::Endpoint, parameter::Parameter};

pub(super) fn endpoint() -> Endpoint {
    answering::<Page>(
        "list_checkpoints",
        &["/operator/v1/checkpoints"],
        "List the signed checkpoints of the log, oldest first",
        vec![
            Parameter::query(
                "after",
                "The position to begin behind: `next` of the answer before, or that of any change; at the first checkpoint unless given.",
                uuid_schema,
            ),
            LIMIT,
        ],
        |route| without_body(route, list),
    )
}

/// Checkpoints, oldest first.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OperatorCheckpoints")]
struct Page {
    checkpoints: Vec<Item>,
    /// The position to go on from; never null.
    next: String,
}

/// What the log was after so many changes.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OperatorCheckpoint")]
struct Item {
    /// The id of change number `count`.
    position: String,
    count: i64,
    /// SHA-256 over the checkpoint before and the digest of each change since, one after another.
    digest: String,
    at: String,
    /// Compact JWS, ES256, type `profile-checkpoint`, over the four members before it.
    jws: String,
}

impl From<SignedCheckpoint> for Item {
    fn from(signed: SignedCheckpoint) -> Self {
        let SignedCheckpoint { checkpoint: Checkpoint { position, count, digest, at }, jws } = signed;
        Self { position: position.to_string(), count, digest: digest.to_string(), at: moment(at), jws }
    }
}

async fn list(request: &HttpRequest, state: &State) -> Answered {
    RequestContext::begin(request, state, None).await?;
    let mut query = Query::read(request, &["after", "limit"]);
    let (after, limit) = (query.parse("after", "format", parse_position), query.limit());
    query.check()?;
    let CheckpointPage { checkpoints, next } = list_checkpoints(&state.ports, after, limit).await?;
    let checkpoints = checkpoints.into_iter().map(Item::from).collect();
    Ok(json(&Page { checkpoints, next: next.to_string() }))
}
