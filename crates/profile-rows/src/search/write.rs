//! How the projection follows the log.

use diesel::{
    QueryableByName, sql_query,
    sql_types::{BigInt, Nullable},
};
use profile_domain::{
    change::RecordKind,
    operator::search::{Form, SearchEntry, Term},
};
use profile_ports::{SearchProgress, SearchStep, Unavailable};
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
    DELETE FROM search_term WHERE (root, kind, key) IN \
    (SELECT stored.root, stored.kind, stored.key FROM :items(:json -> 'entries') AS item :stored)";
const STORE_TERMS: &str = "\
    INSERT INTO search_term (root, kind, key, person_id, personal, form, field, term, digits) \
    SELECT stored.root, stored.kind, stored.key, stored.person_id, CAST(item.value ->> 'personal' AS boolean), \
        item.value ->> 'form', item.value ->> 'field', item.value ->> 'term', item.value ->> 'digits' \
    FROM :items(:json -> 'terms') AS item :stored";
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
    let (follower, from, to) = match step {
        Some(step) => (Some(step.follower), step.from, Some(step.to)),
        None => (None, None, None),
    };
    let parameter = json!({
        "follower": follower,
        "from": from,
        "to": to,
        "entries": entries.iter().map(entry).collect::<Value>(),
        "terms": entries.iter().flat_map(terms).collect::<Value>(),
    });
    let begin = step.map(|_| STEP);
    let records = [E::SEARCH.store_records, REMOVE_TERMS, STORE_TERMS].into_iter();
    let all = records.chain(E::SEARCH.store_grams.iter().copied()).filter(|_| !entries.is_empty());
    let statements = begin.into_iter().chain(all).map(|text| json_statement::<E>(text, &parameter)).collect();
    engine.execute_together(statements).await.map_err(repeatable)
}

/// Removes everything.
pub(crate) async fn clear<E: Engine>(engine: &E) -> Result<(), Unavailable> {
    let all = [BEGIN_AGAIN].into_iter().chain(E::SEARCH.clear.iter().copied());
    engine.execute_together(all.map(sql_query).collect()).await.map(drop).map_err(repeatable)
}

fn entry(entry: &SearchEntry) -> Value {
    let lines = |line: fn(&profile_domain::operator::search::Name) -> &str| {
        entry.names.iter().map(line).collect::<Vec<_>>().join("\n")
    };
    json!({
        "root": entry.root(),
        "kind": entry.kind.map_or("", RecordKind::name),
        "key": entry.key,
        "version": entry.version,
        "person": entry.person.0,
        "personal": entry.has_personal_names,
        "fields": lines(|name| &name.field),
        "names": lines(|name| &name.name),
        "grams": entry.grams(),
    })
}

fn terms(entry: &SearchEntry) -> impl Iterator<Item = Value> {
    entry.terms.iter().map(|Term { form, field, term, digits, is_personal }| {
        json!({
            "root": entry.root(),
            "kind": entry.kind.map_or("", RecordKind::name),
            "key": entry.key,
            "version": entry.version,
            "personal": is_personal,
            "form": Form::name(*form),
            "field": field.as_deref().unwrap_or_default(),
            "term": term,
            "digits": digits,
        })
    })
}
