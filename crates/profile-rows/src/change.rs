//! The log of changes.

use diesel::{backend::Backend, prelude::*, query_builder::AstPass, serialize::ToSql, sql_types::HasSqlType};
use profile_domain::{
    Text,
    change::{Cause, ChangeRecord, Digest, Reason, RecordKind, Salt},
};
use profile_ports::{LogRange, Page, Unavailable, change_log};
use uuid::Uuid;

use crate::{
    column::{Id, Instant, Json},
    engine::Queries,
    reading::{Unreadable, records},
    schema::{
        account, api_key, app, brand, business, changes, client, customer, language, media_file, member,
        member_group, membership, tenant, upload, user_override, user_profile,
    },
    selection::columns_of,
    sql,
    statement::Select,
};

/// Most changes that are looked at in one go for those that have values: a few milliseconds.
const MAX_LOOKED_AT: i64 = 10_000;

/// The row of a change.
#[derive(Queryable, Selectable)]
#[diesel(table_name = changes)]
pub struct ChangeRow {
    pub id: Id,
    pub person_id: Option<Id>,
    pub kind: String,
    pub key: String,
    pub root: String,
    pub version: i64,
    pub at: Instant,
    pub actor: String,
    pub door: String,
    pub request_id: String,
    pub reason: Option<String>,
    pub reason_redacted: Option<Vec<u8>>,
    pub fields: Json,
    pub ended: bool,
    pub salt: Option<Vec<u8>>,
    pub digest: Vec<u8>,
    pub expired: bool,
}

impl From<&ChangeRecord> for ChangeRow {
    fn from(record: &ChangeRecord) -> Self {
        Self::with_fields(record, Json::from(change_log::encode(&record.fields)))
    }
}

impl ChangeRow {
    /// Returns the row of a change whose fields are in their stored form already.
    #[must_use]
    pub fn with_fields(record: &ChangeRecord, fields: Json) -> Self {
        let ChangeRecord {
            id,
            person,
            kind,
            key,
            root,
            version,
            at,
            cause,
            ended,
            salt,
            digest,
            expired,
            ..
        } = record;
        let Cause { actor, door, request_id, reason } = cause;
        let (reason, reason_redacted) = match reason {
            None => (None, None),
            Some(Reason::Text(text)) => (Some(text.as_str().to_owned()), None),
            Some(Reason::Redacted(commitment)) => (None, Some(commitment.0.to_vec())),
        };
        Self {
            id: (*id).into(),
            person_id: person.map(Id::from),
            kind: kind.name().to_owned(),
            key: key.clone(),
            root: root.clone(),
            version: *version,
            at: Instant(*at),
            actor: actor.clone(),
            door: door.clone(),
            request_id: request_id.clone(),
            reason,
            reason_redacted,
            fields,
            ended: *ended,
            salt: salt.map(|salt| salt.0.to_vec()),
            digest: digest.0.to_vec(),
            expired: *expired,
        }
    }
}

/// A database that takes every value of a change.
pub trait TakesChanges:
    Backend + HasSqlType<sql::Id> + HasSqlType<sql::Instant> + HasSqlType<sql::Json> + HasSqlType<sql::Bool>
{
}

impl<DB> TakesChanges for DB where
    DB: Backend
        + HasSqlType<sql::Id>
        + HasSqlType<sql::Instant>
        + HasSqlType<sql::Json>
        + HasSqlType<sql::Bool>
{
}

impl ChangeRow {
    /// The columns that a new change has values for, in the order of [`push_values`](Self::push_values).
    pub const COLUMNS: &str = "id, person_id, kind, key, root, version, at, actor, door, request_id, reason, \
                               reason_redacted, fields, ended, salt, digest";

