//! The erasures of people, and what is removed with one beside records.

use diesel::{
    dsl::{exists, not, sql},
    prelude::*,
    sql_types::Bool,
};
use profile_domain::{
    PersonId,
    change::{Cause, ChangeRecord, Reason, RecordKind},
    operator::Erasure,
};
use profile_ports::{Forget, Page, ResponseSubject, Unavailable, change_log};
use serde_json::{Value, json};

use crate::{
    column::{Id, Instant, Json},
    engine::Queries,
    reading::{Unreadable, records, text},
    reply::subject_text,
    schema::{changes, claim, delivery_attempt, erasure, idempotency_key, person_key},
    selection::columns_of,
    statement::Statement,
    step::StepSink,
    update::Update,
};

diesel::alias!(erasure as later: Later);

/// The row of an erasure.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = erasure)]
struct ErasureRow {
    root: String,
    id: Id,
    person_id: Id,
    at: Instant,
    erased_by: String,
    reason: String,
    records: Json,
    changes: i64,
    media: i64,
    held: Json,
    rest: Json,
    receipt: Option<String>,
}

impl From<&Erasure> for ErasureRow {
    fn from(one: &Erasure) -> Self {
        let Erasure { id, person, at, by, reason, records, changes, media, held, rest, receipt } = one;
        let ended = |(kind, key, version): &(RecordKind, String, i64)| json!([kind.name(), key, version]);
        let kept = |(kind, key): &(RecordKind, String)| json!([kind.name(), key]);
        Self {
            root: person.0.to_string(),
            id: (*id).into(),
            person_id: Id::from(*person),
            at: Instant(*at),
            erased_by: by.clone(),
            reason: reason.as_str().to_owned(),
            records: Json::from(records.iter().map(ended).collect::<Value>()),
            changes: *changes,
            media: *media,
            held: Json::from(held.iter().map(kept).collect::<Value>()),
            rest: Json::from(rest.iter().map(String::as_str).collect::<Value>()),
            receipt: receipt.clone(),
        }
    }
}

impl TryFrom<ErasureRow> for Erasure {
    type Error = Unreadable;

    fn try_from(row: ErasureRow) -> Result<Self, Unreadable> {
        let name = |item: &Value| {
            let kind = RecordKind::from_name(item.get(0)?.as_str()?)?;
            Some((kind, item.get(1)?.as_str()?.to_owned()))
        };
        let ended = |item: &Value| {
            let (kind, key) = name(item)?;
            Some((kind, key, item.get(2)?.as_i64()?))
        };
        Ok(Self {
            id: row.id.uuid()?,
            person: row.person_id.person()?,
            at: row.at.into(),
            by: row.erased_by,
            reason: text("reason", row.reason)?,
            records: items("records", &row.records, ended)?,
            changes: row.changes,
            media: row.media,
            held: items("held", &row.held, name)?,
            rest: items("rest", &row.rest, |item| item.as_str().map(str::to_owned))?,
            receipt: row.receipt,
        })
    }
}

fn items<T>(
    column: &'static str,
    list: &Json,
    read: impl Fn(&Value) -> Option<T>,
) -> Result<Vec<T>, Unreadable> {
    let list = list.value()?;
    let items = list.as_array().ok_or(Unreadable(column))?;
    items.iter().map(read).collect::<Option<_>>().ok_or(Unreadable(column))
}

/// Returns every erasure of a person, the last one first.
pub(crate) async fn erasures_of(
    engine: &impl Queries,
    person: PersonId,
) -> Result<Vec<Erasure>, Unavailable> {
    let query = erasure::table
        .filter(erasure::root.eq(person.0.to_string()))
        .order(erasure::id.desc())
        .select(columns_of::<ErasureRow>());
    records::<ErasureRow, _>("erasure", engine.load(query).await?)
}

#[diesel::dsl::auto_type]
fn is_followed() -> _ {
    let of_person = later.field(erasure::root).eq(erasure::root);
    let is_later = later.field(erasure::id).gt(erasure::id);
    let has_receipt = later.field(erasure::receipt).is_not_null();
    of_person.and(is_later).and(has_receipt)
}

/// Returns a page of the erasures by person: of each person the last one that has a receipt.
pub(crate) async fn last_erasures(
    engine: &impl Queries,
    page: Page<PersonId>,
) -> Result<Vec<Erasure>, Unavailable> {
    let query = erasure::table
        .filter(erasure::root.gt(page.after.map_or_else(String::new, |person| person.0.to_string())))
        .filter(erasure::receipt.is_not_null())
        .filter(not(exists(later.filter(is_followed()))))
        .order(erasure::root)
        .limit(page.limit.into())
        .select(columns_of::<ErasureRow>());
    records::<ErasureRow, _>("erasure", engine.load(query).await?)
}

