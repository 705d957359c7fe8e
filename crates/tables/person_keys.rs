//! The wrapped keys of sensitive values.

use async_trait::async_trait;
use diesel::prelude::*;
use profile_domain::{PersonId, sealed::WrappedKey};
use profile_ports::{PersonKeys, Unavailable};
use uuid::Uuid;

use crate::{
    Store,
    column::{self, Id},
    key_register::MASTER,
    schema::{known_key, person_key},
};

#[async_trait]
impl PersonKeys for Store {
    async fn find_person_key(&self, person: PersonId) -> Result<Option<WrappedKey>, Unavailable> {
        let query =
            person_key::table.find(column::id(person.0)).select((person_key::master, person_key::wrapped));
        let found = first!(self, (String, Vec<u8>), query)?;
        Ok(found.map(|(master, bytes)| WrappedKey { master, bytes }))
    }

    async fn current_master(&self) -> Result<Option<String>, Unavailable> {
        first!(self, String, known_key::table.find(MASTER).select(known_key::name))
    }

    async fn person_keys_not_under(
        &self,
        master: &str,
        after: Option<PersonId>,
        limit: u32,
    ) -> Result<Vec<(PersonId, WrappedKey)>, Unavailable> {
        let after = column::id(after.map_or(Uuid::nil(), |person| person.0));
        let query = person_key::table
            .filter(person_key::master.ne(master.to_owned()).and(person_key::person_id.gt(after)))
            .order(person_key::person_id)
            .limit(limit.into())
            .select((person_key::person_id, person_key::master, person_key::wrapped));
        let found = load!(self, (Id, String, Vec<u8>), query)?;
        let key = |(person, master, bytes)| {
            let person = column::person(person).map_err(Unavailable::database)?;
            Ok((person, WrappedKey { master, bytes }))
        };
        found.into_iter().map(key).collect()
    }

    async fn rewrap_person_key(
        &self,
        person: PersonId,
        from: &WrappedKey,
        to: &WrappedKey,
    ) -> Result<bool, Unavailable> {
        let key = person_key::table.find(column::id(person.0));
        let WrappedKey { master, bytes } = to.clone();
        let rewrapped = diesel::update(key)
            .filter(person_key::wrapped.eq(from.bytes.clone()))
            .set((person_key::master.eq(master), person_key::wrapped.eq(bytes)));
        Ok(execute!(self, rewrapped)? == 1)
    }
}
