//! What is stored of deliveries: changes that wait, and attempts.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use profile_domain::{
    change::{ChangeRecord, RecordKind},
    operator::SubscriptionId,
};
use profile_ports::{DeliveryAttempt, Flush, Page, Unavailable, WaitingDelivery, WebhookError};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    change::ChangeRow,
    column::{Id, Instant},
    engine::{Engine, Queries, repeatable},
    moment,
    reading::{Unreadable, records},
    schema::{changes, delivery_attempt, delivery_waiting},
    selection::columns_of,
    statement::json_statement,
};

/// Nobody else delivers, and the subscription is as the server has read it. Administrators wait for this row, and it for them.
const MOVE: &str = "\
    UPDATE follower SET position = (:json ->> 'position'):as_id, status = :json ->> 'status', \
        failing_since = (:json ->> 'failing_since'):as_moment, beat = beat + 1 \
    WHERE root = :json ->> 'id' AND server = (:json ->> 'server'):as_id \
    AND revision = CAST(:json ->> 'revision' AS bigint)";
const FINISH: &str = "\
    DELETE FROM delivery_waiting WHERE root = :json ->> 'id' \
    AND change_id IN (SELECT (item.value):as_id FROM :texts(:json -> 'finished') AS item)";
// Materialized, as SQLite otherwise makes the text of an item again for each of its members.
const STORE_WAITING: &str = "\
    WITH item AS MATERIALIZED (SELECT value FROM :items(:json -> 'waiting')) INSERT INTO delivery_waiting (root, change_id, kind, key, person_id, attempts, first_attempt_at, next_attempt_at) \
    SELECT :json ->> 'id', (item.value ->> 'change'):as_id, item.value ->> 'kind', item.value ->> 'key', \
        (item.value ->> 'person'):as_id, CAST(item.value ->> 'attempts' AS integer), \
        (item.value ->> 'first'):as_moment, (item.value ->> 'next'):as_moment \
    FROM item WHERE true \
    ON CONFLICT (root, change_id) DO UPDATE SET attempts = excluded.attempts, \
        first_attempt_at = excluded.first_attempt_at, next_attempt_at = excluded.next_attempt_at";
const STORE_ATTEMPTS: &str = "\
    WITH item AS MATERIALIZED (SELECT value FROM :items(:json -> 'attempts')) INSERT INTO delivery_attempt (root, id, change_id, person_id, attempt, at, ms, status, error, next_attempt_at) \
    SELECT :json ->> 'id', (item.value ->> 'id'):as_id, (item.value ->> 'change'):as_id, \
        (item.value ->> 'person'):as_id, CAST(item.value ->> 'attempt' AS integer), (item.value ->> 'at'):as_moment, \
        CAST(item.value ->> 'ms' AS integer), CAST(item.value ->> 'status' AS integer), item.value ->> 'error', \
        (item.value ->> 'next'):as_moment \
    FROM item WHERE true ON CONFLICT (root, id) DO NOTHING";

/// The row of a change that waits.
#[derive(Queryable, Selectable)]
#[diesel(table_name = delivery_waiting)]
struct WaitingRow {
    change_id: Id,
    kind: String,
    key: String,
    person_id: Option<Id>,
    attempts: i32,
    first_attempt_at: Option<Instant>,
    next_attempt_at: Option<Instant>,
}

impl TryFrom<WaitingRow> for WaitingDelivery {
    type Error = Unreadable;

    fn try_from(row: WaitingRow) -> Result<Self, Unreadable> {
        Ok(Self {
            change: row.change_id.uuid()?,
            kind: RecordKind::from_name(&row.kind).ok_or(Unreadable("kind"))?,
            key: row.key,
            person: row.person_id.map(Id::person).transpose()?,
            attempts: u32::try_from(row.attempts).map_err(|_| Unreadable("attempts"))?,
            first_attempt_at: row.first_attempt_at.map(DateTime::from),
            next_attempt_at: row.next_attempt_at.map(DateTime::from),
        })
    }
}

/// The row of an attempt.
#[derive(Queryable, Selectable)]
#[diesel(table_name = delivery_attempt)]
struct AttemptRow {
    id: Id,
    change_id: Id,
    person_id: Option<Id>,
    attempt: i32,
    at: Instant,
    ms: i32,
    status: Option<i32>,
    error: Option<String>,
    next_attempt_at: Option<Instant>,
}

impl TryFrom<AttemptRow> for DeliveryAttempt {
    type Error = Unreadable;

