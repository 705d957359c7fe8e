//! The one port of every kind of record: find it by its key, and write it.

use async_trait::async_trait;
use profile_domain::{
    Keyed,
    account::{Account, Customer},
    client::Client,
    media::MediaFile,
    tenant::{Brand, Group, Language, Member, Membership, Tenant},
    users::{ApiKey, App, Business, Override, Upload, User},
};

use crate::{
    Accounts, Businesses, Clients, Commit, CommitError, Customers, Files, Members, Unavailable, Uploads,
    Users, Workspaces,
};

/// Finds and writes the records of one kind.
///
/// Absence is `Ok(None)`; a commit is one atomic step of the next state, its version and its change record; a commit whose
/// future is dropped runs to its end or leaves nothing; what was answered is durable.
#[async_trait]
pub trait Repository<T: Keyed>: Send + Sync {
    /// Returns the record with this key.
    ///
    /// # Errors
    /// [`Unavailable`].
    async fn find(&self, key: &T::Key) -> Result<Option<T>, Unavailable>;

    /// Writes one version of a record.
    ///
    /// # Errors
    /// [`CommitError`]; unless it is [`CommitError::Unknown`], nothing was written.
    async fn commit(&self, commit: Commit<T>) -> Result<(), CommitError>;
}

macro_rules! repositories {
    ($($record:ident in $port:ident: |$store:ident, $key:ident| $find:expr, |$commit:ident| $write:expr;)*) => { $(
        #[async_trait]
        impl<S: $port + ?Sized> Repository<$record> for S {
            async fn find(&self, $key: &<$record as Keyed>::Key) -> Result<Option<$record>, Unavailable> {
                let $store = self;
                $find
            }

            async fn commit(&self, $commit: Commit<$record>) -> Result<(), CommitError> {
                let $store = self;
                $write
            }
        }
    )* };
}

repositories! {
    Customer in Customers: |store, key| store.find_customer(*key).await, |commit| store.commit_customer(commit).await;
    Account in Accounts: |store, key| store.find_account(*key).await, |commit| store.commit_account(commit).await;
    MediaFile in Files: |store, key| store.find_file(*key).await, |commit| store.commit_file(commit).await;
    User in Users: |store, key| store.find_user(key).await, |commit| store.commit_user(commit).await;
    Override in Users: |store, key| store.find_override(&key.user, &key.account).await,
        |commit| store.commit_override(commit).await;
    Business in Businesses: |store, key| store.find_business(key).await, |commit| store.commit_business(commit).await;
    App in Businesses: |store, key| store.find_app(key).await, |commit| store.commit_app(commit).await;
    ApiKey in Businesses: |store, key| store.find_api_key(key).await, |commit| store.commit_api_key(commit).await;
    Upload in Uploads: |store, key| store.find_upload(key).await, |commit| store.commit_upload(commit).await;
    Client in Clients: |store, key| store.find_client(*key).await, |commit| {
        let fresh_key = commit.fresh_key.clone();
        store.commit_client(commit, fresh_key.as_ref()).await
    };
    Language in Workspaces: |store, key| store.find_language(*key).await,
        |commit| store.commit_language(commit).await;
    Tenant in Workspaces: |store, key| store.find_tenant(*key).await, |commit| store.commit_tenant(commit).await;
    Brand in Workspaces: |store, key| store.find_brand(*key).await, |commit| store.commit_brand(commit).await;
    Group in Workspaces: |store, key| Ok(store.find_groups(&[*key]).await?.pop()),
        |commit| store.commit_group(commit).await;
    Member in Members: |store, key| Ok(store.find_members(&[*key]).await?.pop()),
        |commit| store.commit_member(commit).await;
    Membership in Members: |store, key| Ok(store.find_memberships(key.tenant, &[key.member]).await?.pop()),
        |commit| store.commit_membership(commit).await;
}
