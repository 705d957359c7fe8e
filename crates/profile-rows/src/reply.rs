//! Kept replies. They are no part of any profile, so nothing of them is in the change log.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use profile_domain::{PersonId, change::RecordKind};
use profile_ports::{IdempotencyKey, KeyedResponse, ResponseSubject, StoredResponse, Unavailable};

use crate::{
    column::Instant, engine::Queries, reading::Unreadable, schema::idempotency_key, selection::columns_of,
    statement::Statement,
};

/// The row of a reply.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = idempotency_key)]
struct StoredResponseRow {
    root: String,
    key: String,
    fingerprint: String,
    replied_at: Instant,
    status: i32,
    body: String,
    about: Option<String>,
}

impl From<KeyedResponse> for StoredResponseRow {
    fn from(kept: KeyedResponse) -> Self {
        let KeyedResponse {
            key: IdempotencyKey { caller, key },
            fingerprint,
            reply: StoredResponse { status, body },
            at,
            about,
        } = kept;
        let about = about.as_ref().map(subject_text);
        Self { root: caller, key, fingerprint, replied_at: Instant(at), status: status.into(), body, about }
    }
}

impl TryFrom<StoredResponseRow> for KeyedResponse {
    type Error = Unreadable;

    fn try_from(row: StoredResponseRow) -> Result<Self, Unreadable> {
        let StoredResponseRow { root: caller, key, fingerprint, replied_at, status, body, about } = row;
        let about = about.map(|about| subject(&about).ok_or(Unreadable("about"))).transpose()?;
        let status = u16::try_from(status).map_err(|_| Unreadable("status"))?;
        let key = IdempotencyKey { caller, key };
        Ok(Self { key, fingerprint, reply: StoredResponse { status, body }, at: replied_at.into(), about })
    }
}

/// What the text of a person begins with; no kind is called so.
const PERSON: &str = "person";

/// Returns a subject as the column has it.
pub(crate) fn subject_text(about: &ResponseSubject) -> String {
    match about {
        ResponseSubject::Record(kind, key) => format!("{}/{key}", kind.name()),
        ResponseSubject::Person(person) => format!("{PERSON}/{}", person.0),
    }
}

fn subject(text: &str) -> Option<ResponseSubject> {
    Some(match text.split_once('/')? {
        (PERSON, id) => ResponseSubject::Person(PersonId(id.parse().ok()?)),
        (kind, key) => ResponseSubject::Record(RecordKind::from_name(kind)?, key.to_owned()),
    })
}

/// Returns the reply that is kept under a key.
pub async fn find_response(
    engine: &impl Queries,
    key: &IdempotencyKey,
) -> Result<Option<KeyedResponse>, Unavailable> {
    let IdempotencyKey { caller, key } = key.clone();
    let query = idempotency_key::table.find((caller, key)).limit(1).select(columns_of::<StoredResponseRow>());
    let found: Option<StoredResponseRow> = engine.first(query).await?;
    found
        .map(TryInto::try_into)
        .transpose()
        .map_err(|unreadable: Unreadable| unreadable.of("idempotency_key", "of a request"))
}

/// Keeps a reply as part of a commit. The database refuses it where the key has one.
#[must_use]
pub fn insert_reply(reply: &KeyedResponse) -> impl Statement + use<> {
    diesel::insert_into(idempotency_key::table).values(StoredResponseRow::from(reply.clone()))
}

/// Keeps a reply unless its key has one; returns whether it had none.
pub async fn store_response(engine: &impl Queries, reply: &KeyedResponse) -> Result<bool, Unavailable> {
    let row = StoredResponseRow::from(reply.clone());
    let kept = diesel::insert_into(idempotency_key::table).values(row).on_conflict_do_nothing();
    Ok(engine.execute(kept).await? == 1)
}

/// Removes the replies that were made before `kept_since`; returns how many.
pub async fn remove_responses(
    engine: &impl Queries,
    kept_since: DateTime<Utc>,
) -> Result<usize, Unavailable> {
    let old = idempotency_key::table.filter(idempotency_key::replied_at.lt(Instant(kept_since)));
    engine.execute(diesel::delete(old)).await
}
