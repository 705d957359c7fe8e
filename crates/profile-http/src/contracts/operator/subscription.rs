//! A subscription as answers show it, and how calls that write one are answered (operator API page, sections 3 and 10).

use actix_web::{
    HttpRequest,
    http::{StatusCode, header::LOCATION},
};
use profile_domain::{
    Text,
    change::{RecordKind, moment},
    operator::{Subscription, SubscriptionId},
};
use profile_usecases::{
    Ports,
    operator::{KeyedCall, OperatorRefusal, SubscriptionAnswer, SubscriptionCall, repeated_answer},
};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};
use serde_json::Value as Json;

use super::{
    endpoint::Answered,
    error::{NOT_FOUND, OperatorError},
    response::{json_text, marked},
    write::once,
};

/// A subscription.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OperatorSubscription")]
pub(super) struct Shown {
    id: String,
    name: Option<String>,
    url: String,
    /// Names of headers that every request has; their values are never shown.
    #[schemars(schema_with = "header_names_schema")]
    headers: HeaderNames,
    /// Only changes of these kinds; of all if it is empty.
    kinds: Vec<&'static str>,
    /// Only changes that touch one of these fields; all if it is empty.
    fields: Vec<String>,
    not_actor: Option<String>,
    /// Which values are sent.
    values: &'static str,
    status: &'static str,
    /// Up to where the feed was taken up; null before its first change.
    position: Option<String>,
    failing_since: Option<String>,
    created_at: String,
    #[serde(flatten)]
    made: Option<Made>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    dry_run: bool,
}

/// What is shown of a new secret alone.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OperatorSubscriptionSecret")]
struct Made {
    /// The secret; null in a dry run.
    secret: Option<String>,
}

/// Names of headers, in the order in which they were given.
struct HeaderNames(Vec<String>);

impl Serialize for HeaderNames {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|name| (name, ())))
    }
}

fn header_names_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "object", "additionalProperties": { "type": "null" } })
}

impl From<&Subscription> for Shown {
    fn from(subscription: &Subscription) -> Self {
        Self {
            id: subscription.id.to_string(),
            name: subscription.name.as_ref().map(|name| name.as_str().to_owned()),
            url: subscription.url.as_str().to_owned(),
            headers: HeaderNames(subscription.headers.iter().map(|header| header.name.clone()).collect()),
            kinds: subscription.kinds.iter().copied().map(RecordKind::name).collect(),
            fields: subscription.fields.clone(),
            not_actor: subscription.not_actor.clone(),
            values: subscription.values.name(),
            status: subscription.status.name(),
            position: subscription.position.map(|position| position.to_string()),
            failing_since: subscription.failing_since.map(moment),
            created_at: moment(subscription.created_at),
            made: None,
            dry_run: false,
        }
    }
}

/// Returns what prints the answers of a call; a dry run shows no secret.
fn printer(dry_run: bool) -> impl Fn(&Subscription, Option<&Text>) -> String + Send + Sync {
    move |subscription, secret| {
        let shown = |secret: &Text| Made { secret: (!dry_run).then(|| secret.as_str().to_owned()) };
        let answer = Shown { made: secret.map(shown), dry_run, ..subscription.into() };
        // Texts and names of members that are texts can always be written.
        serde_json::to_string(&answer).unwrap_or_default()
    }
}

/// Returns the id of the subscription in the path.
pub(super) fn id_in_path(request: &HttpRequest) -> Result<SubscriptionId, OperatorError> {
    let text = request.match_info().get("id").unwrap_or_default();
    SubscriptionId::try_from(text).map_err(|_| NOT_FOUND.into())
}

/// Carries a call out, or answers as the first one with the same idempotency key was answered.
pub(super) async fn carried_out(
    ports: &Ports,
    status: StatusCode,
    keyed: Option<&KeyedCall>,
    dry_run: bool,
    work: impl AsyncFn(&SubscriptionCall) -> Result<SubscriptionAnswer, OperatorRefusal>,
) -> Answered {
    let print = printer(dry_run);
    let call = SubscriptionCall { keyed, dry_run, print: &print };
    let repeated = async |keyed: &KeyedCall, outcome: &Json| Ok(repeated_answer(ports, keyed, outcome)?);
    let (SubscriptionAnswer { id, body }, is_replayed) = once(ports, keyed, repeated, work(&call)).await?;
    let mut response = json_text(status);
    if status == StatusCode::CREATED {
        response.insert_header((LOCATION, format!("/operator/v1/subscriptions/{id}")));
    }
    Ok(marked(response.body(body.into_string()), is_replayed))
}