    /// Writes the values of all columns, with commas between them; that of `at` by `push_at`. Diesel's own insert leaves columns
    /// without a value out, so that its text is made anew each time.
    pub fn push_values<'b, DB: TakesChanges>(
        &'b self,
        out: &mut AstPass<'_, 'b, DB>,
        push_at: impl FnOnce(&mut AstPass<'_, 'b, DB>, &'b Instant) -> QueryResult<()>,
    ) -> QueryResult<()>
    where
        Id: ToSql<sql::Id, DB>,
        Instant: ToSql<sql::Instant, DB>,
        Json: ToSql<sql::Json, DB>,
        String: ToSql<sql::Text, DB>,
        i64: ToSql<sql::BigInt, DB>,
        bool: ToSql<sql::Bool, DB>,
        Vec<u8>: ToSql<sql::Binary, DB>,
    {
        out.push_bind_param::<sql::Id, _>(&self.id)?;
        out.push_sql(", ");
        out.push_bind_param::<sql::Nullable<sql::Id>, _>(&self.person_id)?;
        for text in [&self.kind, &self.key, &self.root] {
            out.push_sql(", ");
            out.push_bind_param::<sql::Text, _>(text)?;
        }
        out.push_sql(", ");
        out.push_bind_param::<sql::BigInt, _>(&self.version)?;
        out.push_sql(", ");
        push_at(out, &self.at)?;
        for text in [&self.actor, &self.door, &self.request_id] {
            out.push_sql(", ");
            out.push_bind_param::<sql::Text, _>(text)?;
        }
        out.push_sql(", ");
        out.push_bind_param::<sql::Nullable<sql::Text>, _>(&self.reason)?;
        out.push_sql(", ");
        out.push_bind_param::<sql::Nullable<sql::Binary>, _>(&self.reason_redacted)?;
        out.push_sql(", ");
        out.push_bind_param::<sql::Json, _>(&self.fields)?;
        out.push_sql(", ");
        out.push_bind_param::<sql::Bool, _>(&self.ended)?;
        out.push_sql(", ");
        out.push_bind_param::<sql::Nullable<sql::Binary>, _>(&self.salt)?;
        out.push_sql(", ");
        out.push_bind_param::<sql::Binary, _>(&self.digest)
    }
}

impl TryFrom<ChangeRow> for ChangeRecord {
    type Error = Unreadable;

    fn try_from(row: ChangeRow) -> Result<Self, Unreadable> {
        let salt =
            row.salt.map(|salt| salt.try_into().map(Salt).map_err(|_| Unreadable("salt"))).transpose()?;
        Ok(Self {
            id: row.id.uuid()?,
            person: row.person_id.map(Id::person).transpose()?,
            kind: RecordKind::from_name(&row.kind).ok_or(Unreadable("kind"))?,
            key: row.key,
            root: row.root,
            version: row.version,
            at: row.at.into(),
            cause: Cause {
                actor: row.actor,
                door: row.door,
                request_id: row.request_id,
                reason: reason(row.reason, row.reason_redacted)?,
            },
            fields: change_log::decode(&row.fields.value()?).map_err(|_| Unreadable("fields"))?,
            ended: row.ended,
            salt,
            expired: row.expired,
            digest: digest(row.digest)?,
        })
    }
}

/// Returns the reason of a change, of which one column at most has a value.
pub(crate) fn reason(text: Option<String>, redacted: Option<Vec<u8>>) -> Result<Option<Reason>, Unreadable> {
    Ok(match (text, redacted) {
        (Some(text), _) => Some(Reason::Text(Text::try_from(text).map_err(|_| Unreadable("reason"))?)),
        (None, Some(commitment)) => Some(Reason::Redacted(digest(commitment)?)),
        (None, None) => None,
    })
}

fn digest(column: Vec<u8>) -> Result<Digest, Unreadable> {
    column.try_into().map(Digest).map_err(|_| Unreadable("digest"))
}

/// Returns the last change of the record with this key, also of one that has ended.
pub async fn last_change(
    engine: &impl Queries,
    kind: RecordKind,
    key: &str,
) -> Result<Option<ChangeRecord>, Unavailable> {
    let query = changes::table
        .filter(changes::root.eq(kind.root_of(key).to_owned()))
        .filter(changes::kind.eq(kind.name().to_owned()).and(changes::key.eq(key.to_owned())))
        .order(changes::version.desc())
        .limit(1)
        .select(columns_of::<ChangeRow>());
    let found: Option<ChangeRow> = engine.first(query).await?;
    found.map(TryInto::try_into).transpose().map_err(|unreadable: Unreadable| unreadable.of("changes", key))
}

/// The query for a change that no erasure has taken: a record whose last change it has taken does not begin anew.
#[must_use]
pub fn not_erased(root: &str, kind: RecordKind, key: &str, version: i64) -> impl Select<Id> + use<> {
    changes::table
        .filter(changes::root.eq(root.to_owned()))
        .filter(changes::kind.eq(kind.name().to_owned()).and(changes::key.eq(key.to_owned())))
        .filter(changes::version.eq(version))
        .filter(changes::salt.is_not_null().or(changes::expired))
        .select(changes::id)
}

/// Returns every change of one record, oldest first.
pub async fn changes_of(
    engine: &impl Queries,
    kind: RecordKind,
    key: &str,
) -> Result<Vec<ChangeRecord>, Unavailable> {
    let query = changes::table
        .filter(changes::root.eq(kind.root_of(key).to_owned()))
        .filter(changes::kind.eq(kind.name().to_owned()).and(changes::key.eq(key.to_owned())))
        .order(changes::version)
        .select(columns_of::<ChangeRow>());
    records::<ChangeRow, _>("changes", engine.list(query).await?)
}

