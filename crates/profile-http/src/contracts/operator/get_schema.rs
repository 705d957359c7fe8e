//! `GET /operator/v1/kinds/{kind}/schema`: JSON Schema of the fields of a kind (operator API page, section 6).

use actix_web::{HttpRequest, HttpResponse, http::header::CACHE_CONTROL};
use schemars::{Schema, SchemaGenerator, json_schema};

use super::{
    endpoint::{Answered, without_body},
    error::READS,
    parameter::KIND,
    request::{RequestContext, kind},
    schema::kind_schema,
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        parameters: vec![KIND],
        ..Endpoint::read(
            "get_schema",
            &["/operator/v1/kinds/{kind}/schema"],
            "Show the JSON Schema of the fields of a kind",
            Body::Schema(response_schema),
            READS.to_vec(),
            |route| without_body(route, show),
        )
    }
}

fn response_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "object", "description": "A JSON Schema 2020-12." })
}

async fn show(request: &HttpRequest, state: &State) -> Answered {
    let kind = kind(request)?;
    RequestContext::begin_plain(request, state, None).await?;
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .content_type("application/schema+json")
        .body(kind_schema(kind).to_string()))
}
