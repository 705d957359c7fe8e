//! `POST /operator/v1/subscriptions/{id}/replay`: sends changes again (operator API page, section 10).

use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, StatusCode},
    web,
};
use profile_domain::{operator::Rule, position::parse_position};
use profile_usecases::operator::{SubscriptionCall, replay_subscription};
use schemars::{Schema, SchemaGenerator};
use serde_json::json;

use super::{
    error::{KEYED_WRITES, OperatorError, READS},
    member::{object_schema, only_member, text},
    parameter::{DRY_RUN, IDEMPOTENCY_KEY, SUBSCRIPTION_ID},
    request::JSON,
    response::answer,
    subscription::{Shown, carried_out, id_in_path, printer},
    write::WriteCall,
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        parameters: vec![SUBSCRIPTION_ID, DRY_RUN, IDEMPOTENCY_KEY],
        request: Body::Json(request_schema),
        success: Body::Json(SchemaGenerator::subschema_for::<Shown>),
        failures: READS.into_iter().chain(KEYED_WRITES).collect(),
        ..Endpoint::new(
            Method::POST,
            "replay_subscription",
            &["/operator/v1/subscriptions/{id}/replay"],
            "Send again what is behind a position",
            |route| route.to(post),
        )
    }
}

fn request_schema(_: &mut SchemaGenerator) -> Schema {
    object_schema(&["after"], json!({ "after": { "type": "string", "format": "uuid" } }))
}

async fn post(request: HttpRequest, payload: web::Payload, state: web::Data<State>) -> HttpResponse {
    answer(&request, replay(&request, payload, &state)).await
}

async fn replay(
    request: &HttpRequest,
    payload: web::Payload,
    state: &State,
) -> Result<HttpResponse, OperatorError> {
    let id = id_in_path(request)?;
    let (call, members) = WriteCall::receive(request, payload, state, Rule::Admin, &[JSON]).await?;
    let WriteCall { dry_run, keyed, ports, .. } = call;
    let after = only_member(&members, "after", |value| parse_position(text(value)?).ok_or(("format", None)))?;
    let print = printer(dry_run);
    let call = SubscriptionCall { keyed: keyed.as_ref(), dry_run, print: &print };
    let work = replay_subscription(&ports, &id, after, &call);
    carried_out(&ports, StatusCode::OK, keyed.as_ref(), work).await
}
