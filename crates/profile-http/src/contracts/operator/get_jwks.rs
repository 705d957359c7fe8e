//! `GET /operator/jwks.json`: the public keys that receipts and checkpoints are verified with (operator API page, section 1).

use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, StatusCode},
    web,
};
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
        id: "get_jwks",
        method: Method::GET,
        paths: &["/operator/jwks.json"],
        summary: "Show the public keys of receipts and checkpoints, old ones too",
        protected: false,
        parameters: Vec::new(),
        request: Body::Empty,
        success: Body::Json(SchemaGenerator::subschema_for::<Jwks>),
        bodiless: &[],
        failures: vec![INVALID, INTERNAL],
        handler: |route| route.to(get),
    }
}

/// Public keys (RFC 7517).
#[derive(JsonSchema)]
#[schemars(rename = "OperatorJwks")]
#[allow(dead_code)] // the schema of what the signer returns
struct Jwks {
    keys: Vec<Jwk>,
}

/// The public half of an ES256 key pair.
#[derive(JsonSchema)]
#[schemars(rename = "OperatorJwk")]
#[allow(dead_code)]
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
