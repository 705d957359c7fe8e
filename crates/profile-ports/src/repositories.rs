//! The records, one repository per aggregate.
//!
//! Promises of every repository: absence is `Ok(None)`; a commit is one atomic step of the next state, its version and
//! its change record; a commit whose future is dropped runs to its end or leaves nothing; what was answered is durable.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use profile_domain::{
    PersonId, Text,
    account::{Account, Customer, CustomerId, Login},
    change::{ChangeRecord, Facet},
    client::Client,
    media::MediaFile,
    sealed::WrappedKey,
    tenant::{Attempts, Brand, Group, Language, Member, MemberListing, Membership, Tenant},
    users::{
        ApiKey, App, AppId, Business, BusinessId, KeyId, Listing, Override, Position, Upload, UploadId,
        UploadOwner, User, UserId,
    },
};
use uuid::Uuid;

use crate::{Commit, CommitError, Replies, Unavailable};

/// Trading accounts.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// The account, with its owner's state.
    async fn find_account(&self, login: Login) -> Result<Option<Account>, Unavailable>;

    /// At most `limit` accounts of a customer, by login.
    async fn accounts_of(&self, customer: CustomerId, limit: u32) -> Result<Vec<Account>, Unavailable>;

    /// Writes an account. [`CommitError::Taken`] names `login`, [`CommitError::Missing`] names `customer_id`.
    async fn commit_account(&self, commit: Commit<Account>) -> Result<(), CommitError>;

    /// Which of these avatars, at most some hundreds, any account shows; in any order, maybe repeated.
    async fn shown_avatars(&self, avatars: &[String]) -> Result<Vec<String>, Unavailable>;
}

/// Customers.
#[async_trait]
pub trait Customers: Send + Sync {
    /// The customer.
    async fn find_customer(&self, id: CustomerId) -> Result<Option<Customer>, Unavailable>;

    /// Writes a customer. [`CommitError::Taken`] names `customer_id`.
    async fn commit_customer(&self, commit: Commit<Customer>) -> Result<(), CommitError>;
}

/// The records of media files.
#[async_trait]
pub trait Files: Send + Sync {
    /// The file's record.
    async fn find_file(&self, uuid: Uuid) -> Result<Option<MediaFile>, Unavailable>;

    /// Writes a file's record. [`CommitError::Taken`] names `uuid`.
    async fn commit_file(&self, commit: Commit<MediaFile>) -> Result<(), CommitError>;

    /// At most `limit` public files of a person, with their bytes, in any order.
    async fn public_files_of(&self, person: PersonId, limit: u32) -> Result<Vec<(Uuid, u64)>, Unavailable>;
}

/// The people behind the facets.
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
    /// Every change of one record, oldest first.
    async fn changes_of(&self, facet: Facet, key: &str) -> Result<Vec<ChangeRecord>, Unavailable>;

    /// At most `limit` changes of a facet, record by record and oldest first, after this version of this key; after
    /// `("", 0)`, from the beginning. The order of the keys is the store's.
    async fn changes_after(
        &self,
        facet: Facet,
        after: (&str, i64),
        limit: u32,
    ) -> Result<Vec<ChangeRecord>, Unavailable>;

    /// How many records of a facet there are.
    async fn count_records(&self, facet: Facet) -> Result<i64, Unavailable>;
}

/// Public users.
#[async_trait]
pub trait Users: Send + Sync {
    /// The user with this id.
    async fn find_user(&self, id: &UserId) -> Result<Option<User>, Unavailable>;

    /// The user with this username; see [`Username::key_of`](profile_domain::users::Username::key_of).
    async fn find_user_by_name(&self, username_key: &str) -> Result<Option<User>, Unavailable>;

    /// The users of a stretch of the list, in the order of the list, each with its position.
    async fn list_users(&self, listing: &Listing) -> Result<Vec<(Position, User)>, Unavailable>;

    /// Writes a user. [`CommitError::Taken`] names `id` or `username`, whose key is unique also between writers that
    /// commit at the same time.
    async fn commit_user(&self, commit: Commit<User>) -> Result<(), CommitError>;

    /// What `account` says over `user`.
    async fn find_override(
        &self,
        user: &UserId,
        account: &BusinessId,
    ) -> Result<Option<Override>, Unavailable>;

