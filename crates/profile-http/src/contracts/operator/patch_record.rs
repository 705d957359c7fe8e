//! `PATCH /operator/v1/records/{kind}/{key}`: changes fields of a record (operator API page, sections 3 and 5).

use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use profile_domain::operator::{Rule, policy::check_kind};
use profile_usecases::operator::patch_record;
use schemars::SchemaGenerator;

use super::{
    condition::{check_required, precondition},
    error::{ENDED, OperatorError, PRECONDITION_FAILED, PRECONDITION_REQUIRED, READS, WRITES},
    parameter::{DRY_RUN, IDEMPOTENCY_KEY, IF_MATCH, KEY, KIND, version_schema},
    query::Query,
    record_body::{RecordBody, patch_schema},
    request::{JSON, JsonBody, MERGE_PATCH, RequestContext, ports_of, record_name},
    response::{Manner, Record, answer},
    write::{carried_out, keyed, replay},
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
    parameter::Parameter,
};

pub(super) fn endpoint() -> Endpoint {
    let failures = [ENDED, PRECONDITION_FAILED, PRECONDITION_REQUIRED];
    Endpoint {
        parameters: vec![
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
        request: Body::Json(patch_schema),
        success: Body::Json(SchemaGenerator::subschema_for::<Record>),
        failures: READS.into_iter().chain(WRITES).chain(failures).collect(),
        ..Endpoint::new(
            Method::PATCH,
            "patch_record",
            &["/operator/v1/records/{kind}/{key}"],
            "Change fields of a record",
            |route| route.to(patch),
        )
    }
}

async fn patch(request: HttpRequest, payload: web::Payload, state: web::Data<State>) -> HttpResponse {
    answer(&request, change(&request, payload, &state)).await
}

async fn change(
    request: &HttpRequest,
    payload: web::Payload,
    state: &State,
) -> Result<HttpResponse, OperatorError> {
    let name = record_name(request)?;
    let context = RequestContext::begin(request, state, None).await?;
    check_kind(name.kind)
        .and_then(|()| Rule::Write.check(context.key.role))
        .map_err(OperatorError::forbidden)?;
    let body = JsonBody::receive(request, payload, &[MERGE_PATCH, JSON]).await?;
    let mut query = Query::read(request, &["base_version", "dry_run"]);
    let dry_run = query.flag("dry_run");
    let precondition = precondition(request, &mut query, true);
    let keyed = keyed(request, state, &mut query, &context, body.bytes(), dry_run);
    let required = check_required(&precondition, &query, state.operator.precondition_required);
    query.check()?;
    required?;
    let members = body.members()?;
    let now = state.ports.clock.now();
    let RecordBody { steps, reason, .. } =
        RecordBody::read(name.kind, &members, context.key.role, false, now, &*state.ports.passwords)?;
    let ports = ports_of(state, dry_run);
    if let Some(replayed) = replay(&ports, keyed.as_ref(), context.key.role).await? {
        return Ok(replayed);
    }
    let cause = context.cause(reason);
    let changed =
        patch_record(&ports, &context.actor, &name, steps, &precondition, cause, keyed.as_ref()).await;
    let manner = Manner { dry_run, ..Manner::default() };
    carried_out(&ports, keyed.as_ref(), context.key.role, manner, changed).await
}
