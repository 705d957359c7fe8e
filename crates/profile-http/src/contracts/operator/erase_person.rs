//! `POST /operator/v1/persons/{person}/erasure`: erases what is known of a person (operator API page, section 11).

use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use profile_domain::{Text, operator::Rule};
use profile_usecases::operator::{FieldError, Members, erase_person, erased_person};
use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::Value as Json;

use super::{
    error::{
        IDEMPOTENCY_REUSED, IN_FLIGHT, MALFORMED, OUTCOME_UNKNOWN, OperatorError, READS, TOO_LARGE,
        UNSUPPORTED_MEDIA_TYPE,
    },
    get_erasure::{Receipt, shown},
    list_person_changes::person_in_path,
    parameter::{DRY_RUN, IDEMPOTENCY_KEY, PERSON},
    query::Query,
    reason::{escaped, read_reason},
    request::{JSON, JsonBody, RequestContext, ports_of},
    response::answer,
    write::{keyed, once},
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
};

pub(super) fn endpoint() -> Endpoint {
    let failures =
        [IN_FLIGHT, MALFORMED, TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, IDEMPOTENCY_REUSED, OUTCOME_UNKNOWN];
    Endpoint {
        id: "erase_person",
        method: Method::POST,
        paths: &["/operator/v1/persons/{person}/erasure"],
        summary: "Erase a person; the receipt says what was taken and what is left",
        protected: true,
        parameters: vec![PERSON, DRY_RUN, IDEMPOTENCY_KEY],
        request: Body::Json(request_schema),
        success: Body::Json(SchemaGenerator::subschema_for::<Receipt>),
        bodiless: &[],
        failures: READS.into_iter().chain(failures).collect(),
        handler: |route| route.to(post),
    }
}

fn request_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "required": ["reason"],
        "additionalProperties": false,
        "properties": { "reason": { "type": "string", "minLength": 3, "maxLength": 500 } },
    })
}

async fn post(request: HttpRequest, payload: web::Payload, state: web::Data<State>) -> HttpResponse {
    answer(&request, Box::pin(erase(&request, payload, &state))).await
}

async fn erase(
    request: &HttpRequest,
    payload: web::Payload,
    state: &State,
) -> Result<HttpResponse, OperatorError> {
    let person = person_in_path(request)?;
    let context = RequestContext::begin(request, state, Some(Rule::Privacy)).await?;
    let body = JsonBody::receive(request, payload, &[JSON]).await?;
    let mut query = Query::read(request, &["dry_run"]);
    let dry_run = query.flag("dry_run");
    let keyed = keyed(request, state, &mut query, &context, body.bytes(), dry_run);
    query.check()?;
    let reason = read(&body.members()?)?;
    let ports = ports_of(state, dry_run);
    let cause = context.cause(Some(reason.clone()));
    let erased = erase_person(&ports, person, reason, cause, keyed.as_ref());
    let replayed = async |outcome: &Json| erased_person(&ports, outcome).await;
    let (receipt, is_replayed) = once(&ports, keyed.as_ref(), replayed, erased).await?;
    Ok(shown(receipt, is_replayed))
}

fn read(members: &Members) -> Result<Text, OperatorError> {
    let (mut reason, mut faults) = (None, Vec::new());
    for (name, value) in members {
        if name != "reason" {
            faults.push(FieldError::at(format!("/{}", escaped(name)), "unknown"));
            continue;
        }
        match read_reason(value, "/reason") {
            Ok(text) => reason = Some(text),
            Err(fault) => faults.push(fault),
        }
    }
    if !members.iter().any(|(name, _)| name == "reason") {
        faults.push(FieldError::at("/reason", "required"));
    }
    match reason {
        Some(reason) if faults.is_empty() => Ok(reason),
        _ => Err(OperatorError::invalid(faults)),
    }
}
