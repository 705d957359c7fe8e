//! Subscriptions. They are no part of the change log.
//!
//! How deliveries to a subscription go is in the row of its follower, which is the first that each step touches: whoever delivers
//! and whoever administers wait for each other there. The statements of a step have one parameter, a JSON object, which both
//! databases take apart alike.

use chrono::DateTime;
use diesel::prelude::*;
use profile_domain::{
    Text,
    change::RecordKind,
    operator::{
        OldSecret, Subscription, SubscriptionHeader, SubscriptionId, SubscriptionStatus, SubscriptionValues,
    },
    sealed::Sealed,
};
use profile_ports::{
    CommitError, DeliveryChange, Follower, KeyedResponse, Page, SubscriptionChange, Unavailable, columns,
};
use serde_json::{Value, json};

use crate::{
    column::{Instant, Json},
    engine::{Engine, Queries},
    follower::FollowerRow,
    moment,
    reading::{Unreadable, records, text, words},
    schema::{follower, subscription},
    selection::columns_of,
    statement::json_statement,
};

/// The reply's key must be free; whoever is slower than a copy of the same request waits here for that copy.
const RESERVE: &str = "\
    INSERT INTO idempotency_key (root, key, fingerprint, replied_at, status, body) \
    VALUES (:json ->> 'caller', :json ->> 'reply_key', :json ->> 'fingerprint', (:json ->> 'replied_at'):as_moment, \
        CAST(:json ->> 'reply_status' AS integer), :json ->> 'body') \
    ON CONFLICT (root, key) DO NOTHING";
const ADD_FOLLOWER: &str = "\
    INSERT INTO follower (root, revision, status, position, failing_since, beat) \
    VALUES (:json ->> 'id', CAST(:json ->> 'revision' AS bigint), :json ->> 'status', (:json ->> 'position'):as_id, \
        (:json ->> 'failing_since'):as_moment, 0)";
const ADD: &str = "\
    INSERT INTO subscription (root, name, url, headers, kinds, fields, not_actor, shown_values, secret, old_secrets, \
        created_at) \
    VALUES (:json ->> 'id', :json ->> 'name', :json ->> 'url', :json -> 'headers', :json -> 'kinds', :json -> 'fields', \
        :json ->> 'not_actor', :json ->> 'values', :json ->> 'secret', :json -> 'old_secrets', \
        (:json ->> 'created_at'):as_moment)";
const REPLACE: &str = "\
    UPDATE subscription SET name = :json ->> 'name', url = :json ->> 'url', headers = :json -> 'headers', \
        kinds = :json -> 'kinds', fields = :json -> 'fields', not_actor = :json ->> 'not_actor', \
        shown_values = :json ->> 'values', secret = :json ->> 'secret', old_secrets = :json -> 'old_secrets' \
    WHERE root = :json ->> 'id'";
/// What a step begins with: nobody else has changed the subscription, and the reply's key is free. Copies of one request name
/// the same subscription, so the slower one finds another revision.
const GUARD: &str = "\
    WHERE root = :json ->> 'id' AND revision = CAST(:json ->> 'revision' AS bigint) \
    AND NOT EXISTS (SELECT 1 FROM idempotency_key WHERE root = :json ->> 'caller' AND key = :json ->> 'reply_key')";
const SEND_AGAIN: &str = "\
    UPDATE delivery_waiting SET attempts = 0, first_attempt_at = NULL, next_attempt_at = NULL \
    WHERE root = :json ->> 'id'";
const FORGET_BEHIND: &str = "\
    DELETE FROM delivery_waiting WHERE root = :json ->> 'id' \
    AND (:json ->> 'to' IS NULL OR change_id > (:json ->> 'to'):as_id)";
/// What hangs on a subscription, and the subscription.
const REMOVE: [&str; 3] = [
    "DELETE FROM delivery_waiting WHERE root = :json ->> 'id'",
    "DELETE FROM delivery_attempt WHERE root = :json ->> 'id'",
    "DELETE FROM subscription WHERE root = :json ->> 'id'",
];