/// Returns a page of the log up to the position `until`, or to its end, in the order of the positions.
pub async fn changes_behind(
    engine: &impl Queries,
    page: Page<Uuid>,
    until: Option<Uuid>,
) -> Result<Vec<ChangeRecord>, Unavailable> {
    let query = changes::table
        .filter(changes::id.gt(Id::from(page.after.unwrap_or(Uuid::nil()))))
        .filter(changes::id.le(Id::from(until.unwrap_or(Uuid::max()))))
        .order(changes::id)
        .limit(page.limit.into())
        .select(columns_of::<ChangeRow>());
    records::<ChangeRow, _>("changes", engine.load(query).await?)
}

/// Returns the changes of a kind that have values in a range of the log, and the position up to which there are no others. Only
/// so many changes of any kind are looked at in one go.
pub async fn changes_with_values(
    engine: &impl Queries,
    kind: RecordKind,
    LogRange { after, until, limit }: LogRange,
) -> Result<(Vec<ChangeRecord>, Uuid), Unavailable> {
    let begin = Id::from(after.unwrap_or(Uuid::nil()));
    let behind = changes::table.filter(changes::id.gt(begin)).filter(changes::id.le(Id::from(until)));
    let last = behind.order(changes::id).select(changes::id).limit(1).offset(MAX_LOOKED_AT - 1);
    let last: Option<Id> = engine.load(last).await?.into_iter().next();
    let unreadable = |unreadable: Unreadable| unreadable.of("changes", "a position");
    let end = last.map(Id::uuid).transpose().map_err(unreadable)?.unwrap_or(until);
    let query = changes::table
        .filter(changes::id.gt(begin).and(changes::id.le(Id::from(end))))
        .filter(changes::kind.eq(kind.name().to_owned()).and(changes::salt.is_not_null()))
        .order(changes::id)
        .limit(limit.into())
        .select(columns_of::<ChangeRow>());
    let found = records::<ChangeRow, _>("changes", engine.load(query).await?)?;
    let is_full = found.len() == limit as usize;
    let end = found.last().filter(|_| is_full).map_or(end, |last: &ChangeRecord| last.id);
    Ok((found, end))
}

/// Returns the last position of a change up to the position `until`.
pub async fn last_position(engine: &impl Queries, until: Option<Uuid>) -> Result<Option<Uuid>, Unavailable> {
    let query = changes::table
        .filter(changes::id.le(Id::from(until.unwrap_or(Uuid::max()))))
        .order(changes::id.desc())
        .limit(1)
        .select(changes::id);
    let found: Option<Id> = engine.first(query).await?;
    found.map(Id::uuid).transpose().map_err(|unreadable| unreadable.of("changes", "the last"))
}

/// Returns a page of the changes of a kind, by key and version: record by record, and oldest first.
pub async fn changes_after(
    engine: &impl Queries,
    kind: RecordKind,
    page: Page<(&str, i64)>,
) -> Result<Vec<ChangeRecord>, Unavailable> {
    let (key, version) = page.after.unwrap_or_default();
    let query = changes::table
        .filter(changes::kind.eq(kind.name().to_owned()))
        // The first of the two is what the index can seek by.
        .filter(changes::key.ge(key.to_owned()))
        .filter(changes::key.gt(key.to_owned()).or(changes::version.gt(version)))
        .order((changes::key, changes::version))
        .limit(page.limit.into())
        .select(columns_of::<ChangeRow>());
    records::<ChangeRow, _>("changes", engine.load(query).await?)
}

/// Returns how many records of a kind there are.
pub async fn count_records(engine: &impl Queries, kind: RecordKind) -> Result<i64, Unavailable> {
    match kind {
        RecordKind::Customer => engine.count(customer::table.count()).await,
        RecordKind::Account => engine.count(account::table.count()).await,
        RecordKind::File => engine.count(media_file::table.count()).await,
        RecordKind::User => engine.count(user_profile::table.count()).await,
        RecordKind::Override => engine.count(user_override::table.count()).await,
        RecordKind::Business => engine.count(business::table.count()).await,
        RecordKind::App => engine.count(app::table.count()).await,
        RecordKind::ApiKey => engine.count(api_key::table.count()).await,
        RecordKind::Upload => engine.count(upload::table.count()).await,
        RecordKind::Client => engine.count(client::table.count()).await,
        RecordKind::Language => engine.count(language::table.count()).await,
        RecordKind::Tenant => engine.count(tenant::table.count()).await,
        RecordKind::Brand => engine.count(brand::table.count()).await,
        RecordKind::Group => engine.count(member_group::table.count()).await,
        RecordKind::Member => engine.count(member::table.count()).await,
        RecordKind::Membership => engine.count(membership::table.count()).await,
    }
}
