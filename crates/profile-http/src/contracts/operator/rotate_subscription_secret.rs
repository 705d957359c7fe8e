//! `POST /operator/v1/subscriptions/{id}/secret`: gives a subscription a new secret (operator API page, section 10).

use actix_web::{
    HttpRequest,
    http::{Method, StatusCode},
    web,
};
use chrono::TimeDelta;
use profile_domain::operator::Rule;
use profile_usecases::operator::{MAX_KEEP_OLD, Member, SubscriptionCall, rotate_subscription_secret};
use schemars::{Schema, SchemaGenerator};
use serde_json::{Value as Json, json};

use super::{
    endpoint::{Answered, answering, keyed_write, with_body},
    member::{Broken, object_schema, only_member},
    parameter::{DRY_RUN, IDEMPOTENCY_KEY, SUBSCRIPTION_ID},
    request::JSON,
    subscription::{Shown, carried_out, id_in_path},
    write::WriteCall,
};
use crate::{State, endpoint::Endpoint};

/// Most seconds for which an old secret signs, too.
const MAX_KEEP_SECONDS: i64 = MAX_KEEP_OLD.num_seconds();

pub(super) fn endpoint() -> Endpoint {
    keyed_write(
        Method::POST,
        request_schema,
        answering::<Shown>(
            "rotate_subscription_secret",
            &["/operator/v1/subscriptions/{id}/secret"],
            "Give a subscription a new secret; the old one signs, too, for a while",
            vec![SUBSCRIPTION_ID, DRY_RUN, IDEMPOTENCY_KEY],
            |route| with_body(route, rotate),
        ),
    )
}

fn request_schema(_: &mut SchemaGenerator) -> Schema {
    object_schema(
        &["keep_old_s"],
        json!({ "keep_old_s": { "type": "integer", "minimum": 0, "maximum": MAX_KEEP_SECONDS } }),
    )
}

async fn rotate(request: &HttpRequest, payload: web::Payload, state: &State) -> Answered {
    let id = id_in_path(request)?;
    let (call, members) = WriteCall::receive(request, payload, state, Rule::Admin, &[JSON]).await?;
    let WriteCall { dry_run, keyed, ports, .. } = call;
    let keep_old = only_member(&members, "keep_old_s", seconds)?;
    let work = async |call: &SubscriptionCall| rotate_subscription_secret(&ports, &id, keep_old, call).await;
    carried_out(&ports, StatusCode::OK, keyed.as_ref(), dry_run, work).await
}

fn seconds(value: &Member) -> Result<TimeDelta, Broken> {
    match value {
        Member::Other(Json::Null) => Err(("required", None)),
        Member::Other(Json::Number(number)) => match number.as_i64() {
            Some(seconds @ 0..=MAX_KEEP_SECONDS) => Ok(TimeDelta::seconds(seconds)),
            Some(_) => Err(("value", None)),
            None => Err(("type", None)),
        },
        _ => Err(("type", None)),
    }
}
