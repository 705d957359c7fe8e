//! `POST /operator/v1/subscriptions`: has changes sent to a target (operator API page, section 10).

use actix_web::{
    HttpRequest,
    http::{Method, StatusCode},
    web,
};
use profile_domain::operator::Rule;
use profile_usecases::operator::{SubscriptionCall, create_subscription};

use super::{
    endpoint::{Answered, answering, created, keyed_write, with_body},
    parameter::{DRY_RUN, IDEMPOTENCY_KEY},
    request::JSON,
    subscription::{Shown, carried_out},
    subscription_body::{BodyReader, SubscriptionBody, create_schema},
    write::WriteCall,
};
use crate::{State, endpoint::Endpoint};

pub(super) fn endpoint() -> Endpoint {
    created::<Shown>(keyed_write(
        Method::POST,
        create_schema,
        answering::<Shown>(
            "create_subscription",
            &["/operator/v1/subscriptions"],
            "Have changes sent to a target; the answer alone shows the secret that signs them",
            vec![DRY_RUN, IDEMPOTENCY_KEY],
            |route| with_body(route, create),
        ),
    ))
}

async fn create(request: &HttpRequest, payload: web::Payload, state: &State) -> Answered {
    let (call, members) = WriteCall::receive(request, payload, state, Rule::Admin, &[JSON]).await?;
    let WriteCall { context, dry_run, keyed, ports } = call;
    let reader = BodyReader { creating: true, targets: &state.webhooks.targets, me: &context.actor.name };
    let SubscriptionBody { patch, start } = reader.read(&members)?;
    let work = async |call: &SubscriptionCall| create_subscription(&ports, &patch, start, call).await;
    carried_out(&ports, StatusCode::CREATED, keyed.as_ref(), dry_run, work).await
}
