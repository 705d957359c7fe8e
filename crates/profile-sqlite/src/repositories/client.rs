//! Clients, and the keys of people.

use async_trait::async_trait;
use profile_domain::{PersonId, sealed::WrappedKey};
use profile_ports::{Clients, PersonKeys, Unavailable};
use profile_rows::person_key;

use crate::SqliteStore;

#[async_trait]
impl Clients for SqliteStore {
    async fn next_client_number(&self) -> Result<i64, Unavailable> {
        self.next_number().await
    }
}

#[async_trait]
impl PersonKeys for SqliteStore {
    async fn find_person_key(&self, person: PersonId) -> Result<Option<WrappedKey>, Unavailable> {
        person_key::find_person_key(self, person).await
    }

    async fn current_master(&self) -> Result<Option<String>, Unavailable> {
        person_key::current_master(self).await
    }

    async fn person_keys_not_under(
        &self,
        master: &str,
        after: Option<PersonId>,
        limit: u32,
    ) -> Result<Vec<(PersonId, WrappedKey)>, Unavailable> {
        person_key::person_keys_not_under(self, master, after, limit).await
    }

    async fn rewrap_person_key(
        &self,
        person: PersonId,
        from: &WrappedKey,
        to: &WrappedKey,
    ) -> Result<bool, Unavailable> {
        person_key::rewrap_person_key(self, person, from, to).await
    }
}
