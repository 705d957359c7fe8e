//! Clients, and the keys of people.

use async_trait::async_trait;
use diesel::QueryDsl as _;
use profile_domain::{PersonId, sealed::WrappedKey};
use profile_ports::{Clients, Page, PersonKeys, Rewrapping, Unavailable};

use crate::{SqlStore, engine::Engine, person_key, schema::client_number};

#[async_trait]
impl<E: Engine> Clients for SqlStore<E> {
    async fn next_client_number(&self) -> Result<i64, Unavailable> {
        self.engine().next_client_number().await
    }

    async fn last_client_number(&self) -> Result<i64, Unavailable> {
        Ok(self.engine().first(client_number::table.select(client_number::last)).await?.unwrap_or_default())
    }
}

#[async_trait]
impl<E: Engine> PersonKeys for SqlStore<E> {
    async fn find_person_key(&self, person: PersonId) -> Result<Option<WrappedKey>, Unavailable> {
        person_key::find_person_key(self.engine(), person).await
    }

    async fn current_master(&self) -> Result<Option<String>, Unavailable> {
        person_key::current_master(self.engine()).await
    }

    async fn person_keys_not_under(
        &self,
        master: &str,
        page: Page<PersonId>,
    ) -> Result<Vec<(PersonId, WrappedKey)>, Unavailable> {
        person_key::person_keys_not_under(self.engine(), master, page).await
    }

    async fn rewrap_person_key(&self, person: PersonId, key: &Rewrapping) -> Result<bool, Unavailable> {
        person_key::rewrap_person_key(self.engine(), person, key).await
    }
}
