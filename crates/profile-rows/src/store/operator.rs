//! What the operator API asks for beside the repositories.

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

use crate::{SqlStore, access, engine::Engine, operator_key, person, person_record, records, references};

#[async_trait]
impl<E: Engine> Records for SqlStore<E> {
    async fn find_entry(&self, kind: RecordKind, key: &str) -> Result<Option<LogEntry>, Unavailable> {
        records::find_entry(self.engine(), kind, key).await
    }

    async fn list_entries(
        &self,
        kind: RecordKind,
        person: Option<PersonId>,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<LogEntry>, Unavailable> {
        records::list_entries(self.engine(), kind, person, after, limit).await
    }

    async fn record_changes(
        &self,
        kind: RecordKind,
        key: &str,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<ChangeRecord>, Unavailable> {
        records::record_changes(self.engine(), kind, key, before, limit).await
    }

    async fn person_changes(
        &self,
        person: PersonId,
        before: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<ChangeRecord>, Unavailable> {
        records::person_changes(self.engine(), person, before, limit).await
    }

    async fn is_referenced(&self, kind: RecordKind, key: &str) -> Result<bool, Unavailable> {
        references::is_referenced(self.engine(), kind, key).await
    }

    async fn keys_below(&self, kind: RecordKind, key: &str) -> Result<Vec<String>, Unavailable> {
        records::keys_below(self.engine(), kind, key).await
    }

    async fn keys_of_person(
        &self,
        person: PersonId,
        kind: RecordKind,
        after: &str,
    ) -> Result<Vec<String>, Unavailable> {
        person_record::keys_of(self.engine(), person, kind, after).await
    }

    async fn alias_of(&self, person: PersonId) -> Result<Option<Text>, Unavailable> {
        person::alias_of(self.engine(), person).await
    }
}

#[async_trait]
impl<E: Engine> OperatorKeys for SqlStore<E> {
    async fn add_operator_key(
        &self,
        key: &OperatorKey,
        reply: Option<&KeyedResponse>,
    ) -> Result<(), CommitError> {
        operator_key::add_operator_key(self.engine(), key, reply).await
    }

    async fn operator_key_of(&self, hash: &str) -> Result<Option<OperatorKey>, Unavailable> {
        operator_key::operator_key_of(self.engine(), hash).await
    }

    async fn find_operator_key(&self, id: &OperatorKeyId) -> Result<Option<OperatorKey>, Unavailable> {
        operator_key::find_operator_key(self.engine(), id).await
    }

    async fn list_operator_keys(
        &self,
        after: Option<&OperatorKeyId>,
        alive: Option<DateTime<Utc>>,
        limit: u32,
    ) -> Result<Vec<OperatorKey>, Unavailable> {
        operator_key::list_operator_keys(self.engine(), after, alive, limit).await
    }

    async fn revoke_operator_key(
        &self,
        id: &OperatorKeyId,
        revocation: &Revocation,
        reply: Option<&KeyedResponse>,
    ) -> Result<Option<OperatorKey>, CommitError> {
        operator_key::revoke_operator_key(self.engine(), id, revocation, reply).await
    }

    async fn note_operator_key_use(&self, id: &OperatorKeyId, at: DateTime<Utc>) -> Result<(), Unavailable> {
        operator_key::note_operator_key_use(self.engine(), id, at).await
    }
}

#[async_trait]
impl<E: Engine> Accesses for SqlStore<E> {
    async fn add_access(&self, access: &Access) -> Result<(), Unavailable> {
        access::add_access(self.engine(), access).await
    }

    async fn list_accesses(
        &self,
        person: Option<PersonId>,
        actors: &BTreeSet<String>,
        before: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<Access>, Unavailable> {
        access::list_accesses(self.engine(), person, actors, before, limit).await
    }
}
