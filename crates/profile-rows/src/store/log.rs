//! The people behind the records, the log of changes, and kept replies.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use profile_domain::{
    PersonId, Text,
    change::{ChangeRecord, RecordKind},
};
use profile_ports::{
    Changes, Feed, IdempotencyKey, IdempotencyStore, KeyedResponse, LogRange, Page, Persons, Unavailable,
};
use uuid::Uuid;

use crate::{SqlStore, change, engine::Engine, person, reply};

#[async_trait]
impl<E: Engine> Persons for SqlStore<E> {
    async fn find_person(&self, alias: &Text) -> Result<Option<PersonId>, Unavailable> {
        person::find_person(self.engine(), alias).await
    }

    async fn person_called(&self, alias: &Text, fresh: PersonId) -> Result<PersonId, Unavailable> {
        person::person_called(self.engine(), alias, fresh).await
    }
}

#[async_trait]
impl<E: Engine> Changes for SqlStore<E> {
    async fn last_change(&self, kind: RecordKind, key: &str) -> Result<Option<ChangeRecord>, Unavailable> {
        change::last_change(self.engine(), kind, key).await
    }

    async fn changes_of(&self, kind: RecordKind, key: &str) -> Result<Vec<ChangeRecord>, Unavailable> {
        change::changes_of(self.engine(), kind, key).await
    }

    async fn changes_after(
        &self,
        kind: RecordKind,
        page: Page<(&str, i64)>,
    ) -> Result<Vec<ChangeRecord>, Unavailable> {
        change::changes_after(self.engine(), kind, page).await
    }

    async fn changes_with_values(
        &self,
        kind: RecordKind,
        range: LogRange,
    ) -> Result<(Vec<ChangeRecord>, Uuid), Unavailable> {
        change::changes_with_values(self.engine(), kind, range).await
    }

    async fn count_records(&self, kind: RecordKind) -> Result<i64, Unavailable> {
        change::count_records(self.engine(), kind).await
    }
}

#[async_trait]
impl<E: Engine> Feed for SqlStore<E> {
    async fn changes_behind(&self, page: Page<Uuid>) -> Result<Vec<ChangeRecord>, Unavailable> {
        self.engine().changes_behind(page).await
    }

    async fn closed_position(&self) -> Result<Option<Uuid>, Unavailable> {
        self.engine().closed_position().await
    }
}

#[async_trait]
impl<E: Engine> IdempotencyStore for SqlStore<E> {
    async fn find_response(&self, key: &IdempotencyKey) -> Result<Option<KeyedResponse>, Unavailable> {
        reply::find_response(self.engine(), key).await
    }

    async fn store_response(&self, reply: &KeyedResponse) -> Result<bool, Unavailable> {
        reply::store_response(self.engine(), reply).await
    }

    async fn remove_responses(&self, kept_since: DateTime<Utc>) -> Result<usize, Unavailable> {
        reply::remove_responses(self.engine(), kept_since).await
    }
}
