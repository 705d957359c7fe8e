//! Operator keys. They are no part of the change log.

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use diesel::prelude::*;
use profile_domain::operator::{OperatorKey, OperatorKeyId, Revocation, Role};
use profile_ports::{CommitError, KeyedResponse, Page, RevokedKey, Unavailable, UnknownOutcome, columns};

use crate::{
    column::{Instant, Json},
    engine::{Engine, Queries},
    reading::{Unreadable, records, words},
    schema::operator_key,
    selection::columns_of,
};

/// The row of an operator key.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = operator_key)]
struct OperatorKeyRow {
    root: String,
    id: String,
    name: String,
    role: String,
    hash: String,
    allow_cidrs: Json,
    created_at: Instant,
    created_by: String,
    expires_at: Option<Instant>,
    last_used_at: Option<Instant>,
    revoked_at: Option<Instant>,
    revoked_by: Option<String>,
    revoke_reason: Option<String>,
}

impl From<OperatorKey> for OperatorKeyRow {
    fn from(key: OperatorKey) -> Self {
        let OperatorKey {
            id,
            name,
            role,
            hash,
            allow_cidrs,
            created_at,
            created_by,
            expires_at,
            last_used_at,
            revoked,
        } = key;
        let (revoked_at, revoked_by, revoke_reason) = match revoked {
            Some(Revocation { at, by, reason }) => (Some(Instant(at)), Some(by), Some(reason)),
            None => (None, None, None),
        };
        Self {
            root: id.to_string(),
            id: id.to_string(),
            name,
            role: role.name().to_owned(),
            hash,
            allow_cidrs: Json::from(columns::networks(&allow_cidrs)),
            created_at: Instant(created_at),
            created_by,
            expires_at: expires_at.map(Instant),
            last_used_at: last_used_at.map(Instant),
            revoked_at,
            revoked_by,
            revoke_reason,
        }
    }
}

impl TryFrom<OperatorKeyRow> for OperatorKey {
    type Error = Unreadable;

    fn try_from(row: OperatorKeyRow) -> Result<Self, Unreadable> {
        let OperatorKeyRow {
            root: _,
            id,
            name,
            role,
            hash,
            allow_cidrs,
            created_at,
            created_by,
            expires_at,
            last_used_at,
            revoked_at,
            revoked_by,
            revoke_reason,
        } = row;
        let revoked = match (revoked_at, revoked_by, revoke_reason) {
            (None, None, None) => None,
            (Some(at), Some(by), Some(reason)) => Some(Revocation { at: at.into(), by, reason }),
            _ => return Err(Unreadable("revoked_at")),
        };
        Ok(Self {
            id: OperatorKeyId::try_from(id.as_str()).map_err(|_| Unreadable("id"))?,
            name,
            role: Role::from_name(&role).ok_or(Unreadable("role"))?,
            hash,
            allow_cidrs: words("allow_cidrs", &allow_cidrs, |network| network.parse().ok())?,
            created_at: created_at.into(),
            created_by,
            expires_at: expires_at.map(DateTime::from),
            last_used_at: last_used_at.map(DateTime::from),
            revoked,
        })
    }
}

fn read(found: Option<OperatorKeyRow>) -> Result<Option<OperatorKey>, Unavailable> {
    let Some(row) = found else { return Ok(None) };
    let id = row.id.clone();
    row.try_into().map(Some).map_err(|unreadable: Unreadable| unreadable.of("operator_key", id))
}

/// Returns the place of a key in its table: its root is its id.
fn place(id: &OperatorKeyId) -> (String, String) {
    (id.to_string(), id.to_string())
}

/// Stores a new key, and the reply to the request that made it.
pub async fn add_operator_key(
    engine: &impl Engine,
    key: &OperatorKey,
    reply: Option<&KeyedResponse>,
) -> Result<(), CommitError> {
    let insert = diesel::insert_into(operator_key::table).values(OperatorKeyRow::from(key.clone()));
    engine.execute_with_reply(insert, reply).await
}

/// Returns the key with this keyed hash.
pub async fn operator_key_of(engine: &impl Queries, hash: &str) -> Result<Option<OperatorKey>, Unavailable> {
    let of_hash = operator_key::table.filter(operator_key::hash.eq(hash.to_owned()));
    read(engine.first(of_hash.limit(1).select(columns_of::<OperatorKeyRow>())).await?)
}

/// Returns the key with this id.
pub async fn find_operator_key(
    engine: &impl Queries,
    id: &OperatorKeyId,
) -> Result<Option<OperatorKey>, Unavailable> {
    let of_id = operator_key::table.find(place(id));
    read(engine.first(of_id.limit(1).select(columns_of::<OperatorKeyRow>())).await?)
}

/// Returns a page of the keys, by id; only those that are alive at `alive`, if that is given.
pub async fn list_operator_keys(
    engine: &impl Queries,
    page: Page<&OperatorKeyId>,
    alive: Option<DateTime<Utc>>,
) -> Result<Vec<OperatorKey>, Unavailable> {
    let after = page.after.map_or("", OperatorKeyId::as_str).to_owned();
    let later = operator_key::table
        .filter(operator_key::root.gt(after))
        .order(operator_key::root)
        .limit(page.limit.into())
        .select(columns_of::<OperatorKeyRow>());
    let rows = match alive {
        None => engine.load(later).await?,
        Some(now) => {
            let expires_at = operator_key::expires_at;
            let is_open = expires_at.is_null().or(expires_at.gt(Instant(now)));
            engine.load(later.filter(operator_key::revoked_at.is_null()).filter(is_open)).await?
        }
    };
    records::<OperatorKeyRow, _>("operator_key", rows)
}

/// Ends a key for good, unless it was, and stores the reply to the request that asks for it; returns the key as it is then.
pub async fn revoke_operator_key(
    engine: &impl Engine,
    RevokedKey { id, revocation }: &RevokedKey,
    reply: Option<&KeyedResponse>,
) -> Result<Option<OperatorKey>, CommitError> {
    // No key ever leaves the table.
    if find_operator_key(engine, id).await?.is_none() {
        return Ok(None);
    }
    let Revocation { at, by, reason } = revocation.clone();
    let living = operator_key::table.find(place(id)).filter(operator_key::revoked_at.is_null());
    let revoked = diesel::update(living).set((
        operator_key::revoked_at.eq(Instant(at)),
        operator_key::revoked_by.eq(by),
        operator_key::revoke_reason.eq(reason),
    ));
    engine.execute_with_reply(revoked, reply).await?;
    // Whoever is told that nothing was done would be told wrong.
    find_operator_key(engine, id).await.map_err(|unread| UnknownOutcome::because(unread).into())
}

/// Remembers in which minute a key was last used.
pub async fn note_operator_key_use(
    engine: &impl Queries,
    id: &OperatorKeyId,
    at: DateTime<Utc>,
) -> Result<(), Unavailable> {
    let minute = Instant(at.duration_trunc(TimeDelta::minutes(1)).unwrap_or(at));
    let last_used_at = operator_key::last_used_at;
    let is_older = last_used_at.is_null().or(last_used_at.lt(minute));
    let noted = diesel::update(operator_key::table.find(place(id)).filter(is_older));
    engine.execute(noted.set(last_used_at.eq(minute))).await.map(drop)
}
