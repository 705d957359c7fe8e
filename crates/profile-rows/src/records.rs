//! Records of every kind alike, as the log of changes tells them.

use std::cmp::Reverse;

use chrono::{DateTime, Utc};
use diesel::{
    dsl::{exists, not},
    prelude::*,
};
use profile_domain::{
    PersonId,
    change::{Cause, ChangeRecord, RecordKind, joined_key},
};
use profile_ports::{EntryFilter, LogEntry, Page, RecordRef, Unavailable};
use uuid::Uuid;

use crate::{
    change::{ChangeRow, reason},
    column::{Id, Instant},
    engine::Queries,
    person_record::keys_of,
    reading::{Unreadable, records},
    schema::{changes, membership, user_override},
    selection::columns_of,
    statement::Select,
};

diesel::alias!(changes as first: First, changes as later: Later);

/// What a change says of its record, without its values.
#[derive(Queryable, Selectable)]
#[diesel(table_name = changes)]
struct LastRow {
    id: Id,
    person_id: Option<Id>,
    kind: String,
    key: String,
    version: i64,
    at: Instant,
    actor: String,
    door: String,
    request_id: String,
    reason: Option<String>,
    reason_redacted: Option<Vec<u8>>,
    ended: bool,
    salt: Option<Vec<u8>>,
    expired: bool,
}

/// The last change of a record, and the time of its version 1.
type EntryRow = (LastRow, Option<Instant>);

/// The join of a change with version 1 of its record.
#[diesel::dsl::auto_type]
fn is_first() -> _ {
    let of_record = first
        .field(changes::root)
        .eq(changes::root)
        .and(first.field(changes::kind).eq(changes::kind))
        .and(first.field(changes::key).eq(changes::key));
    of_record.and(first.field(changes::version).eq(1_i64))
}

/// Versions have no gaps, so what follows a change is the version after it.
#[diesel::dsl::auto_type]
fn is_next() -> _ {
    let of_record = later
        .field(changes::root)
        .eq(changes::root)
        .and(later.field(changes::kind).eq(changes::kind))
        .and(later.field(changes::key).eq(changes::key));
    of_record.and(later.field(changes::version).eq(changes::version + 1_i64))
}

fn entry((last, begun): EntryRow) -> Result<LogEntry, Unavailable> {
    let key = last.key.clone();
    let read = || {
        let begun = begun.ok_or(Unreadable("the time of version 1"))?;
        Ok(LogEntry {
            begun: begun.into(),
            id: last.id.uuid()?,
            kind: RecordKind::from_name(&last.kind).ok_or(Unreadable("kind"))?,
            key: last.key,
            person: last.person_id.map(Id::person).transpose()?,
            version: last.version,
            at: last.at.into(),
            cause: Cause {
                actor: last.actor,
                door: last.door,
                request_id: last.request_id,
                reason: reason(last.reason, last.reason_redacted)?,
            },
            ended: last.ended,
            is_erased: last.salt.is_none() && !last.expired,
        })
    };
    read().map_err(|unreadable: Unreadable| unreadable.of("changes", key))
}

/// The query for the record with this key.
fn by_key(kind: RecordKind, key: &str) -> impl Select<EntryRow> + use<> {
    changes::table
        .left_join(first.on(is_first()))
        .filter(changes::root.eq(kind.root_of(key).to_owned()))
        .filter(changes::kind.eq(kind.name().to_owned()).and(changes::key.eq(key.to_owned())))
        .order(changes::version.desc())
        .limit(1)
        .select((columns_of::<LastRow>(), first.field(changes::at).nullable()))
}

/// Returns the record with this key, also one that has ended.
pub async fn find_entry(
    engine: &impl Queries,
    kind: RecordKind,
    key: &str,
) -> Result<Option<LogEntry>, Unavailable> {
    engine.first(by_key(kind, key)).await?.map(entry).transpose()
}

/// Returns when the record with this key was made.
pub async fn find_begin(
    engine: &impl Queries,
    kind: RecordKind,
    key: &str,
) -> Result<Option<DateTime<Utc>>, Unavailable> {
    let begin = changes::table
        .filter(changes::root.eq(kind.root_of(key).to_owned()))
        .filter(changes::kind.eq(kind.name().to_owned()).and(changes::key.eq(key.to_owned())))
        .filter(changes::version.eq(1_i64))
        .select(changes::at);
    let at: Option<Instant> = engine.first(begin).await?;
    Ok(at.map(DateTime::from))
}

/// Returns a page of living records, by key.
pub async fn list_entries(
    engine: &impl Queries,
    of: EntryFilter,
    page: Page<&str>,
) -> Result<Vec<LogEntry>, Unavailable> {
    let (EntryFilter { kind, person }, Page { after, limit }) = (of, page);
    if let Some(person) = person {
        let after = RecordRef { kind, key: after.unwrap_or_default() };
        return entries_of_person(engine, person, after, limit).await;
    }
    let living = changes::table
        .left_join(first.on(is_first()))
        .filter(changes::kind.eq(kind.name().to_owned()))
        .filter(changes::key.gt(after.unwrap_or_default().to_owned()))
        .filter(changes::ended.eq(false))
        .filter(not(exists(later.filter(is_next()))))
        .order(changes::key)
        .limit(limit.into())
        .select((columns_of::<LastRow>(), first.field(changes::at).nullable()));
    let rows: Vec<EntryRow> = engine.list(living).await?;
    rows.into_iter().map(entry).collect()
}

