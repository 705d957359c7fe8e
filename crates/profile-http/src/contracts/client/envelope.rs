//! The one shape of every answer (section 1): `data` or `errors`, and `meta`.

use std::time::Instant;

use actix_web::{
    HttpMessage as _, HttpRequest, HttpResponse,
    http::{StatusCode, header},
};
use serde_json::{Value, json};

use super::error::ClientFault;
use crate::{failure::Failure, observe::Started};

/// The path without the version, the method, and the milliseconds since the head of the request was read.
fn meta(request: &HttpRequest) -> Value {
    let path = request.path();
    let endpoint = path.strip_prefix("/v1").filter(|rest| rest.starts_with('/')).unwrap_or(path);
    let started = request.extensions().get::<Started>().map_or_else(Instant::now, |started| started.0);
    let timing = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    json!({ "endpoint": endpoint, "method": request.method().as_str(), "timing": timing })
}

/// The answer to `request`.
pub(super) fn answer(request: &HttpRequest, outcome: Result<Vec<Value>, ClientFault>) -> HttpResponse {
    match outcome {
        Ok(data) => HttpResponse::Ok()
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .json(json!({ "data": data, "meta": meta(request) })),
        Err(fault) => failure(request, &fault),
    }
}

/// The answer to a request that comes to no endpoint.
pub(super) fn refused(request: &HttpRequest, failure: Failure) -> HttpResponse {
    answer(request, Err(failure.into()))
}

fn failure(request: &HttpRequest, fault: &ClientFault) -> HttpResponse {
    let status = fault.failure.status;
    let code = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut answer = HttpResponse::build(code);
    answer.insert_header((header::CACHE_CONTROL, "no-store"));
    if status == 401 {
        answer.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
    }
    if let Some(seconds) = fault.retry_after {
        answer.insert_header((header::RETRY_AFTER, u64::from(seconds)));
    }
    if matches!(status, 408 | 413) {
        // The rest of the body is not wanted.
        answer.force_close();
    }
    let error =
        |message: &String| json!({ "status": status, "code": fault.failure.code, "message": message });
    let errors: Vec<Value> = fault.messages.iter().map(error).collect();
    answer.json(json!({ "errors": errors, "meta": meta(request) }))
}
