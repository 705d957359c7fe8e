//! `PUT /operator/v1/records/{kind}/{key}`: makes a record (operator API page, section 5).

use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use profile_domain::operator::{Rule, policy::check_kind};
use profile_usecases::operator::{FieldError, NewRecord, RecordName, is_canonical, put_record};
use schemars::SchemaGenerator;

use super::{
    condition::has_none_match,
    error::{KEY_ENDED, OperatorError, PRECONDITION_FAILED, PRECONDITION_REQUIRED, READS, WRITES},
    parameter::{DRY_RUN, IDEMPOTENCY_KEY, IF_NONE_MATCH, KEY, KIND},
    query::Query,
    record_body::{RecordBody, put_schema},
    request::{JSON, JsonBody, RequestContext, kind, ports_of, raw_key},
    response::{Manner, Record, answer},
    write::{carried_out, keyed, replay},
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
};

pub(super) fn endpoint() -> Endpoint {
    let failures = [KEY_ENDED, PRECONDITION_FAILED, PRECONDITION_REQUIRED];
    Endpoint {
        parameters: vec![KIND, KEY, DRY_RUN, IF_NONE_MATCH, IDEMPOTENCY_KEY],
        request: Body::Json(put_schema),
        success: Body::Created(SchemaGenerator::subschema_for::<Record>),
        failures: READS.into_iter().chain(WRITES).chain(failures).collect(),
        ..Endpoint::new(
            Method::PUT,
            "put_record",
            &["/operator/v1/records/{kind}/{key}"],
            "Make a record",
            |route| route.to(put),
        )
    }
}

async fn put(request: HttpRequest, payload: web::Payload, state: web::Data<State>) -> HttpResponse {
    answer(&request, make(&request, payload, &state)).await
}

async fn make(
    request: &HttpRequest,
    payload: web::Payload,
    state: &State,
) -> Result<HttpResponse, OperatorError> {
    let name = RecordName { kind: kind(request)?, key: raw_key(request) };
    let context = RequestContext::begin(request, state, None).await?;
    check_kind(name.kind)
        .and_then(|()| Rule::Write.check(context.key.role))
        .map_err(OperatorError::forbidden)?;
    let body = JsonBody::receive(request, payload, &[JSON]).await?;
    let mut query = Query::read(request, &["dry_run"]);
    if !is_canonical(name.kind, &name.key) {
        query.faults.add(FieldError::parameter("key", "format"));
    }
    let dry_run = query.flag("dry_run");
    let has_condition = has_none_match(request, &mut query);
    let keyed = keyed(request, state, &mut query, &context, body.bytes(), dry_run);
    query.check()?;
    if !has_condition {
        return Err(PRECONDITION_REQUIRED.into());
    }
    let members = body.members()?;
    let now = state.ports.clock.now();
    let RecordBody { steps, person, reason } =
        RecordBody::read(name.kind, &members, context.key.role, true, now, &*state.ports.passwords)?;
    let ports = ports_of(state, dry_run);
    if let Some(replayed) = replay(&ports, keyed.as_ref(), context.key.role).await? {
        return Ok(replayed);
    }
    let new = NewRecord { person, steps };
    let made = put_record(&ports, &name, new, context.cause(reason), keyed.as_ref()).await;
    let manner = Manner { created: true, dry_run, replayed: false };
    carried_out(&ports, keyed.as_ref(), context.key.role, manner, made).await
}
