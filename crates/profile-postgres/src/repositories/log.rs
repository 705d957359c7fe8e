//! The people behind the facets, the log of changes, and kept replies.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use profile_domain::{
    PersonId, Text,
    change::{ChangeRecord, Facet},
};
use profile_ports::{Changes, Persons, Replies, Reply, ReplyKey, Reserved, Unavailable};
use profile_rows::{change, person, reply};

use crate::PostgresStore;

#[async_trait]
impl Persons for PostgresStore {
    async fn find_person(&self, alias: &Text) -> Result<Option<PersonId>, Unavailable> {
        person::find_person(self, alias).await
    }

    async fn person_called(&self, alias: &Text, fresh: PersonId) -> Result<PersonId, Unavailable> {
        person::person_called(self, alias, fresh).await
    }
}

#[async_trait]
impl Changes for PostgresStore {
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

#[async_trait]
impl Replies for PostgresStore {
    async fn reserve_reply(
        &self,
        key: &ReplyKey,
        fingerprint: &str,
        at: DateTime<Utc>,
    ) -> Result<Reserved, Unavailable> {
        reply::reserve_reply(self, key, fingerprint, at).await
    }

    async fn keep_reply(&self, key: &ReplyKey, reply: &Reply) -> Result<(), Unavailable> {
        reply::keep_reply(self, key, reply).await
    }

    async fn renew_reply(&self, key: &ReplyKey, at: DateTime<Utc>) -> Result<(), Unavailable> {
        reply::renew_reply(self, key, at).await
    }

    async fn release_reply(&self, key: &ReplyKey) -> Result<(), Unavailable> {
        reply::release_reply(self, key).await
    }

    async fn forget_replies(
        &self,
        kept_since: DateTime<Utc>,
        running_since: DateTime<Utc>,
    ) -> Result<usize, Unavailable> {
        reply::forget_replies(self, kept_since, running_since).await
    }
}
