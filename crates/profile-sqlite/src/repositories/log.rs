//! The people behind the records, the log of changes, and kept replies.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use profile_domain::{
    PersonId, Text,
    change::{ChangeRecord, Facet},
};
use profile_ports::{Changes, Feed, KeptReply, Persons, Replies, ReplyKey, Unavailable};
use profile_rows::{change, person, reply};
use uuid::Uuid;

use crate::SqliteStore;

#[async_trait]
impl Persons for SqliteStore {
    async fn find_person(&self, alias: &Text) -> Result<Option<PersonId>, Unavailable> {
        person::find_person(self, alias).await
    }

    async fn person_called(&self, alias: &Text, fresh: PersonId) -> Result<PersonId, Unavailable> {
        person::person_called(self, alias, fresh).await
    }
}

#[async_trait]
impl Changes for SqliteStore {
    async fn last_change(&self, facet: Facet, key: &str) -> Result<Option<ChangeRecord>, Unavailable> {
        change::last_change(self, facet, key).await
    }

    async fn changes_of(&self, facet: Facet, key: &str) -> Result<Vec<ChangeRecord>, Unavailable> {
        change::changes_of(self, facet, key).await
    }

    async fn changes_after(
        &self,
        facet: Facet,
        after: (&str, i64),
        limit: u32,
    ) -> Result<Vec<ChangeRecord>, Unavailable> {
        change::changes_after(self, facet, after, limit).await
    }

    async fn count_records(&self, facet: Facet) -> Result<i64, Unavailable> {
        change::count_records(self, facet).await
    }
}

/// What is committed is closed: the one writer numbers changes in the order of its commits.
#[async_trait]
impl Feed for SqliteStore {
    async fn changes_behind(
        &self,
        position: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<ChangeRecord>, Unavailable> {
        change::changes_behind(self, position, None, limit).await
    }

    async fn closed_position(&self) -> Result<Option<Uuid>, Unavailable> {
        change::last_position(self, None).await
    }
}

#[async_trait]
impl Replies for SqliteStore {
    async fn find_reply(&self, key: &ReplyKey) -> Result<Option<KeptReply>, Unavailable> {
        reply::find_reply(self, key).await
    }

    async fn keep_reply(&self, reply: &KeptReply) -> Result<bool, Unavailable> {
        reply::keep_reply(self, reply).await
    }

    async fn forget_replies(&self, kept_since: DateTime<Utc>) -> Result<usize, Unavailable> {
        reply::forget_replies(self, kept_since).await
    }
}