/// The row of a subscription.
#[derive(Queryable, Selectable)]
#[diesel(table_name = subscription)]
struct SubscriptionRow {
    root: String,
    name: Option<String>,
    url: String,
    headers: Json,
    kinds: Json,
    fields: Json,
    not_actor: Option<String>,
    shown_values: String,
    secret: String,
    old_secrets: Json,
    created_at: Instant,
}

/// A subscription, and how its deliveries go.
struct Both(SubscriptionRow, FollowerRow);

impl TryFrom<Both> for Subscription {
    type Error = Unreadable;

    fn try_from(Both(row, follower): Both) -> Result<Self, Unreadable> {
        let Follower { revision, status, position, failing_since, .. } = follower.try_into()?;
        Ok(Self {
            id: SubscriptionId::try_from(row.root.as_str()).map_err(|_| Unreadable("root"))?,
            name: row.name.map(|name| text("name", name)).transpose()?,
            url: text("url", row.url)?,
            headers: headers(&row.headers)?,
            kinds: words("kinds", &row.kinds, RecordKind::from_name)?,
            fields: words("fields", &row.fields, |field| Some(field.to_owned()))?,
            not_actor: row.not_actor,
            values: SubscriptionValues::from_name(&row.shown_values).ok_or(Unreadable("shown_values"))?,
            secret: sealed("secret", &row.secret)?,
            old_secrets: old_secrets(&row.old_secrets)?,
            created_at: DateTime::from(row.created_at),
            revision,
            status,
            position,
            failing_since,
        })
    }
}

fn sealed(name: &'static str, column: &str) -> Result<Sealed, Unreadable> {
    columns::read_sealed(column).map_err(|_| Unreadable(name))
}

fn headers(column: &Json) -> Result<Vec<SubscriptionHeader>, Unreadable> {
    columns::read_sealed_headers(&column.value()?).map_err(|_| Unreadable("headers"))
}

fn old_secrets(column: &Json) -> Result<Vec<OldSecret>, Unreadable> {
    columns::read_old_secrets(&column.value()?).map_err(|_| Unreadable("old_secrets"))
}

/// Returns the parameter of the statements about a subscription, with what its follower moves to: a status or a position.
fn parameter(subscription: &Subscription, to: &Value, reply: Option<&KeyedResponse>) -> Value {
    let mut parameter = json!({
        "id": subscription.id.as_str(),
        "name": subscription.name.as_ref().map(Text::as_str),
        "url": subscription.url.as_str(),
        "headers": columns::sealed_headers(&subscription.headers),
        "kinds": columns::words(subscription.kinds.iter().copied().map(RecordKind::name)),
        "fields": columns::words(subscription.fields.iter().map(String::as_str)),
        "not_actor": subscription.not_actor,
        "values": subscription.values.name(),
        "secret": columns::sealed(&subscription.secret),
        "old_secrets": columns::old_secrets(&subscription.old_secrets),
        "created_at": moment::write(subscription.created_at),
        "revision": subscription.revision,
        "status": subscription.status.name(),
        "position": subscription.position,
        "failing_since": subscription.failing_since.map(moment::write),
        "to": to,
    });
    add_reply(&mut parameter, reply);
    parameter
}

fn add_reply(parameter: &mut Value, reply: Option<&KeyedResponse>) {
    let (Some(parameter), Some(reply)) = (parameter.as_object_mut(), reply) else { return };
    // It holds nothing of anybody.
    let KeyedResponse { key, fingerprint, reply, at, about: _ } = reply;
    let members = [
        ("caller", json!(key.caller)),
        ("reply_key", json!(key.key)),
        ("fingerprint", json!(fingerprint)),
        ("replied_at", json!(moment::write(*at))),
        ("reply_status", json!(reply.status)),
        ("body", json!(reply.body)),
    ];
    parameter.extend(members.map(|(name, value)| (name.to_owned(), value)));
}

/// Runs the statements of a step; returns whether the first one touched a row.
async fn step<E: Engine>(engine: &E, texts: &[&str], parameter: &Value) -> Result<bool, CommitError> {
    engine.execute_together(texts.iter().map(|text| json_statement::<E>(text, parameter)).collect()).await
}

