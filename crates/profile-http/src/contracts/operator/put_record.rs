//! `PUT /operator/v1/records/{kind}/{key}`: makes a record (operator API page, section 5).

use actix_web::{HttpRequest, http::Method, web};
use profile_usecases::operator::{FieldError, NewRecord, RecordName, is_canonical, put_record};

use super::{
    condition::has_none_match,
    endpoint::{Answered, answering, created, record_write, with_body},
    error::{KEY_ENDED, PRECONDITION_FAILED, PRECONDITION_REQUIRED},
    parameter::{DRY_RUN, IDEMPOTENCY_KEY, IF_NONE_MATCH, KEY, KIND},
    query::Query,
    record_body::{RecordBody, put_schema},
    request::{JSON, JsonBody, RequestContext, kind, ports_of, raw_key},
    response::{Manner, Record},
    write::{carried_out, check_write, keyed},
};
use crate::{State, endpoint::Endpoint};

pub(super) fn endpoint() -> Endpoint {
    let failures = [KEY_ENDED, PRECONDITION_FAILED, PRECONDITION_REQUIRED];
    created::<Record>(record_write(
        Method::PUT,
        put_schema,
        &failures,
        answering::<Record>(
            "put_record",
            &["/operator/v1/records/{kind}/{key}"],
            "Make a record",
            vec![KIND, KEY, DRY_RUN, IF_NONE_MATCH, IDEMPOTENCY_KEY],
            |route| with_body(route, make),
        ),
    ))
}

async fn make(request: &HttpRequest, payload: web::Payload, state: &State) -> Answered {
    let name = RecordName { kind: kind(request)?, key: raw_key(request) };
    let context = RequestContext::begin(request, state, None).await?;
    check_write(name.kind, context.key.role)?;
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
    let new = NewRecord { person, steps };
    let made = put_record(&ports, &name, new, context.cause(reason), keyed.as_ref());
    let manner = Manner { created: true, dry_run, replayed: false };
    carried_out(&ports, keyed.as_ref(), context.key.role, manner, made).await
}
