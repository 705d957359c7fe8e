//! Clients and the keys of their values in memory.

use async_trait::async_trait;
use profile_domain::{PersonId, sealed::WrappedKey};
use profile_ports::{Clients, Page, PersonKeys, Rewrapping, Unavailable};

use super::store::MemoryStore;

#[async_trait]
impl Clients for MemoryStore {
    async fn next_client_number(&self) -> Result<i64, Unavailable> {
        let mut state = self.state();
        state.client_numbers += 1;
        Ok(state.client_numbers)
    }

    async fn last_client_number(&self) -> Result<i64, Unavailable> {
        Ok(self.state().client_numbers)
    }
}

#[async_trait]
impl PersonKeys for MemoryStore {
    async fn find_person_key(&self, person: PersonId) -> Result<Option<WrappedKey>, Unavailable> {
        Ok(self.state().person_keys.get(&person).cloned())
    }

    async fn current_master(&self) -> Result<Option<String>, Unavailable> {
        Ok(self.state().known_keys.get("master").cloned())
    }

    async fn person_keys_not_under(
        &self,
        master: &str,
        page: Page<PersonId>,
    ) -> Result<Vec<(PersonId, WrappedKey)>, Unavailable> {
        let state = self.state();
        let later =
            state.person_keys.iter().filter(|(person, _)| page.after.is_none_or(|after| **person > after));
        let others = later.filter(|(_, key)| key.master != master);
        Ok(others.take(page.limit as usize).map(|(person, key)| (*person, key.clone())).collect())
    }

    async fn rewrap_person_key(&self, person: PersonId, key: &Rewrapping) -> Result<bool, Unavailable> {
        let mut state = self.state();
        match state.person_keys.get_mut(&person) {
            Some(stored) if *stored == key.from => {
                stored.clone_from(&key.to);
                Ok(true)
            }
            _ => Ok(false),
        }
    }
}
