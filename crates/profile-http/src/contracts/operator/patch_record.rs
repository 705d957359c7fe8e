//! `PATCH /operator/v1/records/{kind}/{key}`: changes fields of a record (operator API page, sections 3 and 5).

use actix_web::{HttpRequest, http::Method, web};
use profile_usecases::operator::patch_record;

use super::{
    endpoint::{Answered, answering, record_write, with_body},
    error::{ENDED, PRECONDITION_FAILED, PRECONDITION_REQUIRED},
    parameter::{DRY_RUN, IDEMPOTENCY_KEY, IF_MATCH, KEY, KIND, version_schema},
    query::Query,
    record_body::{RecordBody, patch_schema},
    request::{JSON, JsonBody, MERGE_PATCH, RequestContext, ports_of, record_name},
    response::{Manner, Record},
    write::{ChangeCall, carried_out, check_write},
};
use crate::{State, endpoint::Endpoint, parameter::Parameter};

pub(super) fn endpoint() -> Endpoint {
    let failures = [ENDED, PRECONDITION_FAILED, PRECONDITION_REQUIRED];
    record_write(
        Method::PATCH,
        patch_schema,
        &failures,
        answering::<Record>(
            "patch_record",
            &["/operator/v1/records/{kind}/{key}"],
            "Change fields of a record",
            vec![
                KIND,
                KEY,
                Parameter::query(
                    "base_version",
                    "Refuses the change if others have written the same fields since this version.",
                    version_schema,
                ),
                DRY_RUN,
                IF_MATCH,
                IDEMPOTENCY_KEY,
            ],
            |route| with_body(route, change),
        ),
    )
}

async fn change(request: &HttpRequest, payload: web::Payload, state: &State) -> Answered {
    let name = record_name(request)?;
    let context = RequestContext::begin(request, state, None).await?;
    check_write(name.kind, context.key.role)?;
    let body = JsonBody::receive(request, payload, &[MERGE_PATCH, JSON]).await?;
    let query = Query::read(request, &["base_version", "dry_run"]);
    let ChangeCall { dry_run, precondition, keyed } =
        ChangeCall::read(request, state, query, &context, body.bytes())?;
    let members = body.members()?;
    let now = state.ports.clock.now();
    let RecordBody { steps, reason, .. } =
        RecordBody::read(name.kind, &members, context.key.role, false, now, &*state.ports.passwords)?;
    let ports = ports_of(state, dry_run);
    let cause = context.cause(reason);
    let changed = patch_record(&ports, &context.actor, &name, steps, &precondition, cause, keyed.as_ref());
    let manner = Manner { dry_run, ..Manner::default() };
    carried_out(&ports, keyed.as_ref(), context.key.role, manner, changed).await
}
