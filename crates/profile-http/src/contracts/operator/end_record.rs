//! `DELETE /operator/v1/records/{kind}/{key}`: ends a record (operator API page, section 5).

use actix_web::{HttpRequest, http::Method};
use profile_domain::operator::policy::check_end;
use profile_usecases::operator::end_record;

use super::{
    endpoint::{Answered, answering, reads_and, without_body},
    error::{
        ENDED, HELD, IDEMPOTENCY_REUSED, OUTCOME_UNKNOWN, OperatorError, PRECONDITION_FAILED,
        PRECONDITION_REQUIRED, REFERENCED,
    },
    parameter::{DRY_RUN, IDEMPOTENCY_KEY, IF_MATCH, KEY, KIND, REASON},
    query::Query,
    request::{RequestContext, ports_of, record_name},
    response::{Manner, Record},
    write::{ChangeCall, carried_out},
};
use crate::{State, endpoint::Endpoint};

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
        method: Method::DELETE,
        failures: reads_and(&[&failures]),
        ..answering::<Record>(
            "end_record",
            &["/operator/v1/records/{kind}/{key}"],
            "End a record; its key stays its person's",
            vec![KIND, KEY, REASON, DRY_RUN, IF_MATCH, IDEMPOTENCY_KEY],
            |route| without_body(route, end),
        )
    }
}

async fn end(request: &HttpRequest, state: &State) -> Answered {
    let name = record_name(request)?;
    let context = RequestContext::begin(request, state, None).await?;
    check_end(context.key.role, name.kind).map_err(OperatorError::forbidden)?;
    let mut query = Query::read(request, &["reason", "dry_run"]);
    let reason = query.required_reason();
    let ChangeCall { dry_run, precondition, keyed } = ChangeCall::read(request, state, query, &context, &[])?;
    let ports = ports_of(state, dry_run);
    let cause = context.cause(reason);
    let ended = end_record(&ports, &context.actor, &name, &precondition, cause, keyed.as_ref());
    let manner = Manner { dry_run, ..Manner::default() };
    carried_out(&ports, keyed.as_ref(), context.key.role, manner, ended).await
}
