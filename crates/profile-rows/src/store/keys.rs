//! What the database remembers of the service's own keys.

use std::collections::BTreeMap;

use async_trait::async_trait;
use profile_domain::sealed::WrappedKey;
use profile_ports::{KeyHolder, KeyRegister, Unavailable};
use uuid::Uuid;

use crate::{SqlStore, engine::Engine, key_register};

#[async_trait]
impl<E: Engine> KeyRegister for SqlStore<E> {
    async fn known_keys(&self) -> Result<BTreeMap<String, String>, Unavailable> {
        key_register::known_keys(self.engine()).await
    }

    async fn set_known_key(&self, kind: &str, from: Option<&str>, to: &str) -> Result<bool, Unavailable> {
        key_register::set_known_key(self.engine(), kind, from, to).await
    }

    async fn master_keys(&self) -> Result<Vec<String>, Unavailable> {
        key_register::master_keys(self.engine()).await
    }

    async fn add_master_key(&self, name: &str) -> Result<(), Unavailable> {
        key_register::add_master_key(self.engine(), name).await
    }

    async fn erase_person_keys(&self, master: &str) -> Result<(), Unavailable> {
        key_register::erase_person_keys(self.engine(), master).await
    }

    async fn remove_master_key(&self, name: &str) -> Result<bool, Unavailable> {
        key_register::remove_master_key(self.engine(), name).await
    }

    async fn count_person_keys(&self, master: &str) -> Result<i64, Unavailable> {
        key_register::count_person_keys(self.engine(), master).await
    }

    async fn service_key(&self, name: &str) -> Result<Option<WrappedKey>, Unavailable> {
        key_register::service_key(self.engine(), name).await
    }

    async fn set_service_key(
        &self,
        name: &str,
        from: Option<&WrappedKey>,
        to: &WrappedKey,
    ) -> Result<bool, Unavailable> {
        key_register::set_service_key(self.engine(), name, from, to).await
    }

    async fn key_holders(&self) -> Result<Vec<KeyHolder>, Unavailable> {
        key_register::key_holders(self.engine()).await
    }

    async fn set_key_holder(&self, holder: &KeyHolder) -> Result<(), Unavailable> {
        key_register::set_key_holder(self.engine(), holder).await
    }

    async fn remove_key_holder(&self, server: Uuid) -> Result<(), Unavailable> {
        key_register::remove_key_holder(self.engine(), server).await
    }
}
