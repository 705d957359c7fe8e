//! The wrapped keys of sensitive values.

use diesel::prelude::*;
use profile_domain::{PersonId, sealed::WrappedKey};
use profile_ports::{Page, Rewrapping, Unavailable};

use crate::{
    column::{Id, Instant},
    engine::Queries,
    key_register::MASTER,
    schema::{known_key, person_key},
    sql,
    statement::Statement,
};

/// Returns the root of what is stored of a person alone.
fn root_of(person: PersonId) -> String {
    person.0.to_string()
}

/// Gives `person` a key that has none, at `at`, if that is wrapped under the master key that is the current one. No row is
/// written where a rotation has just made another one current, and the database refuses a second key.
#[must_use]
pub fn add_person_key(person: PersonId, key: &WrappedKey, at: Instant) -> impl Statement + use<> {
    let WrappedKey { master, bytes } = key.clone();
    let current =
        known_key::table.filter(known_key::kind.eq(MASTER.to_owned()).and(known_key::name.eq(master)));
    let row = current.select((
        root_of(person).into_sql::<sql::Text>(),
        Id::from(person).into_sql::<sql::Id>(),
        known_key::name,
        bytes.into_sql::<sql::Binary>(),
        at.into_sql::<sql::Instant>(),
    ));
    diesel::insert_into(person_key::table).values(row).into_columns((
        person_key::root,
        person_key::person_id,
        person_key::master,
        person_key::wrapped,
        person_key::created_at,
    ))
}

/// Returns the key of `person`.
pub async fn find_person_key(
    engine: &impl Queries,
    person: PersonId,
) -> Result<Option<WrappedKey>, Unavailable> {
    let query =
        person_key::table.find(root_of(person)).limit(1).select((person_key::master, person_key::wrapped));
    let found: Option<(String, Vec<u8>)> = engine.first(query).await?;
    Ok(found.map(|(master, bytes)| WrappedKey { master, bytes }))
}

/// Returns the name of the master key that new keys are wrapped under.
pub async fn current_master(engine: &impl Queries) -> Result<Option<String>, Unavailable> {
    engine.first(known_key::table.find(MASTER.to_owned()).limit(1).select(known_key::name)).await
}

/// Returns a page of the keys that are wrapped under another master key, by person.
pub async fn person_keys_not_under(
    engine: &impl Queries,
    master: &str,
    page: Page<PersonId>,
) -> Result<Vec<(PersonId, WrappedKey)>, Unavailable> {
    let after = page.after.map_or_else(String::new, root_of);
    let query = person_key::table
        .filter(person_key::master.ne(master.to_owned()).and(person_key::root.gt(after)))
        .order(person_key::root)
        .limit(page.limit.into())
        .select((person_key::person_id, person_key::master, person_key::wrapped));
    let found: Vec<(Id, String, Vec<u8>)> = engine.load(query).await?;
    let key = |(person, master, bytes): (Id, _, _)| {
        let person = person.person().map_err(Unavailable::database)?;
        Ok((person, WrappedKey { master, bytes }))
    };
    found.into_iter().map(key).collect()
}

/// Replaces the wrapping of a key; returns whether it still was the one that was read.
pub async fn rewrap_person_key(
    engine: &impl Queries,
    person: PersonId,
    Rewrapping { from, to }: &Rewrapping,
) -> Result<bool, Unavailable> {
    let key = person_key::table.find(root_of(person));
    let WrappedKey { master, bytes } = to.clone();
    let rewrapped = diesel::update(key)
        .filter(person_key::wrapped.eq(from.bytes.clone()))
        .set((person_key::master.eq(master), person_key::wrapped.eq(bytes)));
    Ok(engine.execute(rewrapped).await? == 1)
}