/// Stores a new subscription, and the reply to the request that made it; returns whether the reply's key was free.
pub async fn add_subscription(
    engine: &impl Engine,
    subscription: &Subscription,
    reply: Option<&KeyedResponse>,
) -> Result<bool, CommitError> {
    let texts: Vec<&str> = reply.map(|_| RESERVE).into_iter().chain([ADD_FOLLOWER, ADD]).collect();
    step(engine, &texts, &parameter(subscription, &Value::Null, reply)).await
}

/// Returns the subscription with this id.
pub async fn find_subscription(
    engine: &impl Queries,
    id: &SubscriptionId,
) -> Result<Option<Subscription>, Unavailable> {
    let of_id = subscription::table
        .inner_join(follower::table.on(follower::root.eq(subscription::root)))
        .filter(subscription::root.eq(id.to_string()))
        .limit(1)
        .select((columns_of::<SubscriptionRow>(), columns_of::<FollowerRow>()));
    let found: Option<(SubscriptionRow, FollowerRow)> = engine.first(of_id).await?;
    let read = |(row, follower)| Subscription::try_from(Both(row, follower));
    found.map(read).transpose().map_err(|unreadable| unreadable.of("subscription", id.as_str()))
}

/// Returns a page of the subscriptions, by id.
pub async fn list_subscriptions(
    engine: &impl Queries,
    page: Page<&SubscriptionId>,
) -> Result<Vec<Subscription>, Unavailable> {
    let after = page.after.map_or("", SubscriptionId::as_str).to_owned();
    let later = subscription::table
        .inner_join(follower::table.on(follower::root.eq(subscription::root)))
        .filter(subscription::root.gt(after))
        .order(subscription::root)
        .limit(page.limit.into())
        .select((columns_of::<SubscriptionRow>(), columns_of::<FollowerRow>()));
    let rows: Vec<(SubscriptionRow, FollowerRow)> = engine.load(later).await?;
    records("subscription", rows.into_iter().map(|(row, follower)| Both(row, follower)).collect())
}

/// Replaces a subscription that still is at its revision, and stores the reply to the request; returns whether it was done.
pub async fn replace_subscription(
    engine: &impl Engine,
    SubscriptionChange { next, deliveries }: &SubscriptionChange,
    reply: Option<&KeyedResponse>,
) -> Result<bool, CommitError> {
    let (changed, to, waiting) = match *deliveries {
        DeliveryChange::Keep => ("", Value::Null, None),
        DeliveryChange::Disable => {
            (", status = :json ->> 'to'", json!(SubscriptionStatus::Disabled.name()), None)
        }
        DeliveryChange::Resume => (
            ", status = :json ->> 'to', failing_since = NULL",
            json!(SubscriptionStatus::Active.name()),
            Some(SEND_AGAIN),
        ),
        DeliveryChange::Replay(None) => {
            (", server = NULL, position = NULL", Value::Null, Some(FORGET_BEHIND))
        }
        DeliveryChange::Replay(behind) => (
            ", server = NULL, position = CASE WHEN position > (:json ->> 'to'):as_id THEN (:json ->> 'to'):as_id \
             ELSE position END",
            json!(behind),
            Some(FORGET_BEHIND),
        ),
    };
    let parameter = parameter(next, &to, reply);
    let begin = format!("UPDATE follower SET revision = revision + 1{changed} {GUARD}");
    let reserve = reply.map(|_| RESERVE);
    let texts: Vec<&str> = [begin.as_str(), REPLACE].into_iter().chain(waiting).chain(reserve).collect();
    step(engine, &texts, &parameter).await
}

/// Removes a subscription that still is at its revision with what hangs on it, and stores the reply to the request; returns
/// whether it was done.
pub async fn remove_subscription(
    engine: &impl Engine,
    subscription: &Subscription,
    reply: Option<&KeyedResponse>,
) -> Result<bool, CommitError> {
    let mut parameter = json!({ "id": subscription.id.as_str(), "revision": subscription.revision });
    add_reply(&mut parameter, reply);
    let begin = format!("DELETE FROM follower {GUARD}");
    let texts: Vec<&str> = [begin.as_str()].into_iter().chain(REMOVE).chain(reply.map(|_| RESERVE)).collect();
    step(engine, &texts, &parameter).await
}
