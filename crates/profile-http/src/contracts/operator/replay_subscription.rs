//! `POST /operator/v1/subscriptions/{id}/replay`: sends changes again (operator API page, section 10).

use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, StatusCode},
    web,
};
use profile_domain::{operator::Rule, position::parse_position};
use profile_usecases::operator::{SubscriptionCall, replay_subscription};
use schemars::{Schema, SchemaGenerator, json_schema};

use super::{
    error::{KEYED_WRITES, OperatorError, READS},
    member::{only_member, text},
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
        id: "replay_subscription",
        method: Method::POST,
        paths: &["/operator/v1/subscriptions/{id}/replay"],
        summary: "Send again what is behind a position",
        protected: true,
        parameters: vec![SUBSCRIPTION_ID, DRY_RUN, IDEMPOTENCY_KEY],
        request: Body::Json(request_schema),
        success: Body::Json(SchemaGenerator::subschema_for::<Shown>),
        bodiless: &[],
        failures: READS.into_iter().chain(KEYED_WRITES).collect(),
        handler: |route| route.to(post),
    }
}

fn request_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "required": ["after"],
        "additionalProperties": false,
        "properties": { "after": { "type": "string", "format": "uuid" } },
    })
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