    /// Writes an override. [`CommitError::Missing`] names `user`.
    async fn commit_override(&self, commit: Commit<Override>) -> Result<(), CommitError>;
}

/// Businesses, the apps that they install, and the API keys of both.
#[async_trait]
pub trait Businesses: Send + Sync {
    /// The business.
    async fn find_business(&self, id: &BusinessId) -> Result<Option<Business>, Unavailable>;

    /// Writes a business. [`CommitError::Taken`] names `id`.
    async fn commit_business(&self, commit: Commit<Business>) -> Result<(), CommitError>;

    /// The app.
    async fn find_app(&self, id: &AppId) -> Result<Option<App>, Unavailable>;

    /// Writes an app. [`CommitError::Taken`] names `id`.
    async fn commit_app(&self, commit: Commit<App>) -> Result<(), CommitError>;

    /// The record of the API key with this id.
    async fn find_api_key(&self, id: &KeyId) -> Result<Option<ApiKey>, Unavailable>;

    /// The record of the API key with this keyed hash.
    async fn find_api_key_by_hash(&self, hash: &str) -> Result<Option<ApiKey>, Unavailable>;

    /// Returns at most `limit` API keys' records after this id, in the store's order of ids, each with its creation.
    async fn list_api_keys(
        &self,
        after: Option<&KeyId>,
        limit: u32,
    ) -> Result<Vec<(DateTime<Utc>, ApiKey)>, Unavailable>;

    /// Writes an API key's record. [`CommitError::Taken`] names `id` or `secret`.
    async fn commit_api_key(&self, commit: Commit<ApiKey>) -> Result<(), CommitError>;
}

/// Files that callers of the users contract upload.
#[async_trait]
pub trait Uploads: Send + Sync {
    /// The upload.
    async fn find_upload(&self, id: &UploadId) -> Result<Option<Upload>, Unavailable>;

    /// The upload with this unguessable name.
    async fn find_upload_by_token(&self, token: &Text) -> Result<Option<Upload>, Unavailable>;

    /// Writes an upload. [`CommitError::Taken`] names `id` or `token`.
    async fn commit_upload(&self, commit: Commit<Upload>) -> Result<(), CommitError>;

    /// At most `limit` uploads that no profile shows, that were last written before `before`, and that are not removed.
    async fn unused_uploads(&self, before: DateTime<Utc>, limit: u32) -> Result<Vec<Upload>, Unavailable>;

    /// How much of an owner's uploads no profile shows, those removed apart; of very many, only some are counted.
    async fn unattached_uploads_of(&self, owner: &UploadOwner) -> Result<Held, Unavailable>;

    /// Counts a try to look at the bytes of an upload, and answers how many there have been. They are no part of the
    /// change log.
    async fn count_upload_try(&self, id: &UploadId) -> Result<u32, Unavailable>;

    /// Which of these names, at most some hundreds, any upload calls its content.
    async fn known_contents(&self, names: &[String]) -> Result<Vec<String>, Unavailable>;

    /// Which of these names, at most some hundreds, any upload or client calls a rendition.
    async fn known_renditions(&self, names: &[String]) -> Result<Vec<String>, Unavailable>;

    /// At most `limit` uploads whose bytes came before `before` and are still to be looked at.
    async fn unprocessed_uploads(
        &self,
        before: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<Upload>, Unavailable>;
}

/// Clients of a regulated broker.
#[async_trait]
pub trait Clients: Send + Sync {
    /// The client, with the key of their person as it is now.
    async fn find_client(&self, sub: Uuid) -> Result<Option<Client>, Unavailable>;

    /// Writes a client and, if the person has no key yet, `fresh_key` as that; no other key is written. Numbers that are
    /// given after a commit lie beyond the number that it writes. [`CommitError::Taken`] names `sub`, `client_id`, or
    /// `person_key` where the person has got a key meanwhile.
    async fn commit_client(
        &self,
        commit: Commit<Client>,
        fresh_key: Option<&WrappedKey>,
    ) -> Result<(), CommitError>;

    /// A number for a client or an address, beyond every one that is in use; none is given twice, and some are given to
    /// nobody.
    async fn next_client_number(&self) -> Result<i64, Unavailable>;
}

/// The keys with which the sensitive values of people are sealed, each wrapped under a master key. They are no part of
/// the change log: whoever removes one makes the values unreadable, and nothing must bring it back.
#[async_trait]
pub trait PersonKeys: Send + Sync {
    /// The key of `person`; [`Clients::commit_client`] writes it.
    async fn find_person_key(&self, person: PersonId) -> Result<Option<WrappedKey>, Unavailable>;

