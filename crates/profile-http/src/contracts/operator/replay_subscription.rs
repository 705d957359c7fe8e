//! `POST /operator/v1/subscriptions/{id}/replay`: sends changes again (operator API page, section 10).

use actix_web::{
    HttpRequest,
    http::{Method, StatusCode},
    web,
};
use profile_domain::{operator::Rule, position::parse_position};
use profile_usecases::operator::{SubscriptionCall, replay_subscription};
use schemars::{Schema, SchemaGenerator};
use serde_json::json;

use super::{
    endpoint::{Answered, answering, keyed_write, with_body},
    member::{object_schema, only_member, text},
    parameter::{DRY_RUN, IDEMPOTENCY_KEY, SUBSCRIPTION_ID},
    request::JSON,
    subscription::{Shown, carried_out, id_in_path},
    write::WriteCall,
};
use crate::{State, endpoint::Endpoint};

pub(super) fn endpoint() -> Endpoint {
    keyed_write(
        Method::POST,
        request_schema,
        answering::<Shown>(
            "replay_subscription",
            &["/operator/v1/subscriptions/{id}/replay"],
            "Send again what is behind a position",
            vec![SUBSCRIPTION_ID, DRY_RUN, IDEMPOTENCY_KEY],
            |route| with_body(route, replay),
        ),
    )
}

fn request_schema(_: &mut SchemaGenerator) -> Schema {
    object_schema(&["after"], json!({ "after": { "type": "string", "format": "uuid" } }))
}

async fn replay(request: &HttpRequest, payload: web::Payload, state: &State) -> Answered {
    let id = id_in_path(request)?;
    let (call, members) = WriteCall::receive(request, payload, state, Rule::Admin, &[JSON]).await?;
    let WriteCall { dry_run, keyed, ports, .. } = call;
    let after = only_member(&members, "after", |value| parse_position(text(value)?).ok_or(("format", None)))?;
    let work = async |call: &SubscriptionCall| replay_subscription(&ports, &id, after, call).await;
    carried_out(&ports, StatusCode::OK, keyed.as_ref(), dry_run, work).await
}
