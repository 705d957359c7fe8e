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

use crate::{CommitError, KeyedResponse, Page, Unavailable};

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

/// Names a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordRef<'a> {
    /// The kind.
    pub kind: RecordKind,
    /// The key within the kind.
    pub key: &'a str,
}

/// Which records are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntryFilter {
    /// Those of this kind.
    pub kind: RecordKind,
    /// Only those of this person; `None`: of everybody and nobody.
    pub person: Option<PersonId>,
}

impl EntryFilter {
    /// Returns the filter of all records of a kind.
    #[must_use]
    pub const fn of(kind: RecordKind) -> Self {
        Self { kind, person: None }
    }
}

/// Records of every kind alike, as their log tells them.
#[async_trait]
pub trait Records: Send + Sync {
    /// The record with this key, also one that has ended.
    async fn find_entry(&self, kind: RecordKind, key: &str) -> Result<Option<LogEntry>, Unavailable>;

    /// Returns when the record with this key was made: the time of its first version.
    async fn find_begin(&self, kind: RecordKind, key: &str) -> Result<Option<DateTime<Utc>>, Unavailable>;

    /// Returns a page of living records, by the bytes of their keys.
    async fn list_entries(&self, of: EntryFilter, page: Page<&str>) -> Result<Vec<LogEntry>, Unavailable>;

    /// Returns a page of the changes of a record, by their versions, newest first.
    async fn record_changes(
        &self,
        record: RecordRef<'_>,
        page: Page<i64>,
    ) -> Result<Vec<ChangeRecord>, Unavailable>;

    /// Returns a page of the changes that name a person, by their positions, newest first.
    async fn person_changes(
        &self,
        person: PersonId,
        page: Page<Uuid>,
    ) -> Result<Vec<ChangeRecord>, Unavailable>;

    /// Whether a living record names a customer, a business, an app, a language, a tenant, a brand or a group; nothing names
    /// records of other kinds. An override or a membership is no such record to its user or its member.
    async fn is_referenced(&self, kind: RecordKind, key: &str) -> Result<bool, Unavailable>;

    /// Keys of the living records that end with their user or member: its overrides or memberships; none for other kinds.
    async fn keys_below(&self, kind: RecordKind, key: &str) -> Result<Vec<String>, Unavailable>;

    /// Returns some keys of the records of the kind of `after` that are or were a person's, behind its key, by the bytes of the
    /// keys; with an empty key, from the first.
    async fn keys_of_person(
        &self,
        person: PersonId,
        after: RecordRef<'_>,
    ) -> Result<Vec<String>, Unavailable>;

    /// What an operator calls a person.
    async fn alias_of(&self, person: PersonId) -> Result<Option<Text>, Unavailable>;
}

/// An operator key that ends for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevokedKey {
    /// The id of the key.
    pub id: OperatorKeyId,
    /// When it ends, who ends it, and why.
    pub revocation: Revocation,
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

    /// Returns a page of the keys, by the bytes of their ids; only those that are alive at `alive`, if that is given.
    async fn list_operator_keys(
        &self,
        page: Page<&OperatorKeyId>,
        alive: Option<DateTime<Utc>>,
    ) -> Result<Vec<OperatorKey>, Unavailable>;

    /// Ends a key for good, unless it was, and stores the reply to the request that asks for it: both or neither. Returns the key
    /// as it is then; if there is none, nothing is stored.
    ///
    /// # Errors
    /// As for [`add_operator_key`](Self::add_operator_key).
    async fn revoke_operator_key(
        &self,
        revoked: &RevokedKey,
        reply: Option<&KeyedResponse>,
    ) -> Result<Option<OperatorKey>, CommitError>;

    /// Remembers in which minute a key was last used; an earlier one than the stored changes nothing.
    async fn note_operator_key_use(&self, id: &OperatorKeyId, at: DateTime<Utc>) -> Result<(), Unavailable>;
}

/// Which accesses are listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccessFilter {
    /// Only those about this person, if one is given.
    pub person: Option<PersonId>,
    /// Only those by one of these; by everybody if there are none.
    pub actors: BTreeSet<String>,
}

/// Accesses to what is sensitive, kept for ever. They are no part of the change log.
#[async_trait]
pub trait Accesses: Send + Sync {
    /// Stores an access.
    async fn add_access(&self, access: &Access) -> Result<(), Unavailable>;

    /// Returns a page of the accesses, by their ids, newest first.
    async fn list_accesses(&self, of: &AccessFilter, page: Page<Uuid>) -> Result<Vec<Access>, Unavailable>;
}
