//! `POST /operator/v1/subscriptions`: has changes sent to a target (operator API page, section 10).

use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, StatusCode},
    web,
};
use profile_domain::operator::Rule;
use profile_usecases::operator::{SubscriptionCall, create_subscription};
use schemars::SchemaGenerator;

use super::{
    error::{KEYED_WRITES, OperatorError, READS},
    parameter::{DRY_RUN, IDEMPOTENCY_KEY},
    request::JSON,
    response::answer,
    subscription::{Shown, carried_out, printer},
    subscription_body::{BodyReader, SubscriptionBody, create_schema},
    write::WriteCall,
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        parameters: vec![DRY_RUN, IDEMPOTENCY_KEY],
        request: Body::Json(create_schema),
        success: Body::Created(SchemaGenerator::subschema_for::<Shown>),
        failures: READS.into_iter().chain(KEYED_WRITES).collect(),
        ..Endpoint::new(
            Method::POST,
            "create_subscription",
            &["/operator/v1/subscriptions"],
            "Have changes sent to a target; the answer alone shows the secret that signs them",
            |route| route.to(post),
        )
    }
}

async fn post(request: HttpRequest, payload: web::Payload, state: web::Data<State>) -> HttpResponse {
    answer(&request, create(&request, payload, &state)).await
}

async fn create(
    request: &HttpRequest,
    payload: web::Payload,
    state: &State,
) -> Result<HttpResponse, OperatorError> {
    let (call, members) = WriteCall::receive(request, payload, state, Rule::Admin, &[JSON]).await?;
    let WriteCall { context, dry_run, keyed, ports } = call;
    let reader = BodyReader { creating: true, targets: &state.webhooks.targets, me: &context.actor.name };
    let SubscriptionBody { patch, start } = reader.read(&members)?;
    let print = printer(dry_run);
    let call = SubscriptionCall { keyed: keyed.as_ref(), dry_run, print: &print };
    let work = create_subscription(&ports, &patch, start, &call);
    carried_out(&ports, StatusCode::CREATED, keyed.as_ref(), work).await
}
