//! `DELETE /operator/v1/persons/{person}/hold`: releases the hold of a person (operator API page, section 11).

use actix_web::{HttpRequest, http::Method};
use profile_domain::{Text, operator::Rule};
use profile_usecases::operator::{KeyedCall, placed_hold, release_hold};
use serde_json::Value as Json;

use super::{
    endpoint::{Answered, answering, reads_and, without_body},
    error::{IDEMPOTENCY_REUSED, IN_FLIGHT, OUTCOME_UNKNOWN},
    hold::{Hold, decided},
    list_person_changes::person_in_path,
    parameter::{DRY_RUN, IDEMPOTENCY_KEY, PERSON, REASON},
    query::Query,
    request::{RequestContext, ports_of},
    write::{keyed, once},
};
use crate::{State, endpoint::Endpoint};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        method: Method::DELETE,
        failures: reads_and(&[&[IN_FLIGHT, IDEMPOTENCY_REUSED, OUTCOME_UNKNOWN]]),
        ..answering::<Hold>(
            "release_hold",
            &["/operator/v1/persons/{person}/hold"],
            "Release the hold of a person",
            vec![PERSON, REASON, DRY_RUN, IDEMPOTENCY_KEY],
            |route| without_body(route, release),
        )
    }
}

async fn release(request: &HttpRequest, state: &State) -> Answered {
    let person = person_in_path(request)?;
    let context = RequestContext::begin(request, state, Some(Rule::Privacy)).await?;
    let mut query = Query::read(request, &["reason", "dry_run"]);
    let (dry_run, reason) = (query.flag("dry_run"), query.required_reason());
    let keyed = keyed(request, state, &mut query, &context, &[], dry_run);
    query.check()?;
    let reason: Text = reason.unwrap_or_default();
    let ports = ports_of(state, dry_run);
    let (actor, request_id) = (&context.actor, &context.origin.request_id);
    let released = release_hold(&ports, actor, person, &reason, request_id, keyed.as_ref());
    let replayed = async |_: &KeyedCall, outcome: &Json| placed_hold(outcome);
    let (hold, is_replayed) = once(&ports, keyed.as_ref(), replayed, released).await?;
    Ok(decided(hold, dry_run, is_replayed))
}
