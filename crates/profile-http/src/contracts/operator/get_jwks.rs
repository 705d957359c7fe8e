//! `GET /operator/jwks.json`: the public keys that receipts and checkpoints are verified with (operator API page, section 1).

use actix_web::HttpRequest;
use schemars::JsonSchema;

use super::{
    endpoint::{Answered, answering, without_body},
    error::{INTERNAL, INVALID},
    query::Query,
    response::json,
};
use crate::{State, endpoint::Endpoint};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        protected: false,
        failures: vec![INVALID, INTERNAL],
        ..answering::<Jwks>(
            "get_jwks",
            &["/operator/jwks.json"],
            "Show the public keys of receipts and checkpoints, old ones too",
            Vec::new(),
            |route| without_body(route, show),
        )
    }
}

/// Public keys (RFC 7517).
#[derive(JsonSchema)]
#[schemars(rename = "OperatorJwks")]
#[expect(dead_code, reason = "it describes what the signer returns")]
struct Jwks {
    keys: Vec<Jwk>,
}

/// The public half of an ES256 key pair.
#[derive(JsonSchema)]
#[schemars(rename = "OperatorJwk")]
#[expect(dead_code, reason = "it describes what the signer returns")]
struct Jwk {
    kty: String,
    crv: String,
    alg: String,
    r#use: String,
    kid: String,
    x: String,
    y: String,
}

async fn show(request: &HttpRequest, state: &State) -> Answered {
    Query::read(request, &[]).check()?;
    Ok(json(&state.ports.signer.jwks()))
}