/// Of the records that are or were a person's, those that are now; a person has few.
async fn entries_of_person(
    engine: &impl Queries,
    person: PersonId,
    after: RecordRef<'_>,
    limit: u32,
) -> Result<Vec<LogEntry>, Unavailable> {
    let kind = after.kind;
    let mut entries = Vec::new();
    let mut keys = keys_of(engine, person, after).await?;
    while let Some(last) = keys.last().cloned() {
        for key in keys {
            if entries.len() == limit as usize {
                return Ok(entries);
            }
            let found = find_entry(engine, kind, &key).await?;
            entries.extend(found.filter(|entry| !entry.ended && entry.person == Some(person)));
        }
        keys = keys_of(engine, person, RecordRef { kind, key: &last }).await?;
    }
    Ok(entries)
}

/// Returns a page of the changes of a record, newest first.
pub async fn record_changes(
    engine: &impl Queries,
    RecordRef { kind, key }: RecordRef<'_>,
    page: Page<i64>,
) -> Result<Vec<ChangeRecord>, Unavailable> {
    let query = changes::table
        .filter(changes::root.eq(kind.root_of(key).to_owned()))
        .filter(changes::kind.eq(kind.name().to_owned()).and(changes::key.eq(key.to_owned())))
        .filter(changes::version.lt(page.after.unwrap_or(i64::MAX)))
        .order(changes::version.desc())
        .limit(page.limit.into())
        .select(columns_of::<ChangeRow>());
    records::<ChangeRow, _>("changes", engine.list(query).await?)
}

/// Returns a page of the changes that name a person, newest first: the newest of each record that is or was the person's, merged.
pub async fn person_changes(
    engine: &impl Queries,
    person: PersonId,
    page: Page<Uuid>,
) -> Result<Vec<ChangeRecord>, Unavailable> {
    let mut merged = Vec::new();
    for kind in RecordKind::ALL {
        let mut keys = keys_of(engine, person, RecordRef { kind, key: "" }).await?;
        while let Some(last) = keys.last().cloned() {
            for key in keys {
                merged.extend(changes_of_person(engine, RecordRef { kind, key: &key }, person, page).await?);
                merged.sort_by_key(|change: &ChangeRecord| Reverse(change.id));
                merged.truncate(page.limit as usize);
            }
            keys = keys_of(engine, person, RecordRef { kind, key: &last }).await?;
        }
    }
    Ok(merged)
}

async fn changes_of_person(
    engine: &impl Queries,
    RecordRef { kind, key }: RecordRef<'_>,
    person: PersonId,
    page: Page<Uuid>,
) -> Result<Vec<ChangeRecord>, Unavailable> {
    let query = changes::table
        .filter(changes::root.eq(kind.root_of(key).to_owned()))
        .filter(changes::kind.eq(kind.name().to_owned()).and(changes::key.eq(key.to_owned())))
        .filter(changes::person_id.eq(Id::from(person)))
        .filter(changes::id.lt(Id::from(page.after.unwrap_or(Uuid::max()))))
        .order(changes::version.desc())
        .limit(page.limit.into())
        .select(columns_of::<ChangeRow>());
    records::<ChangeRow, _>("changes", engine.list(query).await?)
}

/// Returns the keys of a user's overrides or a member's memberships, by their bytes; none for other kinds.
pub async fn keys_below(
    engine: &impl Queries,
    kind: RecordKind,
    key: &str,
) -> Result<Vec<String>, Unavailable> {
    let mut keys: Vec<String> = match kind {
        RecordKind::User => {
            let overrides = user_override::table
                .filter(user_override::root.eq(key.to_owned()).and(user_override::user_id.eq(key.to_owned())))
                .select(user_override::account_id);
            let accounts: Vec<String> = engine.load(overrides).await?;
            accounts.into_iter().map(|account| joined_key(key, account)).collect()
        }
        RecordKind::Member => {
            let Ok(member) = key.parse::<i32>() else { return Ok(Vec::new()) };
            let memberships = membership::table
                .filter(membership::root.eq(key.to_owned()).and(membership::member_id.eq(member)))
                .select(membership::tenant_id);
            let tenants: Vec<i32> = engine.load(memberships).await?;
            tenants.into_iter().map(|tenant| joined_key(key, tenant)).collect()
        }
        _ => Vec::new(),
    };
    keys.sort();
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use diesel::query_builder::QueryId;

    use super::*;

    fn is_static<Q: QueryId>(_: &Q) -> bool {
        Q::HAS_STATIC_QUERY_ID
    }

    #[test]
    fn the_query_for_a_record_has_one_text_whatever_it_asks_for() {
        assert!(is_static(&by_key(RecordKind::Override, "user_4hTq81LmZp0Va1:biz_9QeRtYu2IoPlKj")));
    }
}
