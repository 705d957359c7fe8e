//! How the projection follows the log.

use diesel::{
    QueryableByName, sql_query,
    sql_types::{BigInt, Nullable, Text},
};
use profile_domain::{
    PersonId,
    change::RecordKind,
    operator::search::{Form, Name, SearchEntry, Term},
};
use profile_ports::{RecordRef, SearchProgress, SearchStep, Unavailable};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    column::Id,
    engine::{Engine, Queries, repeatable},
    reading::Unreadable,
    sql,
    statement::json_statement,
};

/// Moves the position, for who follows and has come so far.
const STEP: &str = "\
    UPDATE search_progress SET position = (:json ->> 'to'):as_id, beat = beat + 1 \
    WHERE id = 1 AND follower = (:json ->> 'follower'):as_id \
    AND position IS NOT DISTINCT FROM (:json ->> 'from'):as_id";
const REMOVE_TERMS: &str = "\
    :with_entries DELETE FROM search_term WHERE (root, kind, key) IN \
    (SELECT stored.root, stored.kind, stored.key FROM item :stored)";
const STORE_TERMS: &str = "\
    :with_entries INSERT INTO search_term (root, kind, key, person_id, personal, form, field, term, digits) \
    SELECT stored.root, stored.kind, stored.key, stored.person_id, CAST(item.value ->> 'personal' AS boolean), \
        item.value ->> 'form', item.value ->> 'field', item.value ->> 'term', item.value ->> 'digits' \
    FROM item :stored";
const FIND_UNMOVED: &str = "\
    :with_entries SELECT stored.kind, stored.key FROM item JOIN search_record AS stored \
        ON stored.root = item.value ->> 'root' AND stored.kind = item.value ->> 'kind' \
        AND stored.key = item.value ->> 'key' AND stored.person_id = (item.value ->> 'person'):as_id";
const SET_FOLLOWER: &str = "\
    UPDATE search_progress SET follower = (:json ->> 'follower'):as_id, beat = beat + 1 \
    WHERE id = 1 AND beat = CAST(:json ->> 'beat' AS bigint)";
const BEGIN_AGAIN: &str = "\
    UPDATE search_progress SET position = NULL, follower = NULL, beat = beat + 1 WHERE id = 1";

#[derive(QueryableByName)]
struct ProgressRow {
    #[diesel(sql_type = Nullable<sql::Id>)]
    position: Option<Id>,
    #[diesel(sql_type = Nullable<sql::Id>)]
    follower: Option<Id>,
    #[diesel(sql_type = BigInt)]
    beat: i64,
}

#[derive(QueryableByName)]
struct NameRow {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    key: String,
}

/// Returns how far the log has been followed.
pub(crate) async fn progress(engine: &impl Queries) -> Result<SearchProgress, Unavailable> {
    let query = sql_query("SELECT position, follower, beat FROM search_progress WHERE id = 1");
    let rows: Vec<ProgressRow> = engine.load(query).await?;
    let read = || {
        let ProgressRow { position, follower, beat } =
            rows.into_iter().next().ok_or(Unreadable("the one row"))?;
        let (position, follower) = (position.map(Id::uuid).transpose()?, follower.map(Id::uuid).transpose()?);
        Ok(SearchProgress { position, follower, beat })
    };
    read().map_err(|unreadable: Unreadable| unreadable.of("search_progress", "1"))
}

/// Makes somebody the follower, if the beat has not moved; returns whether it had not.
pub(crate) async fn set_follower<E: Queries>(
    engine: &E,
    follower: Option<Uuid>,
    beat: i64,
) -> Result<bool, Unavailable> {
    let parameter = json!({ "follower": follower, "beat": beat });
    Ok(engine.execute(json_statement::<E>(SET_FOLLOWER, &parameter)).await? == 1)
}

/// Stores entries; with a step, if that is the follower's next.
pub(crate) async fn store_entries<E: Engine>(
    engine: &E,
    entries: &[SearchEntry],
    step: Option<&SearchStep>,
) -> Result<bool, Unavailable> {
    let begin = step.map(|SearchStep { follower, from, to }| {
        json_statement::<E>(STEP, &json!({ "follower": follower, "from": from, "to": to }))
    });
    let list = |items: Value| json!({ "entries": items });
    let records = list(entries.iter().map(entry).collect());
    let identified = list(entries.iter().filter(|entry| entry.terms.is_some()).map(name).collect());
    let terms = list(entries.iter().flat_map(terms).collect());
    let all = [(E::SEARCH.store_records, &records), (REMOVE_TERMS, &identified), (STORE_TERMS, &terms)]
        .into_iter()
        .chain(E::SEARCH.store_grams.iter().map(|text| (*text, &records)));
    let needed = all.filter(|(_, list)| list.pointer("/entries/0").is_some());
    let statements =
        begin.into_iter().chain(needed.map(|(text, list)| json_statement::<E>(text, list))).collect();
    engine.execute_together(statements).await.map_err(repeatable)
}

/// Returns which records are stored as those of the person who is named.
pub(crate) async fn find_unmoved<E: Queries>(
    engine: &E,
    records: &[(RecordRef<'_>, Option<PersonId>)],
) -> Result<Vec<(RecordKind, String)>, Unavailable> {
    let entries = records.iter().map(|(RecordRef { kind, key }, person)| {
        json!({
            "root": kind.root_of(key),
            "kind": kind.name(),
            "key": key,
            "person": person.map(|person| person.0),
        })
    });
    let parameter = json!({ "entries": entries.collect::<Value>() }).to_string();
    let query = sql_query(E::SEARCH.translated(FIND_UNMOVED)).bind::<Text, _>(parameter);
    let rows: Vec<NameRow> = engine.load(query).await?;
    let name = |NameRow { kind, key }| match RecordKind::from_name(&kind) {
        Some(kind) => Ok((kind, key)),
        None => Err(Unreadable("kind").of("search_record", key)),
    };
    rows.into_iter().map(name).collect()
}

/// Removes everything.
pub(crate) async fn clear<E: Engine>(engine: &E) -> Result<(), Unavailable> {
    let all = [BEGIN_AGAIN].into_iter().chain(E::SEARCH.clear.iter().copied());
    engine.execute_together(all.map(sql_query).collect()).await.map(drop).map_err(repeatable)
}

/// Returns by what the stored row of an entry is found.
fn name(entry: &SearchEntry) -> Value {
    let kind = entry.kind.map_or("", RecordKind::name);
    json!({ "root": entry.root(), "kind": kind, "key": entry.key, "version": entry.version })
}

fn entry(entry: &SearchEntry) -> Value {
    let lines = |line: fn(&Name) -> &str| entry.names.iter().map(line).collect::<Vec<_>>().join("\n");
    let members = json!({
        "person": entry.person.0,
        "personal": entry.has_personal_names,
        "fields": lines(|name| &name.field),
        "names": lines(|name| &name.name),
        "grams": entry.grams(),
    });
    joined(name(entry), members)
}

fn terms(entry: &SearchEntry) -> impl Iterator<Item = Value> {
    entry.terms.iter().flatten().map(|Term { form, field, term, digits, is_personal }| {
        let members = json!({
            "personal": is_personal,
            "form": Form::name(*form),
            "field": field.as_deref().unwrap_or_default(),
            "term": term,
            "digits": digits,
        });
        joined(name(entry), members)
    })
}

fn joined(mut object: Value, members: Value) -> Value {
    if let (Value::Object(object), Value::Object(members)) = (&mut object, members) {
        object.extend(members);
    }
    object
}
