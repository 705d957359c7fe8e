//! The wrapped keys of sensitive values.

use diesel::prelude::*;
use profile_domain::{PersonId, sealed::WrappedKey};
use profile_ports::Unavailable;
use uuid::Uuid;

use crate::{
    column::Id,
    engine::Queries,
    key_register::MASTER,
    schema::{known_key, person_key},
};

/// Returns the key of `person`.
pub async fn find_person_key(
    engine: &impl Queries,
    person: PersonId,
) -> Result<Option<WrappedKey>, Unavailable> {
    let query =
        person_key::table.find(Id::from(person)).limit(1).select((person_key::master, person_key::wrapped));
    let found: Option<(String, Vec<u8>)> = engine.first(query).await?;
    Ok(found.map(|(master, bytes)| WrappedKey { master, bytes }))
}

/// Returns the name of the master key that new keys are wrapped under.
pub async fn current_master(engine: &impl Queries) -> Result<Option<String>, Unavailable> {
    engine.first(known_key::table.find(MASTER.to_owned()).limit(1).select(known_key::name)).await
}

/// Returns at most `limit` keys that are wrapped under another master key, by person, after `after`.
pub async fn person_keys_not_under(
    engine: &impl Queries,
    master: &str,
    after: Option<PersonId>,
    limit: u32,
) -> Result<Vec<(PersonId, WrappedKey)>, Unavailable> {
    let after = Id::from(after.map_or(Uuid::nil(), |person| person.0));
    let query = person_key::table
        .filter(person_key::master.ne(master.to_owned()).and(person_key::person_id.gt(after)))
        .order(person_key::person_id)
        .limit(limit.into())
        .select((person_key::person_id, person_key::master, person_key::wrapped));
    let found: Vec<(Id, String, Vec<u8>)> = engine.load(query).await?;
    let key = |(person, master, bytes): (Id, _, _)| {
        let person = person.person().map_err(Unavailable::database)?;
        Ok((person, WrappedKey { master, bytes }))
    };
    found.into_iter().map(key).collect()
}

/// Replaces the wrapping of a key; returns whether it still was `from`.
pub async fn rewrap_person_key(
    engine: &impl Queries,
    person: PersonId,
    from: &WrappedKey,
    to: &WrappedKey,
) -> Result<bool, Unavailable> {
    let key = person_key::table.find(Id::from(person));
    let WrappedKey { master, bytes } = to.clone();
    let rewrapped = diesel::update(key)
        .filter(person_key::wrapped.eq(from.bytes.clone()))
        .set((person_key::master.eq(master), person_key::wrapped.eq(bytes)));
    Ok(engine.execute(rewrapped).await? == 1)
}
