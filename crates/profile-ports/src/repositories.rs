//! Queries beside the repositories: what lists and lookups by other values than a key need, for each aggregate.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use profile_domain::{
    PersonId, Saved, Text,
    account::{Account, Customer, CustomerId},
    change::{ChangeRecord, RecordKind},
    client::Client,
    media::MediaFile,
    sealed::WrappedKey,
    tenant::{Attempts, Brand, Group, Language, Member, MemberListing, Membership, Tenant},
    users::{ApiKey, App, Business, KeyId, Listing, Override, Position, Upload, UploadId, UploadOwner, User},
};
use uuid::Uuid;

use crate::{
    Accesses, Checkpoints, Claims, Commits, Deliveries, Erasures, Feed, Followers, Holds, IdempotencyStore,
    LogRange, OperatorKeys, Page, Records, Repository, SearchIndex, StorageSize, Subscriptions, Unavailable,
    Verifications,
};

/// Trading accounts.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// At most `limit` accounts of a customer, by login.
    async fn accounts_of(&self, customer: CustomerId, limit: u32) -> Result<Vec<Account>, Unavailable>;

    /// Which of these avatars, at most some hundreds, any account shows; in any order, maybe repeated.
    async fn shown_avatars(&self, avatars: &[String]) -> Result<Vec<String>, Unavailable>;
}

/// The records of media files.
#[async_trait]
pub trait Files: Send + Sync {
    /// At most `limit` public files of a person, with their bytes, in any order.
    async fn public_files_of(&self, person: PersonId, limit: u32) -> Result<Vec<(Uuid, u64)>, Unavailable>;
}

/// The people behind the kinds.
#[async_trait]
pub trait Persons: Send + Sync {
    /// The person whom an operator calls `alias`.
    async fn find_person(&self, alias: &Text) -> Result<Option<PersonId>, Unavailable>;

    /// The person whom an operator calls `alias`; `fresh` becomes that person if the alias is new.
    /// Equal aliases give the same person, also when asked at the same time.
    async fn person_called(&self, alias: &Text, fresh: PersonId) -> Result<PersonId, Unavailable>;
}

/// The append-only log of changes.
#[async_trait]
pub trait Changes: Send + Sync {
    /// The last change of the record with this key, also of one that has ended.
    async fn last_change(&self, kind: RecordKind, key: &str) -> Result<Option<ChangeRecord>, Unavailable>;

    /// Every change of one record, oldest first.
    async fn changes_of(&self, kind: RecordKind, key: &str) -> Result<Vec<ChangeRecord>, Unavailable>;

    /// Returns a page of the changes of a kind, by key and version: record by record, and oldest first. Keys are in the order of
    /// their bytes; those of ended records are among them.
    async fn changes_after(
        &self,
        kind: RecordKind,
        page: Page<(&str, i64)>,
    ) -> Result<Vec<ChangeRecord>, Unavailable>;

    /// Returns the changes of a kind that have their values in a range of the log, in their order, and the position up to which
    /// there are no others: whoever goes on behind it comes to the end of the range. May return none of several, so that one
    /// call never looks at all of the log.
    async fn changes_with_values(
        &self,
        kind: RecordKind,
        range: LogRange,
    ) -> Result<(Vec<ChangeRecord>, Uuid), Unavailable>;

    /// How many records of a kind there are.
    async fn count_records(&self, kind: RecordKind) -> Result<i64, Unavailable>;
}

/// Public users.
#[async_trait]
pub trait Users: Send + Sync {
    /// The users of a page of the list, in the order of the list, each with its position.
    async fn list_users(&self, listing: &Listing) -> Result<Vec<(Position, User)>, Unavailable>;
}

/// API keys of businesses and apps.
#[async_trait]
pub trait ApiKeys: Send + Sync {
    /// Returns a page of the API keys' records, by the bytes of their ids, each with the time at which it began.
    async fn list_api_keys(&self, page: Page<&KeyId>) -> Result<Vec<(DateTime<Utc>, ApiKey)>, Unavailable>;
}

/// A server that takes up what another one, or none, had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TakeOver {
    /// The server that had it when it was read; `None`: none had.
    pub from: Option<Uuid>,
    /// The server that takes it.
    pub to: Uuid,
}

/// Files that callers of the users contract upload.
#[async_trait]
pub trait Uploads: Send + Sync {
    /// At most `limit` uploads that no profile shows, whose last change is older than `before`, and that are not removed.
    async fn unused_uploads(
        &self,
        before: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<Saved<Upload>>, Unavailable>;

    /// How much of an owner's uploads no profile shows, those removed apart: the files, and the bytes of those that have any. Of
    /// more than [`Held::MOST_FILES`], only so many are counted.
    async fn unattached_uploads_of(&self, owner: &UploadOwner) -> Result<Held, Unavailable>;

    /// Has a server look at the bytes of an upload, if the one that did still is the one that was read; returns how many times it
    /// has been taken, or nothing if another server was faster. This is no part of the change log.
    async fn take_upload(&self, id: &UploadId, turn: TakeOver) -> Result<Option<u32>, Unavailable>;

    /// Which of these names, at most some hundreds, any upload calls its content.
    async fn known_contents(&self, names: &[String]) -> Result<Vec<String>, Unavailable>;

    /// Which of these names, at most some hundreds, any upload or client calls a rendition.
    async fn known_renditions(&self, names: &[String]) -> Result<Vec<String>, Unavailable>;

    /// Returns whether a user or an override of another person shows an upload as its picture.
    async fn is_shown_by_another(&self, id: &UploadId, person: PersonId) -> Result<bool, Unavailable>;

    /// At most `limit` uploads that are `processing`, the oldest first, each with the server that looks at its bytes.
    async fn unprocessed_uploads(
        &self,
        limit: u32,
    ) -> Result<Vec<(Saved<Upload>, Option<Uuid>)>, Unavailable>;
}

/// Clients of a regulated broker.
#[async_trait]
pub trait Clients: Send + Sync {
    /// A number for a client or an address, beyond every one that is in use; none is given twice, and some are given to
    /// nobody.
    async fn next_client_number(&self) -> Result<i64, Unavailable>;

