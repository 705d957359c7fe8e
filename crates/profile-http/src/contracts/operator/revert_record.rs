//! `POST /operator/v1/records/{kind}/{key}/revert`: takes a record back to an earlier version (operator API page, section 7).

use actix_web::{HttpRequest, http::Method, web};
use profile_domain::Text;
use profile_usecases::operator::{FieldError, Member, Members, revert_record};
use schemars::{Schema, SchemaGenerator};
use serde_json::{Value as Json, json};

use super::{
    endpoint::{Answered, answering, record_write, with_body},
    error::{ENDED, NOT_REVERTIBLE, OperatorError, PRECONDITION_FAILED, PRECONDITION_REQUIRED},
    member::{member_fault, missing, object_schema},
    parameter::{DRY_RUN, IDEMPOTENCY_KEY, IF_MATCH, KEY, KIND},
    query::Query,
    reason::{read_reason, reason_schema},
    request::{JSON, JsonBody, RequestContext, ports_of, record_name},
    response::{Manner, Record},
    write::{ChangeCall, carried_out, check_write},
};
use crate::{State, endpoint::Endpoint};

pub(super) fn endpoint() -> Endpoint {
    let failures = [ENDED, NOT_REVERTIBLE, PRECONDITION_FAILED, PRECONDITION_REQUIRED];
    record_write(
        Method::POST,
        request_schema,
        &failures,
        answering::<Record>(
            "revert_record",
            &["/operator/v1/records/{kind}/{key}/revert"],
            "Take a record back to an earlier version",
            vec![KIND, KEY, DRY_RUN, IF_MATCH, IDEMPOTENCY_KEY],
            |route| with_body(route, revert),
        ),
    )
}

fn request_schema(_: &mut SchemaGenerator) -> Schema {
    object_schema(
        &["to_version", "reason"],
        json!({
            "to_version": { "type": "integer", "minimum": 1 },
            "reason": reason_schema(),
        }),
    )
}

async fn revert(request: &HttpRequest, payload: web::Payload, state: &State) -> Answered {
    let name = record_name(request)?;
    let context = RequestContext::begin(request, state, None).await?;
    check_write(name.kind, context.key.role)?;
    let body = JsonBody::receive(request, payload, &[JSON]).await?;
    let query = Query::read(request, &["dry_run"]);
    let ChangeCall { dry_run, precondition, keyed } =
        ChangeCall::read(request, state, query, &context, body.bytes())?;
    let (to, reason) = read(&body.members()?)?;
    let ports = ports_of(state, dry_run);
    let cause = context.cause(Some(reason));
    let reverted = revert_record(&ports, &context.actor, &name, to, &precondition, cause, keyed.as_ref());
    let manner = Manner { dry_run, ..Manner::default() };
    carried_out(&ports, keyed.as_ref(), context.key.role, manner, reverted).await
}

fn read(members: &Members) -> Result<(i64, Text), OperatorError> {
    let (mut to, mut reason, mut faults) = (None, None, Vec::new());
    for (name, value) in members {
        match (name.as_str(), value) {
            ("to_version", Member::Other(Json::Number(number)))
                if number.as_i64().is_some_and(|to| to > 0) =>
            {
                to = number.as_i64();
            }
            ("to_version", Member::Other(Json::Number(number))) if number.is_i64() => {
                faults.push(FieldError::at("/to_version", "value"));
            }
            ("to_version", Member::Other(Json::Null)) => {
                faults.push(FieldError::at("/to_version", "required"));
            }
            ("to_version", _) => faults.push(FieldError::at("/to_version", "type")),
            ("reason", value) => match read_reason(value, "/reason") {
                Ok(text) => reason = Some(text),
                Err(fault) => faults.push(fault),
            },
            (name, _) => faults.push(member_fault(name, ("unknown", None))),
        }
    }
    faults.extend(missing(members, &["to_version", "reason"]));
    match (to, reason) {
        (Some(to), Some(reason)) if faults.is_empty() => Ok((to, reason)),
        _ => Err(OperatorError::invalid(faults)),
    }
}
