//! The operator API's part of a dry run: what is stored is read, and nothing is written.

use std::collections::BTreeSet;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use profile_domain::{
    PersonId, Text,
    change::{ChangeRecord, RecordKind},
    operator::{Access, OperatorKey, OperatorKeyId, Revocation},
};
use profile_ports::{Accesses, CommitError, KeyedResponse, LogEntry, OperatorKeys, Records, Unavailable};
use uuid::Uuid;

use super::DryStore;

#[async_trait]
impl Records for DryStore {
    async fn find_entry(&self, kind: RecordKind, key: &str) -> Result<Option<LogEntry>, Unavailable> {
        self.inner.find_entry(kind, key).await
    }

    async fn list_entries(
        &self,
        kind: RecordKind,
        person: Option<PersonId>,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<LogEntry>, Unavailable> {
        self.inner.list_entries(kind, person, after, limit).await
    }

    async fn record_changes(
        &self,
        kind: RecordKind,
        key: &str,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<ChangeRecord>, Unavailable> {
        self.inner.record_changes(kind, key, before, limit).await
    }

    async fn person_changes(
        &self,
        person: PersonId,
        before: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<ChangeRecord>, Unavailable> {
        self.inner.person_changes(person, before, limit).await
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
        kind: RecordKind,
        after: &str,
    ) -> Result<Vec<String>, Unavailable> {
        self.inner.keys_of_person(person, kind, after).await
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
        after: Option<&OperatorKeyId>,
        alive: Option<DateTime<Utc>>,
        limit: u32,
    ) -> Result<Vec<OperatorKey>, Unavailable> {
        self.inner.list_operator_keys(after, alive, limit).await
    }

    /// Returns the key as it would be.
    async fn revoke_operator_key(
        &self,
        id: &OperatorKeyId,
        revocation: &Revocation,
        _reply: Option<&KeyedResponse>,
    ) -> Result<Option<OperatorKey>, CommitError> {
        let mut found = self.inner.find_operator_key(id).await?;
        if let Some(key) = &mut found {
            key.revoked.get_or_insert_with(|| revocation.clone());
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

    async fn list_accesses(
        &self,
        person: Option<PersonId>,
        actors: &BTreeSet<String>,
        before: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<Access>, Unavailable> {
        self.inner.list_accesses(person, actors, before, limit).await
    }
}