    /// Returns the name of the master key that new keys are wrapped under; `None` before the first.
    async fn current_master(&self) -> Result<Option<String>, Unavailable>;

    /// Returns at most `limit` keys that are wrapped under another master key, by person, after `after`.
    async fn person_keys_not_under(
        &self,
        master: &str,
        after: Option<PersonId>,
        limit: u32,
    ) -> Result<Vec<(PersonId, WrappedKey)>, Unavailable>;

    /// Replaces the wrapping of a key; whether it still was the one that the caller had read.
    async fn rewrap_person_key(
        &self,
        person: PersonId,
        from: &WrappedKey,
        to: &WrappedKey,
    ) -> Result<bool, Unavailable>;
}

/// What members belong to and refer to.
#[async_trait]
pub trait Workspaces: Send + Sync {
    /// The language.
    async fn find_language(&self, id: i32) -> Result<Option<Language>, Unavailable>;
    /// A stretch of all languages by number, and how many there are.
    async fn list_languages(&self, skip: i64, take: i64) -> Result<(i64, Vec<Language>), Unavailable>;
    /// Writes a language. [`CommitError::Taken`] names `id`.
    async fn commit_language(&self, commit: Commit<Language>) -> Result<(), CommitError>;
    /// The tenant.
    async fn find_tenant(&self, id: i32) -> Result<Option<Tenant>, Unavailable>;
    /// The tenant that paths call so.
    async fn find_tenant_by_slug(&self, slug: &Text) -> Result<Option<Tenant>, Unavailable>;
    /// Writes a tenant. [`CommitError::Taken`] names `id` or `slug`.
    async fn commit_tenant(&self, commit: Commit<Tenant>) -> Result<(), CommitError>;
    /// The brand.
    async fn find_brand(&self, id: i32) -> Result<Option<Brand>, Unavailable>;
    /// Writes a brand. [`CommitError::Taken`] names `id`.
    async fn commit_brand(&self, commit: Commit<Brand>) -> Result<(), CommitError>;
    /// The groups of these numbers, in any order.
    async fn find_groups(&self, ids: &[i32]) -> Result<Vec<Group>, Unavailable>;
    /// Writes a group. [`CommitError::Taken`] names `id`.
    async fn commit_group(&self, commit: Commit<Group>) -> Result<(), CommitError>;
}

/// Members and their memberships.
#[async_trait]
pub trait Members: Send + Sync {
    /// The member, and the chosen language if there is one.
    async fn find_member(&self, id: i32) -> Result<Option<(Member, Option<Language>)>, Unavailable>;
    /// The members of these numbers, in any order.
    async fn find_members(&self, ids: &[i32]) -> Result<Vec<Member>, Unavailable>;
    /// Writes a member. [`CommitError::Taken`] names `id` or `email`, which is unique without regard to case among those
    /// that are not deleted, also between writers that commit at the same time.
    async fn commit_member(&self, commit: Commit<Member>) -> Result<(), CommitError>;
    /// What these members are in a tenant, in any order.
    async fn find_memberships(&self, tenant_id: i32, members: &[i32])
    -> Result<Vec<Membership>, Unavailable>;
    /// Writes a membership. [`CommitError::Taken`] names `id`, [`CommitError::Missing`] names `member`.
    async fn commit_membership(&self, commit: Commit<Membership>) -> Result<(), CommitError>;
    /// A stretch of the members of a tenant that are not deleted, by full name and number, and how many there are.
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
pub struct Pool {
    /// Open connections.
    pub open: usize,
    /// Open connections that nobody uses.
    pub idle: usize,
    /// The most there may be.
    pub max: usize,
}

/// All repositories of one database.
#[async_trait]
pub trait Store:
    Accounts
    + Customers
    + Files
    + Users
    + Businesses
    + Uploads
    + Replies
    + Clients
    + PersonKeys
    + Workspaces
    + Members
    + Persons
    + Changes
{
    /// Whether the database answers, and takes a write.
    async fn ready(&self) -> Result<(), Unavailable>;

    /// How busy it is.
    fn pool(&self) -> Pool;
}
