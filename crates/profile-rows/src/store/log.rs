//! The people behind the records, the log of changes, and kept replies.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use profile_domain::{
    PersonId, Text,
    change::{ChangeRecord, Facet},
};
use profile_ports::{Changes, Feed, KeptReply, Persons, Replies, ReplyKey, Unavailable};
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
    async fn last_change(&self, facet: Facet, key: &str) -> Result<Option<ChangeRecord>, Unavailable> {
        change::last_change(self.engine(), facet, key).await
    }

    async fn changes_of(&self, facet: Facet, key: &str) -> Result<Vec<ChangeRecord>, Unavailable> {
        change::changes_of(self.engine(), facet, key).await
    }

    async fn changes_after(
        &self,
        facet: Facet,
        after: (&str, i64),
        limit: u32,
    ) -> Result<Vec<ChangeRecord>, Unavailable> {
        change::changes_after(self.engine(), facet, after, limit).await
    }

    async fn count_records(&self, facet: Facet) -> Result<i64, Unavailable> {
        change::count_records(self.engine(), facet).await
    }
}

#[async_trait]
impl<E: Engine> Feed for SqlStore<E> {
    async fn changes_behind(
        &self,
        position: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<ChangeRecord>, Unavailable> {
        self.engine().changes_behind(position, limit).await
    }

    async fn closed_position(&self) -> Result<Option<Uuid>, Unavailable> {
        self.engine().closed_position().await
    }
}

#[async_trait]
impl<E: Engine> Replies for SqlStore<E> {
    async fn find_reply(&self, key: &ReplyKey) -> Result<Option<KeptReply>, Unavailable> {
        reply::find_reply(self.engine(), key).await
    }

    async fn keep_reply(&self, reply: &KeptReply) -> Result<bool, Unavailable> {
        reply::keep_reply(self.engine(), reply).await
    }

    async fn forget_replies(&self, kept_since: DateTime<Utc>) -> Result<usize, Unavailable> {
        reply::forget_replies(self.engine(), kept_since).await
    }
}
