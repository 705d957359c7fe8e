//! `POST /operator/v1/records/{kind}/{key}/revert`: takes a record back to an earlier version (operator API page, section 7).

use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use profile_domain::{
    Text,
    operator::{Rule, policy::check_kind},
};
use profile_usecases::operator::{FieldError, Member, Members, revert_record};
use schemars::{Schema, SchemaGenerator};
use serde_json::{Value as Json, json};

use super::{
    condition::{check_required, precondition},
    error::{
        ENDED, NOT_REVERTIBLE, OperatorError, PRECONDITION_FAILED, PRECONDITION_REQUIRED, READS, WRITES,
    },
    member::{member_fault, missing, object_schema},
    parameter::{DRY_RUN, IDEMPOTENCY_KEY, IF_MATCH, KEY, KIND},
    query::Query,
    reason::{read_reason, reason_schema},
    request::{JSON, JsonBody, RequestContext, ports_of, record_name},
    response::{Manner, Record, answer},
    write::{carried_out, keyed, replay},
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
};

pub(super) fn endpoint() -> Endpoint {
    let failures = [ENDED, NOT_REVERTIBLE, PRECONDITION_FAILED, PRECONDITION_REQUIRED];
    Endpoint {
        parameters: vec![KIND, KEY, DRY_RUN, IF_MATCH, IDEMPOTENCY_KEY],
        request: Body::Json(request_schema),
        success: Body::Json(SchemaGenerator::subschema_for::<Record>),
        failures: READS.into_iter().chain(WRITES).chain(failures).collect(),
        ..Endpoint::new(
            Method::POST,
            "revert_record",
            &["/operator/v1/records/{kind}/{key}/revert"],
            "Take a record back to an earlier version",
            |route| route.to(post),
        )
    }
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

async fn post(request: HttpRequest, payload: web::Payload, state: web::Data<State>) -> HttpResponse {
    answer(&request, revert(&request, payload, &state)).await
}

async fn revert(
    request: &HttpRequest,
    payload: web::Payload,
    state: &State,
) -> Result<HttpResponse, OperatorError> {
    let name = record_name(request)?;
    let context = RequestContext::begin(request, state, None).await?;
    check_kind(name.kind)
        .and_then(|()| Rule::Write.check(context.key.role))
        .map_err(OperatorError::forbidden)?;
    let body = JsonBody::receive(request, payload, &[JSON]).await?;
    let mut query = Query::read(request, &["dry_run"]);
    let dry_run = query.flag("dry_run");
    let precondition = precondition(request, &mut query, false);
    let keyed = keyed(request, state, &mut query, &context, body.bytes(), dry_run);
    let required = check_required(&precondition, &query, state.operator.precondition_required);
    query.check()?;
    required?;
    let (to, reason) = read(&body.members()?)?;
    let ports = ports_of(state, dry_run);
    if let Some(replayed) = replay(&ports, keyed.as_ref(), context.key.role).await? {
        return Ok(replayed);
    }
    let cause = context.cause(Some(reason));
    let reverted =
        revert_record(&ports, &context.actor, &name, to, &precondition, cause, keyed.as_ref()).await;
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
