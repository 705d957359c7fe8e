//! The people behind the records: a person is the id that their records carry, and an alias is a claim.

use diesel::{dsl::sql, prelude::*, sql_types::Bool};
use profile_domain::{PersonId, Text};
use profile_ports::Unavailable;
use uuid::Uuid;

use crate::{
    claim::{ClaimRow, holder},
    engine::Queries,
    reading::text,
    schema::claim,
};

/// The kind of the claim of an alias.
const ALIAS: &str = "alias";

/// Returns what an operator calls a person.
pub async fn alias_of(engine: &impl Queries, person: PersonId) -> Result<Option<Text>, Unavailable> {
    let root = person.0.to_string();
    // A word of the statement, not a parameter: the index of aliases is a partial one.
    let aliases =
        claim::table.filter(sql::<Bool>("kind = 'alias'")).filter(claim::record_root.eq(root.clone()));
    let found: Option<String> = engine.first(aliases.order(claim::root).limit(1).select(claim::root)).await?;
    found.map(|alias| text("root", alias)).transpose().map_err(|unreadable| unreadable.of("claim", root))
}

/// Returns the person whom an operator calls `alias`.
pub async fn find_person(engine: &impl Queries, alias: &Text) -> Result<Option<PersonId>, Unavailable> {
    let found = holder(engine, ALIAS.to_owned(), alias.as_str().to_owned()).await?;
    found.map(|id| Uuid::try_parse(&id).map(PersonId)).transpose().map_err(Unavailable::database)
}

/// Returns the person whom an operator calls `alias`; `fresh` becomes that person if the alias is new.
pub async fn person_called(
    engine: &impl Queries,
    alias: &Text,
    fresh: PersonId,
) -> Result<PersonId, Unavailable> {
    if let Some(known) = find_person(engine, alias).await? {
        return Ok(known);
    }
    let row = ClaimRow {
        root: alias.as_str().to_owned(),
        kind: ALIAS.to_owned(),
        record_root: fresh.0.to_string(),
        key: fresh.0.to_string(),
    };
    engine.execute(diesel::insert_into(claim::table).values(row).on_conflict_do_nothing()).await?;
    Ok(find_person(engine, alias).await?.unwrap_or(fresh))
}
