//! `DELETE /operator/v1/subscriptions/{id}`: removes a subscription with all that is stored of it (operator API page,
//! section 10).

use actix_web::{
    HttpRequest,
    http::{Method, StatusCode},
};
use profile_domain::operator::Rule;
use profile_usecases::operator::{SubscriptionCall, remove_subscription};

use super::{
    endpoint::{Answered, answering, reads_and, without_body},
    error::{IDEMPOTENCY_REUSED, IN_FLIGHT, OUTCOME_UNKNOWN},
    parameter::{DRY_RUN, IDEMPOTENCY_KEY, SUBSCRIPTION_ID},
    query::Query,
    request::{RequestContext, ports_of},
    subscription::{Shown, carried_out, id_in_path},
    write::keyed,
};
use crate::{State, endpoint::Endpoint};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        method: Method::DELETE,
        failures: reads_and(&[&[IN_FLIGHT, IDEMPOTENCY_REUSED, OUTCOME_UNKNOWN]]),
        ..answering::<Shown>(
            "remove_subscription",
            &["/operator/v1/subscriptions/{id}"],
            "Remove a subscription",
            vec![SUBSCRIPTION_ID, DRY_RUN, IDEMPOTENCY_KEY],
            |route| without_body(route, remove),
        )
    }
}

async fn remove(request: &HttpRequest, state: &State) -> Answered {
    let id = id_in_path(request)?;
    let context = RequestContext::begin(request, state, Some(Rule::Admin)).await?;
    let mut query = Query::read(request, &["dry_run"]);
    let dry_run = query.flag("dry_run");
    let keyed = keyed(request, state, &mut query, &context, &[], dry_run);
    query.check()?;
    let ports = ports_of(state, dry_run);
    let work = async |call: &SubscriptionCall| remove_subscription(&ports, &id, call).await;
    carried_out(&ports, StatusCode::OK, keyed.as_ref(), dry_run, work).await
}