    /// The number beyond which the next one lies; a dry run shows it without taking it.
    async fn last_client_number(&self) -> Result<i64, Unavailable>;
}

/// A key that is wrapped anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewrapping {
    /// The key as it was read.
    pub from: WrappedKey,
    /// The same key under another master key.
    pub to: WrappedKey,
}

/// The keys with which the sensitive values of people are sealed, each wrapped under a master key. They are no part of
/// the change log: whoever removes one makes the values unreadable, and nothing must bring it back.
#[async_trait]
pub trait PersonKeys: Send + Sync {
    /// The key of `person`, which a commit of one of their clients writes.
    async fn find_person_key(&self, person: PersonId) -> Result<Option<WrappedKey>, Unavailable>;

    /// Returns the name of the master key that new keys are wrapped under, which [`KeyRegister`](crate::KeyRegister) knows as
    /// `master`; `None` before the first.
    async fn current_master(&self) -> Result<Option<String>, Unavailable>;

    /// Returns a page of the keys that are wrapped under another master key, by person.
    async fn person_keys_not_under(
        &self,
        master: &str,
        page: Page<PersonId>,
    ) -> Result<Vec<(PersonId, WrappedKey)>, Unavailable>;

    /// Replaces the wrapping of a person's key; returns whether it still was the one that the caller had read.
    async fn rewrap_person_key(&self, person: PersonId, key: &Rewrapping) -> Result<bool, Unavailable>;
}

/// What members belong to and refer to.
#[async_trait]
pub trait Workspaces: Send + Sync {
    /// A page of all languages by number, and how many there are.
    async fn list_languages(&self, skip: i64, take: i64) -> Result<(i64, Vec<Language>), Unavailable>;
    /// The groups of these numbers, in any order.
    async fn find_groups(&self, ids: &[i32]) -> Result<Vec<Group>, Unavailable>;
}

/// Members and their memberships.
#[async_trait]
pub trait Members: Send + Sync {
    /// The member, and the chosen language if there is one.
    async fn find_member(&self, id: i32) -> Result<Option<(Saved<Member>, Option<Language>)>, Unavailable>;
    /// The members of these numbers, in any order.
    async fn find_members(&self, ids: &[i32]) -> Result<Vec<Member>, Unavailable>;
    /// What these members are in a tenant, in any order.
    async fn find_memberships(&self, tenant_id: i32, members: &[i32])
    -> Result<Vec<Membership>, Unavailable>;
    /// A page of the members of a tenant that are not deleted, by full name and number, and how many there are.
    async fn list_members(&self, listing: &MemberListing) -> Result<(i64, Vec<Member>), Unavailable>;
    /// The wrong passwords of a member; none before the first.
    async fn find_attempts(&self, member: i32) -> Result<Attempts, Unavailable>;
    /// Keeps the attempts of a member, if those kept are one version older; whether they were. They are no part of the
    /// change log.
    async fn keep_attempts(&self, member: i32, attempts: &Attempts) -> Result<bool, Unavailable>;
}

/// Files that somebody has stored and nothing shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Held {
    /// Bytes of all together.
    pub bytes: u64,
    /// How many there are.
    pub files: usize,
}

impl Held {
    /// Most files that are counted; who has more has too many.
    pub const MOST_FILES: usize = 10_000;
}

/// How busy a store's connections are, for the metrics.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ConnectionStats {
    /// Open connections.
    pub open: usize,
    /// Open connections that nobody uses.
    pub idle: usize,
    /// The most there may be.
    pub max: usize,
}

/// All repositories and queries of one database.
#[async_trait]
pub trait Store:
    Repository<Account>
    + Repository<Customer>
    + Repository<MediaFile>
    + Repository<User>
    + Repository<Override>
    + Repository<Business>
    + Repository<App>
    + Repository<ApiKey>
    + Repository<Upload>
    + Repository<Client>
    + Repository<Language>
    + Repository<Tenant>
    + Repository<Brand>
    + Repository<Group>
    + Repository<Member>
    + Repository<Membership>
    + Accounts
    + Files
    + Users
    + ApiKeys
    + Uploads
    + IdempotencyStore
    + Clients
    + PersonKeys
    + Workspaces
    + Members
    + Persons
    + Changes
    + Feed
    + Claims
    + Commits
    + Records
    + OperatorKeys
    + Accesses
    + SearchIndex
    + Holds
    + Erasures
    + Subscriptions
    + Followers
    + Deliveries
    + Checkpoints
    + Verifications
{
    /// Whether the database answers, and takes a write.
    async fn ready(&self) -> Result<(), Unavailable>;

    /// How busy it is.
    fn connection_stats(&self) -> ConnectionStats;

    /// Returns how much room the database takes; `None` for one that is in memory alone. Reads no row.
    async fn storage_size(&self) -> Result<Option<StorageSize>, Unavailable>;

    /// Whether it keeps what is committed; a dry run's does not.
    fn is_kept(&self) -> bool {
        true
    }
}
