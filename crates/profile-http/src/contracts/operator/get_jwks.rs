//! `GET /operator/jwks.json`: the public keys that receipts and checkpoints are verified with (operator API page, section 1).

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use schemars::{JsonSchema, SchemaGenerator};

use super::{
    error::{INTERNAL, INVALID},
    query::Query,
    response::{answer, json},
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        protected: false,
        ..Endpoint::read(
            "get_jwks",
            &["/operator/jwks.json"],
            "Show the public keys of receipts and checkpoints, old ones too",
            Body::Json(SchemaGenerator::subschema_for::<Jwks>),
            vec![INVALID, INTERNAL],
            |route| route.to(get),
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

async fn get(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let show = async {
        Query::read(&request, &[]).check()?;
        Ok(json(StatusCode::OK, &state.ports.signer.jwks()))
    };
    answer(&request, show).await
}
