//! The operator API's part of a dry run: what is stored is read, and nothing is written.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use profile_domain::{
    PersonId, Text,
    change::{ChangeRecord, RecordKind},
    operator::{Access, OperatorKey, OperatorKeyId},
};
use profile_ports::{
    AccessFilter, Accesses, CommitError, EntryFilter, KeyedResponse, LogEntry, OperatorKeys, Page, RecordRef,
    Records, RevokedKey, Unavailable,
};
use uuid::Uuid;

use super::DryStore;

#[async_trait]
impl Records for DryStore {
    async fn find_entry(&self, kind: RecordKind, key: &str) -> Result<Option<LogEntry>, Unavailable> {
        self.inner.find_entry(kind, key).await
    }

    async fn find_begin(&self, kind: RecordKind, key: &str) -> Result<Option<DateTime<Utc>>, Unavailable> {
        self.inner.find_begin(kind, key).await
    }

    async fn list_entries(&self, of: EntryFilter, page: Page<&str>) -> Result<Vec<LogEntry>, Unavailable> {
        self.inner.list_entries(of, page).await
    }

    async fn record_changes(
        &self,
        record: RecordRef<'_>,
        page: Page<i64>,
    ) -> Result<Vec<ChangeRecord>, Unavailable> {
        self.inner.record_changes(record, page).await
    }

    async fn person_changes(
        &self,
        person: PersonId,
        page: Page<Uuid>,
    ) -> Result<Vec<ChangeRecord>, Unavailable> {
        self.inner.person_changes(person, page).await
    }

    async fn is_referenced(&self, kind: RecordKind, key: &str) -> Result<bool, Unavailable> {
        self.inner.is_referenced(kind, key).await
    }

    async fn keys_below(&self, kind: RecordKind, key: &str) -> Result<Vec<String>, Unavailable> {
        self.inner.keys_below(kind, key).await
    }

    async fn keys_of_person(
        &self,
        person: PersonId,
        after: RecordRef<'_>,
    ) -> Result<Vec<String>, Unavailable> {
        self.inner.keys_of_person(person, after).await
    }

    async fn alias_of(&self, person: PersonId) -> Result<Option<Text>, Unavailable> {
        self.inner.alias_of(person).await
    }
}

#[async_trait]
impl OperatorKeys for DryStore {
    async fn add_operator_key(
        &self,
        _key: &OperatorKey,
        _reply: Option<&KeyedResponse>,
    ) -> Result<(), CommitError> {
        Ok(())
    }

    async fn operator_key_of(&self, hash: &str) -> Result<Option<OperatorKey>, Unavailable> {
        self.inner.operator_key_of(hash).await
    }

    async fn find_operator_key(&self, id: &OperatorKeyId) -> Result<Option<OperatorKey>, Unavailable> {
        self.inner.find_operator_key(id).await
    }

    async fn list_operator_keys(
        &self,
        page: Page<&OperatorKeyId>,
        alive: Option<DateTime<Utc>>,
    ) -> Result<Vec<OperatorKey>, Unavailable> {
        self.inner.list_operator_keys(page, alive).await
    }

    /// Returns the key as it would be.
    async fn revoke_operator_key(
        &self,
        revoked: &RevokedKey,
        _reply: Option<&KeyedResponse>,
    ) -> Result<Option<OperatorKey>, CommitError> {
        let mut found = self.inner.find_operator_key(&revoked.id).await?;
        if let Some(key) = &mut found {
            key.revoked.get_or_insert_with(|| revoked.revocation.clone());
        }
        Ok(found)
    }

    async fn note_operator_key_use(
        &self,
        _id: &OperatorKeyId,
        _at: DateTime<Utc>,
    ) -> Result<(), Unavailable> {
        Ok(())
    }
}

#[async_trait]
impl Accesses for DryStore {
    async fn add_access(&self, _access: &Access) -> Result<(), Unavailable> {
        Ok(())
    }

    async fn list_accesses(&self, of: &AccessFilter, page: Page<Uuid>) -> Result<Vec<Access>, Unavailable> {
        self.inner.list_accesses(of, page).await
    }
}
