//! The people behind the facets.

use diesel::prelude::*;
use profile_domain::{PersonId, Text};
use profile_ports::Unavailable;

use crate::{column::Id, engine::Engine, schema::person, sql::Now};

/// Returns the person whom an operator calls `alias`.
pub async fn find_person(engine: &impl Engine, alias: &Text) -> Result<Option<PersonId>, Unavailable> {
    let query = person::table.filter(person::alias.eq(alias.as_str().to_owned())).limit(1);
    let found: Vec<Id> = engine.load(query.select(person::person_id)).await?;
    found.first().map(|id| id.person()).transpose().map_err(Unavailable::database)
}

/// Returns the person whom an operator calls `alias`; `fresh` becomes that person if the alias is new.
pub async fn person_called(
    engine: &impl Engine,
    alias: &Text,
    fresh: PersonId,
) -> Result<PersonId, Unavailable> {
    if let Some(known) = find_person(engine, alias).await? {
        return Ok(known);
    }
    let row = (
        person::person_id.eq(Id::from(fresh)),
        person::alias.eq(alias.as_str().to_owned()),
        person::created_at.eq(Now),
    );
    engine
        .execute(diesel::insert_into(person::table).values(row).on_conflict(person::alias).do_nothing())
        .await?;
    Ok(find_person(engine, alias).await?.unwrap_or(fresh))
}