    fn try_from(row: AttemptRow) -> Result<Self, Unreadable> {
        let status = |status: i32| u16::try_from(status).map_err(|_| Unreadable("status"));
        let error = |name: String| WebhookError::from_name(&name).ok_or(Unreadable("error"));
        Ok(Self {
            id: row.id.uuid()?,
            change: row.change_id.uuid()?,
            person: row.person_id.map(Id::person).transpose()?,
            attempt: u32::try_from(row.attempt).map_err(|_| Unreadable("attempt"))?,
            at: row.at.into(),
            ms: u32::try_from(row.ms).map_err(|_| Unreadable("ms"))?,
            status: row.status.map(status).transpose()?,
            error: row.error.map(error).transpose()?,
            next_attempt_at: row.next_attempt_at.map(DateTime::from),
        })
    }
}

/// Returns the changes that wait for a follower, in the order of their ids.
pub async fn waiting_deliveries(
    engine: &impl Queries,
    follower: &str,
) -> Result<Vec<WaitingDelivery>, Unavailable> {
    let waiting = delivery_waiting::table
        .filter(delivery_waiting::root.eq(follower.to_owned()))
        .order(delivery_waiting::change_id)
        .select(columns_of::<WaitingRow>());
    records::<WaitingRow, _>("delivery_waiting", engine.load(waiting).await?)
}

/// Stores what has happened, in one step; returns whether it was done.
pub async fn flush_deliveries<E: Engine>(engine: &E, flush: &Flush) -> Result<bool, Unavailable> {
    let Flush { follower, server, revision, position, status, failing_since, waiting, finished, attempts } =
        flush;
    let parameter = json!({
        "id": follower,
        "server": server,
        "revision": revision,
        "position": position,
        "status": status.name(),
        "failing_since": failing_since.map(moment::write),
        "finished": finished,
        "waiting": waiting.iter().map(waiting_item).collect::<Value>(),
        "attempts": attempts.iter().map(attempt_item).collect::<Value>(),
    });
    let texts = [
        (true, MOVE),
        (!finished.is_empty(), FINISH),
        (!waiting.is_empty(), STORE_WAITING),
        (!attempts.is_empty(), STORE_ATTEMPTS),
    ];
    let needed = texts.into_iter().filter(|(is_needed, _)| *is_needed);
    let statements = needed.map(|(_, text)| json_statement::<E>(text, &parameter)).collect();
    engine.execute_together(statements).await.map_err(repeatable)
}

fn waiting_item(one: &WaitingDelivery) -> Value {
    json!({
        "change": one.change,
        "kind": one.kind.name(),
        "key": one.key,
        "person": one.person.map(|person| person.0),
        "attempts": one.attempts,
        "first": one.first_attempt_at.map(moment::write),
        "next": one.next_attempt_at.map(moment::write),
    })
}

fn attempt_item(one: &DeliveryAttempt) -> Value {
    json!({
        "id": one.id,
        "change": one.change,
        "person": one.person.map(|person| person.0),
        "attempt": one.attempt,
        "at": moment::write(one.at),
        "ms": one.ms,
        "status": one.status,
        "error": one.error.map(WebhookError::name),
        "next": one.next_attempt_at.map(moment::write),
    })
}

/// Returns a page of the attempts for a subscription, newest first.
pub async fn list_deliveries(
    engine: &impl Queries,
    id: &SubscriptionId,
    page: Page<Uuid>,
) -> Result<Vec<DeliveryAttempt>, Unavailable> {
    let earlier = delivery_attempt::table
        .filter(delivery_attempt::root.eq(id.to_string()))
        .filter(delivery_attempt::id.lt(Id::from(page.after.unwrap_or(Uuid::max()))))
        .order(delivery_attempt::id.desc())
        .limit(page.limit.into())
        .select(columns_of::<AttemptRow>());
    records::<AttemptRow, _>("delivery_attempt", engine.load(earlier).await?)
}

/// Removes every attempt that was made before `kept_since`; returns how many.
pub async fn remove_deliveries(
    engine: &impl Queries,
    kept_since: DateTime<Utc>,
) -> Result<usize, Unavailable> {
    let old = delivery_attempt::table.filter(delivery_attempt::at.lt(Instant(kept_since)));
    engine.execute(diesel::delete(old)).await
}

/// Returns the changes with these ids, as the log has them now.
pub async fn changes_by_id(engine: &impl Queries, ids: &[Uuid]) -> Result<Vec<ChangeRecord>, Unavailable> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Id> = ids.iter().copied().map(Id::from).collect();
    let query = changes::table.filter(changes::id.eq_any(ids)).select(columns_of::<ChangeRow>());
    records::<ChangeRow, _>("changes", engine.load(query).await?)
}
