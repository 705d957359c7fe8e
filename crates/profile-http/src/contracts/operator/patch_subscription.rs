//! `PATCH /operator/v1/subscriptions/{id}`: changes a subscription (operator API page, section 10).

use actix_web::{
    HttpRequest,
    http::{Method, StatusCode},
    web,
};
use profile_domain::operator::Rule;
use profile_usecases::operator::{SubscriptionCall, patch_subscription};

use super::{
    endpoint::{Answered, answering, keyed_write, with_body},
    parameter::{DRY_RUN, IDEMPOTENCY_KEY, SUBSCRIPTION_ID},
    request::{JSON, MERGE_PATCH},
    subscription::{Shown, carried_out, id_in_path},
    subscription_body::{BodyReader, SubscriptionBody, patch_schema},
    write::WriteCall,
};
use crate::{State, endpoint::Endpoint};

pub(super) fn endpoint() -> Endpoint {
    keyed_write(
        Method::PATCH,
        patch_schema,
        answering::<Shown>(
            "patch_subscription",
            &["/operator/v1/subscriptions/{id}"],
            "Change a subscription, stop it, or have it go on",
            vec![SUBSCRIPTION_ID, DRY_RUN, IDEMPOTENCY_KEY],
            |route| with_body(route, change),
        ),
    )
}

async fn change(request: &HttpRequest, payload: web::Payload, state: &State) -> Answered {
    let id = id_in_path(request)?;
    let (call, members) =
        WriteCall::receive(request, payload, state, Rule::Admin, &[MERGE_PATCH, JSON]).await?;
    let WriteCall { context, dry_run, keyed, ports } = call;
    let reader = BodyReader { creating: false, targets: &state.webhooks.targets, me: &context.actor.name };
    let SubscriptionBody { patch, .. } = reader.read(&members)?;
    let work = async |call: &SubscriptionCall| patch_subscription(&ports, &id, &patch, call).await;
    carried_out(&ports, StatusCode::OK, keyed.as_ref(), dry_run, work).await
}
