//! `POST /operator/v1/subscriptions/{id}/replay`: sends changes again (operator API page, section 10).

use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, StatusCode},
    web,
};
use profile_domain::operator::Rule;
use profile_usecases::operator::{SubscriptionCall, replay_subscription};
use schemars::{Schema, SchemaGenerator, json_schema};

use super::{
    error::{KEYED_WRITES, OperatorError, READS},
    parameter::{DRY_RUN, IDEMPOTENCY_KEY, SUBSCRIPTION_ID},
    query::Query,
    request::{JSON, JsonBody, RequestContext, ports_of},
    response::answer,
    subscription::{Shown, carried_out, id_in_path, printer},
    subscription_body::{only_member, position, text},
    write::keyed,
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
    let context = RequestContext::begin(request, state, Some(Rule::Admin)).await?;
    let body = JsonBody::receive(request, payload, &[JSON]).await?;
    let mut query = Query::read(request, &["dry_run"]);
    let dry_run = query.flag("dry_run");
    let keyed = keyed(request, state, &mut query, &context, body.bytes(), dry_run);
    query.check()?;
    let after =
        only_member(&body.members()?, "after", |value| position(text(value)?).ok_or(("format", None)))?;
    let (ports, print) = (ports_of(state, dry_run), printer(dry_run));
    let call = SubscriptionCall { keyed: keyed.as_ref(), dry_run, print: &print };
    let work = replay_subscription(&ports, &id, after, &call);
    carried_out(&ports, StatusCode::OK, keyed.as_ref(), work).await
}