/// Returns at most `limit` erasures that have no receipt yet, in the order in which they began.
pub(crate) async fn unfinished_erasures(
    engine: &impl Queries,
    limit: u32,
) -> Result<Vec<Erasure>, Unavailable> {
    let query = erasure::table
        .filter(erasure::receipt.is_null())
        .order(erasure::id)
        .limit(limit.into())
        .select(columns_of::<ErasureRow>());
    records::<ErasureRow, _>("erasure", engine.load(query).await?)
}

/// Gives an erasure its receipt, unless it has one or has grown since it was read; returns whether it has got this one.
pub(crate) async fn finish_erasure(
    engine: &impl Queries,
    one: &Erasure,
    receipt: &str,
) -> Result<bool, Unavailable> {
    let Erasure { id, person, changes, media, .. } = one;
    let open = erasure::table
        .filter(erasure::root.eq(person.0.to_string()).and(erasure::id.eq(Id::from(*id))))
        .filter(erasure::changes.eq(*changes).and(erasure::media.eq(*media)))
        .filter(erasure::receipt.is_null());
    let nothing = Json::from(json!([]));
    let finished =
        diesel::update(open).set((erasure::receipt.eq(Some(receipt.to_owned())), erasure::rest.eq(nothing)));
    Ok(engine.execute(finished).await? == 1)
}

/// Stores an erasure as it has come along, in place of what is stored of it. One that has its receipt is not replaced, which
/// makes the commit stale.
pub(crate) fn push_erasure<S: StepSink>(one: &Erasure, sink: &mut S) -> Result<(), S::Error> {
    let row = ErasureRow::from(one);
    let before = erasure::table.filter(erasure::root.eq(row.root.clone()).and(erasure::id.eq(row.id)));
    sink.push(diesel::delete(before.filter(erasure::receipt.is_null())), false)?;
    sink.push(diesel::insert_into(erasure::table).values(row).on_conflict_do_nothing(), true)
}

/// Replaces a change that is in the log by what is left of it.
pub(crate) fn redacted(change: &ChangeRecord) -> impl Statement + use<> {
    let Cause { reason, .. } = &change.cause;
    let reason = match reason {
        Some(Reason::Redacted(commitment)) => Some(commitment.0.to_vec()),
        Some(Reason::Text(_)) | None => None,
    };
    let found = changes::root.eq(change.root.clone()).and(changes::id.eq(Id::from(change.id)));
    let values = (
        changes::fields.eq(Json::from(change_log::encode(&change.fields))),
        changes::reason.eq(None::<String>),
        changes::reason_redacted.eq(reason),
        changes::salt.eq(None::<Vec<u8>>),
        changes::expired.eq(change.expired),
    );
    Update::new(&changes::table, values, found)
}

/// Removes what hangs on an erased person beside records. A table that holds anything of people adds its line here.
pub(crate) fn push_forget<S: StepSink>(forget: &Forget, sink: &mut S) -> Result<(), S::Error> {
    let Forget { person, records, is_whole } = forget;
    let deliveries = delivery_attempt::table.filter(delivery_attempt::person_id.eq(Some(Id::from(*person))));
    sink.push(diesel::delete(deliveries), false)?;
    if *is_whole {
        sink.push(diesel::delete(person_key::table.find(person.0.to_string())), false)?;
        // A word of the statement, not a parameter: the index of aliases is a partial one.
        let aliases = claim::table.filter(sql::<Bool>("kind = 'alias'"));
        sink.push(diesel::delete(aliases.filter(claim::record_root.eq(person.0.to_string()))), false)?;
    }
    let subjects = records.iter().map(|(kind, key)| ResponseSubject::Record(*kind, key.clone()));
    for subject in subjects.chain([ResponseSubject::Person(*person)]) {
        let about = idempotency_key::table.filter(idempotency_key::about.eq(subject_text(&subject)));
        sink.push(diesel::delete(about), false)?;
    }
    for (kind, key) in records {
        if *kind == RecordKind::User {
            // What was answered to the user who wrote nothing.
            let own = idempotency_key::root.eq(format!("user:{key}"));
            // A range of bytes, since the LIKE of SQLite takes a for A; the byte behind @ is A.
            let scoped = idempotency_key::root
                .ge(format!("user:{key}@"))
                .and(idempotency_key::root.lt(format!("user:{key}A")));
            sink.push(diesel::delete(idempotency_key::table.filter(own.or(scoped))), false)?;
        }
    }
    Ok(())
}
