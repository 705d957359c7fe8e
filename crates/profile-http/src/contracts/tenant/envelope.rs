//! The wrappers (section 4.3), around every answer.

use actix_web::{
    HttpResponse, HttpResponseBuilder,
    http::{StatusCode, header},
};
use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use super::{
    error::{Broken, TenantFault, UNAVAILABLE},
    page::Page,
    version::SUPPORTED,
};
use crate::failure::Failure;

/// Seconds after which a caller may come again whom the service was too busy for.
const RETRY_AFTER: u16 = 1;

fn builder(status: u16) -> HttpResponseBuilder {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut answer = HttpResponse::build(status);
    answer.insert_header(SUPPORTED).insert_header((header::CACHE_CONTROL, "no-store"));
    answer
}

/// One object, or why not.
pub(super) fn one(outcome: Result<Value, TenantFault>) -> HttpResponse {
    match outcome {
        Ok(data) => builder(200).json(json!({ "data": data, "errors": [] })),
        Err(fault) => refused(fault),
    }
}

/// A page of a list, or why not.
pub(super) fn many(outcome: Result<(Vec<Value>, i64, Page), TenantFault>) -> HttpResponse {
    match outcome {
        Ok((data, total_count, Page { page, take })) => builder(200).json(json!({
            "data": data,
            "errors": [],
            "total_count": total_count,
            "page": page,
            "take": take,
        })),
        Err(fault) => refused(fault),
    }
}

pub(super) fn refused(TenantFault { broken: all, retry_after }: TenantFault) -> HttpResponse {
    let failure = all.first().map_or(UNAVAILABLE, |first| first.failure);
    let mut answer = builder(failure.status);
    match failure.status {
        401 => {
            answer.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        // The rest of the body is not wanted.
        408 | 413 => {
            answer.force_close();
        }
        429 | 503 => {
            answer.insert_header((header::RETRY_AFTER, u64::from(retry_after.unwrap_or(RETRY_AFTER))));
        }
        _ => {}
    }
    let error = |broken: &Broken| {
        let Broken { failure, field } = broken;
        json!({ "code": failure.code, "field": field, "message": failure.when })
    };
    answer.json(json!({ "data": null, "errors": all.iter().map(error).collect::<Vec<_>>() }))
}

/// The schema of an error body with one of `codes`.
pub(super) fn failure_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "required": ["data", "errors"],
        "properties": {
            "data": { "type": "null" },
            "errors": {
                "type": "array",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "required": ["code", "field", "message"],
                    "properties": {
                        "code": { "type": "string" },
                        "field": { "type": ["string", "null"] },
                        "message": { "type": "string" },
                    },
                },
            },
        },
    })
}

/// The schema of one object.
pub(super) fn one_schema() -> Schema {
    json_schema!({
        "type": "object",
        "required": ["data", "errors"],
        "properties": { "data": { "type": "object" }, "errors": { "type": "array", "maxItems": 0 } },
    })
}

/// The schema of a page.
pub(super) fn many_schema() -> Schema {
    json_schema!({
        "type": "object",
        "required": ["data", "errors", "total_count", "page", "take"],
        "properties": {
            "data": { "type": "array", "items": { "type": "object" } },
            "errors": { "type": "array", "maxItems": 0 },
            "total_count": { "type": "integer", "minimum": 0 },
            "page": { "type": "integer", "minimum": 1 },
            "take": { "type": "integer", "minimum": 1, "maximum": 100 },
        },
    })
}

/// The error body of a failure, for the API document.
pub(super) fn failure_example(failure: Failure) -> Value {
    json!({ "data": null, "errors": [{ "code": failure.code, "field": null, "message": failure.when }] })
}
