//! Records of every kind alike.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use profile_domain::{
    PersonId, Text,
    change::{ChangeRecord, RecordKind},
};
use profile_ports::{EntryFilter, LogEntry, Page, RecordRef, Records, Unavailable};
use uuid::Uuid;

use crate::{SqlStore, engine::Engine, person, person_record, records, references};

#[async_trait]
impl<E: Engine> Records for SqlStore<E> {
    async fn find_entry(&self, kind: RecordKind, key: &str) -> Result<Option<LogEntry>, Unavailable> {
        records::find_entry(self.engine(), kind, key).await
    }

    async fn find_begin(&self, kind: RecordKind, key: &str) -> Result<Option<DateTime<Utc>>, Unavailable> {
        records::find_begin(self.engine(), kind, key).await
    }

    async fn list_entries(&self, of: EntryFilter, page: Page<&str>) -> Result<Vec<LogEntry>, Unavailable> {
        records::list_entries(self.engine(), of, page).await
    }

    async fn record_changes(
        &self,
        record: RecordRef<'_>,
        page: Page<i64>,
    ) -> Result<Vec<ChangeRecord>, Unavailable> {
        records::record_changes(self.engine(), record, page).await
    }

    async fn person_changes(
        &self,
        person: PersonId,
        page: Page<Uuid>,
    ) -> Result<Vec<ChangeRecord>, Unavailable> {
        records::person_changes(self.engine(), person, page).await
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
        after: RecordRef<'_>,
    ) -> Result<Vec<String>, Unavailable> {
        person_record::keys_of(self.engine(), person, after).await
    }

    async fn alias_of(&self, person: PersonId) -> Result<Option<Text>, Unavailable> {
        person::alias_of(self.engine(), person).await
    }
}
