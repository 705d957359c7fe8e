//! `PATCH /operator/v1/subscriptions/{id}`: changes a subscription (operator API page, section 10).

use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, StatusCode},
    web,
};
use profile_domain::operator::Rule;
use profile_usecases::operator::{SubscriptionCall, patch_subscription};
use schemars::SchemaGenerator;

use super::{
    error::{KEYED_WRITES, OperatorError, READS},
    parameter::{DRY_RUN, IDEMPOTENCY_KEY, SUBSCRIPTION_ID},
    request::{JSON, MERGE_PATCH},
    response::answer,
    subscription::{Shown, carried_out, id_in_path, printer},
    subscription_body::{BodyReader, SubscriptionBody, patch_schema},
    write::WriteCall,
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        parameters: vec![SUBSCRIPTION_ID, DRY_RUN, IDEMPOTENCY_KEY],
        request: Body::Json(patch_schema),
        success: Body::Json(SchemaGenerator::subschema_for::<Shown>),
        failures: READS.into_iter().chain(KEYED_WRITES).collect(),
        ..Endpoint::new(
            Method::PATCH,
            "patch_subscription",
            &["/operator/v1/subscriptions/{id}"],
            "Change a subscription, stop it, or have it go on",
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
    let id = id_in_path(request)?;
    let (call, members) =
        WriteCall::receive(request, payload, state, Rule::Admin, &[MERGE_PATCH, JSON]).await?;
    let WriteCall { context, dry_run, keyed, ports } = call;
    let reader = BodyReader { creating: false, targets: &state.webhooks.targets, me: &context.actor.name };
    let SubscriptionBody { patch, .. } = reader.read(&members)?;
    let print = printer(dry_run);
    let call = SubscriptionCall { keyed: keyed.as_ref(), dry_run, print: &print };
    let work = patch_subscription(&ports, &id, &patch, &call);
    carried_out(&ports, StatusCode::OK, keyed.as_ref(), work).await
}
