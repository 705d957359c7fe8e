//! The register of keys in memory.

use std::collections::BTreeMap;

use async_trait::async_trait;
use profile_domain::sealed::WrappedKey;
use profile_ports::{KeyHolder, KeyRegister, Unavailable};
use uuid::Uuid;

use super::store::MemoryStore;

#[async_trait]
impl KeyRegister for MemoryStore {
    async fn known_keys(&self) -> Result<BTreeMap<String, String>, Unavailable> {
        Ok(self.state().known_keys.clone())
    }

    async fn set_known_key(&self, kind: &str, from: Option<&str>, to: &str) -> Result<bool, Unavailable> {
        let mut state = self.state();
        let is_so = state.known_keys.get(kind).map(String::as_str) == from;
        if is_so {
            state.known_keys.insert(kind.to_owned(), to.to_owned());
        }
        Ok(is_so)
    }

    async fn master_keys(&self) -> Result<Vec<String>, Unavailable> {
        Ok(self.state().master_keys.iter().cloned().collect())
    }

    async fn add_master_key(&self, name: &str) -> Result<(), Unavailable> {
        self.state().master_keys.insert(name.to_owned());
        Ok(())
    }

    async fn erase_person_keys(&self, master: &str) -> Result<(), Unavailable> {
        self.state().person_keys.retain(|_, key| key.master != master);
        Ok(())
    }

    async fn remove_master_key(&self, name: &str) -> Result<bool, Unavailable> {
        let mut state = self.state();
        let mut wrapped = state.person_keys.values().chain(state.service_keys.values());
        let is_used = wrapped.any(|key| key.master == name);
        Ok(!is_used && state.master_keys.remove(name))
    }

    async fn count_person_keys(&self, master: &str) -> Result<i64, Unavailable> {
        let count = self.state().person_keys.values().filter(|key| key.master == master).count();
        Ok(i64::try_from(count).expect("a map in memory is smaller"))
    }

    async fn service_key(&self, name: &str) -> Result<Option<WrappedKey>, Unavailable> {
        Ok(self.state().service_keys.get(name).cloned())
    }

    async fn set_service_key(
        &self,
        name: &str,
        from: Option<&WrappedKey>,
        to: &WrappedKey,
    ) -> Result<bool, Unavailable> {
        let mut state = self.state();
        if !state.master_keys.contains(&to.master) {
            return Err(Unavailable::database("the master key has not been added"));
        }
        let is_so = state.service_keys.get(name) == from;
        if is_so {
            state.service_keys.insert(name.to_owned(), to.clone());
        }
        Ok(is_so)
    }

    async fn key_holders(&self) -> Result<Vec<KeyHolder>, Unavailable> {
        Ok(self.state().key_holders.values().cloned().collect())
    }

    async fn set_key_holder(&self, holder: &KeyHolder) -> Result<(), Unavailable> {
        self.state().key_holders.insert(holder.server, holder.clone());
        Ok(())
    }

    async fn remove_key_holder(&self, server: Uuid) -> Result<(), Unavailable> {
        self.state().key_holders.remove(&server);
        Ok(())
    }
}
