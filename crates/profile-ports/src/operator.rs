//! What the operator API asks of a store beside the repositories: records and changes of any kind, its keys, and accesses.

use std::collections::BTreeSet;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use profile_domain::{
    PersonId, Text,
    change::{Cause, ChangeRecord, RecordKind},
    operator::{Access, OperatorKey, OperatorKeyId, Revocation},
};
use uuid::Uuid;

use crate::{CommitError, KeyedResponse, Unavailable};

/// A record as its log tells it: when it began, and its last change without the values.
#[derive(Debug, Clone, PartialEq)]
pub struct LogEntry {
    /// The time of version 1.
    pub begun: DateTime<Utc>,
    /// The id of the last change.
    pub id: Uuid,
    /// The kind of the record.
    pub kind: RecordKind,
    /// The key of the record.
    pub key: String,
    /// Whom the record is about.
    pub person: Option<PersonId>,
    /// The version that the last change made.
    pub version: i64,
    /// When the last change was made.
    pub at: DateTime<Utc>,
    /// Who made the last change, and why.
    pub cause: Cause,
    /// Whether the last change ended the record.
    pub ended: bool,
    /// Whether an erasure has removed the values of the last change.
    pub is_erased: bool,
}

impl LogEntry {
    /// Returns the entry of a record that began at `begun`, and whose last change is `last`.
    #[must_use]
    pub fn new(begun: DateTime<Utc>, last: &ChangeRecord) -> Self {
        Self {
            begun,
            id: last.id,
            kind: last.kind,
            key: last.key.clone(),
            person: last.person,
            version: last.version,
            at: last.at,
            cause: last.cause.clone(),
            ended: last.ended,
            is_erased: last.is_erased(),
        }
    }
}

/// Records of every kind alike, as their log tells them.
#[async_trait]
pub trait Records: Send + Sync {
    /// The record with this key, also one that has ended.
    async fn find_entry(&self, kind: RecordKind, key: &str) -> Result<Option<LogEntry>, Unavailable>;

    /// At most `limit` living records of a kind whose keys come after `after`, by the bytes of their keys; only those of `person`, if
    /// one is given.
    async fn list_entries(
        &self,
        kind: RecordKind,
        person: Option<PersonId>,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<LogEntry>, Unavailable>;

    /// At most `limit` changes of a record, newest first, from before `before`.
    async fn record_changes(
        &self,
        kind: RecordKind,
        key: &str,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<ChangeRecord>, Unavailable>;

    /// At most `limit` changes that name a person, newest first, from before the position `before`.
    async fn person_changes(
        &self,
        person: PersonId,
        before: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<ChangeRecord>, Unavailable>;

    /// Whether a living record names a customer, a business, an app, a language, a tenant, a brand or a group; nothing names
    /// records of other kinds. An override or a membership is no such record to its user or its member.
    async fn is_referenced(&self, kind: RecordKind, key: &str) -> Result<bool, Unavailable>;

    /// Keys of the living records that end with their user or member: its overrides or memberships; none for other kinds.
    async fn keys_below(&self, kind: RecordKind, key: &str) -> Result<Vec<String>, Unavailable>;

    /// Some keys of the records of a kind that are or were a person's, behind a key, by the bytes of the keys.
    async fn keys_of_person(
        &self,
        person: PersonId,
        kind: RecordKind,
        after: &str,
    ) -> Result<Vec<String>, Unavailable>;

    /// What an operator calls a person.
    async fn alias_of(&self, person: PersonId) -> Result<Option<Text>, Unavailable>;
}

/// Operator keys. They are no part of the change log.
#[async_trait]
pub trait OperatorKeys: Send + Sync {
    /// Stores a new key, and the reply to the request that made it: both or neither. A key whose id is there is an error.
    ///
    /// # Errors
    /// [`CommitError::Repeated`] if the reply's key was used, [`CommitError::Unknown`] and [`CommitError::Unavailable`].
    async fn add_operator_key(
        &self,
        key: &OperatorKey,
        reply: Option<&KeyedResponse>,
    ) -> Result<(), CommitError>;

    /// The key with this keyed hash.
    async fn operator_key_of(&self, hash: &str) -> Result<Option<OperatorKey>, Unavailable>;

    /// The key with this id.
    async fn find_operator_key(&self, id: &OperatorKeyId) -> Result<Option<OperatorKey>, Unavailable>;

    /// At most `limit` keys whose ids come after `after`, by the bytes of their ids; only those that are alive at `alive`, if that
    /// is given.
    async fn list_operator_keys(
        &self,
        after: Option<&OperatorKeyId>,
        alive: Option<DateTime<Utc>>,
        limit: u32,
    ) -> Result<Vec<OperatorKey>, Unavailable>;

    /// Ends a key for good, unless it was, and stores the reply to the request that asks for it: both or neither. Returns the key
    /// as it is then; if there is none, nothing is stored.
    ///
    /// # Errors
    /// As for [`add_operator_key`](Self::add_operator_key).
    async fn revoke_operator_key(
        &self,
        id: &OperatorKeyId,
        revocation: &Revocation,
        reply: Option<&KeyedResponse>,
    ) -> Result<Option<OperatorKey>, CommitError>;

    /// Remembers in which minute a key was last used; an earlier one than the stored changes nothing.
    async fn note_operator_key_use(&self, id: &OperatorKeyId, at: DateTime<Utc>) -> Result<(), Unavailable>;
}

/// Accesses to what is sensitive, kept for ever. They are no part of the change log.
#[async_trait]
pub trait Accesses: Send + Sync {
    /// Stores an access.
    async fn add_access(&self, access: &Access) -> Result<(), Unavailable>;

    /// At most `limit` accesses from before the one with the id `before`, newest first; those about `person` and by one of `actors`, if
    /// given.
    async fn list_accesses(
        &self,
        person: Option<PersonId>,
        actors: &BTreeSet<String>,
        before: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<Access>, Unavailable>;
}
