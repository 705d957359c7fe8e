//! `DELETE /operator/v1/keys/{id}`: ends an operator key for good (operator API page, section 13).

use actix_web::{HttpRequest, http::Method};
use profile_domain::operator::Rule;
use profile_usecases::operator::{KeyedCall, revoke_operator_key, revoked_operator_key};
use serde_json::Value as Json;

use super::{
    endpoint::{Answered, answering, reads_and, without_body},
    error::{IDEMPOTENCY_REUSED, IN_FLIGHT, OUTCOME_UNKNOWN},
    get_key::id_in_path,
    key::Key,
    parameter::{DRY_RUN, IDEMPOTENCY_KEY, KEY_ID, REASON},
    query::Query,
    request::{RequestContext, ports_of},
    response::{json, marked},
    write::{keyed, once},
};
use crate::{State, endpoint::Endpoint};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        method: Method::DELETE,
        failures: reads_and(&[&[IN_FLIGHT, IDEMPOTENCY_REUSED, OUTCOME_UNKNOWN]]),
        ..answering::<Key>(
            "revoke_key",
            &["/operator/v1/keys/{id}"],
            "End an operator key for good",
            vec![KEY_ID, REASON, DRY_RUN, IDEMPOTENCY_KEY],
            |route| without_body(route, revoke),
        )
    }
}

async fn revoke(request: &HttpRequest, state: &State) -> Answered {
    let id = id_in_path(request)?;
    let context = RequestContext::begin(request, state, Some(Rule::Admin)).await?;
    let mut query = Query::read(request, &["reason", "dry_run"]);
    let (dry_run, reason) = (query.flag("dry_run"), query.required_reason());
    let keyed = keyed(request, state, &mut query, &context, &[], dry_run);
    query.check()?;
    let reason = reason.map(profile_domain::Text::into_string).unwrap_or_default();
    let ports = ports_of(state, dry_run);
    let revoked = revoke_operator_key(&ports, &context.actor.name, &id, reason, keyed.as_ref());
    let replayed = async |_: &KeyedCall, outcome: &Json| revoked_operator_key(&ports, outcome).await;
    let (key, is_replayed) = once(&ports, keyed.as_ref(), replayed, revoked).await?;
    Ok(marked(json(&Key::from(key).dry(dry_run)), is_replayed))
}
