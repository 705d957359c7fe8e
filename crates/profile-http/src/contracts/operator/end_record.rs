//! `DELETE /operator/v1/records/{kind}/{key}`: ends a record (operator API page, section 5).

use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use profile_domain::operator::policy::check_end;
use profile_usecases::operator::end_record;
use schemars::SchemaGenerator;

use super::{
    condition::{check_required, precondition},
    error::{
        ENDED, HELD, IDEMPOTENCY_REUSED, OUTCOME_UNKNOWN, OperatorError, PRECONDITION_FAILED,
        PRECONDITION_REQUIRED, READS, REFERENCED,
    },
    parameter::{DRY_RUN, IDEMPOTENCY_KEY, IF_MATCH, KEY, KIND, REASON},
    query::Query,
    request::{RequestContext, ports_of, record_name},
    response::{Manner, Record, answer},
    write::{carried_out, keyed, replay},
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
};

pub(super) fn endpoint() -> Endpoint {
    let failures = [
        ENDED,
        HELD,
        REFERENCED,
        PRECONDITION_FAILED,
        IDEMPOTENCY_REUSED,
        PRECONDITION_REQUIRED,
        OUTCOME_UNKNOWN,
    ];
    Endpoint {
        parameters: vec![KIND, KEY, REASON, DRY_RUN, IF_MATCH, IDEMPOTENCY_KEY],
        success: Body::Json(SchemaGenerator::subschema_for::<Record>),
        failures: READS.into_iter().chain(failures).collect(),
        ..Endpoint::new(
            Method::DELETE,
            "end_record",
            &["/operator/v1/records/{kind}/{key}"],
            "End a record; its key stays its person's",
            |route| route.to(delete),
        )
    }
}

async fn delete(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    answer(&request, end(&request, &state)).await
}

async fn end(request: &HttpRequest, state: &State) -> Result<HttpResponse, OperatorError> {
    let name = record_name(request)?;
    let context = RequestContext::begin(request, state, None).await?;
    check_end(context.key.role, name.kind).map_err(OperatorError::forbidden)?;
    let mut query = Query::read(request, &["reason", "dry_run"]);
    let (dry_run, reason) = (query.flag("dry_run"), query.required_reason());
    let precondition = precondition(request, &mut query, false);
    let keyed = keyed(request, state, &mut query, &context, &[], dry_run);
    let required = check_required(&precondition, &query, state.operator.precondition_required);
    query.check()?;
    required?;
    let ports = ports_of(state, dry_run);
    if let Some(replayed) = replay(&ports, keyed.as_ref(), context.key.role).await? {
        return Ok(replayed);
    }
    let cause = context.cause(reason);
    let ended = end_record(&ports, &context.actor, &name, &precondition, cause, keyed.as_ref()).await;
    let manner = Manner { dry_run, ..Manner::default() };
    carried_out(&ports, keyed.as_ref(), context.key.role, manner, ended).await
}
