//! `--dry-run`: the real store to read from, and nothing to write to but memory.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use profile_domain::{
    PersonId, Text,
    account::{Account, Customer, CustomerId, Login},
    change::{ChangeRecord, Facet},
    client::Client,
    media::MediaFile,
    sealed::WrappedKey,
    tenant::{Brand, Group, Language, Member, Membership, Tenant},
    users::{ApiKey, App, AppId, Business, BusinessId, KeyId, Override, User, UserId},
};
use profile_ports::{
    Accounts, Changes, Clients, Commit, CommitError, Customers, Files, PersonKeys, Persons, Pool, Store,
    Unavailable,
};
use profile_usecases::Core;
use uuid::Uuid;

use super::dry_media::DryMedia;

/// The same core, whose writes are only remembered.
pub(super) fn without_effect(core: Core) -> Core {
    let media = Arc::new(DryMedia(core.media));
    let store = Arc::new(DryStore { inner: core.store, written: Mutex::default() });
    Core { store, media, ..core }
}

pub(super) struct DryStore {
    pub(super) inner: Arc<dyn Store>,
    written: Mutex<Written>,
}

/// What the import would have written.
#[derive(Default)]
pub(super) struct Written {
    pub(super) languages: HashMap<i32, Language>,
    pub(super) tenants: HashMap<i32, Tenant>,
    pub(super) brands: HashMap<i32, Brand>,
    pub(super) groups: HashMap<i32, Group>,
    pub(super) members: HashMap<i32, Member>,
    pub(super) memberships: HashMap<(i32, i32), Membership>,
    accounts: HashMap<Login, Account>,
    customers: HashMap<CustomerId, Customer>,
    files: HashMap<Uuid, MediaFile>,
    pub(super) users: HashMap<UserId, User>,
    pub(super) usernames: HashMap<String, UserId>,
    pub(super) overrides: HashMap<(UserId, BusinessId), Override>,
    pub(super) businesses: HashMap<BusinessId, Business>,
    pub(super) apps: HashMap<AppId, App>,
    pub(super) api_keys: HashMap<KeyId, ApiKey>,
    clients: HashMap<Uuid, Client>,
    person_keys: HashMap<PersonId, WrappedKey>,
    persons: HashMap<Text, PersonId>,
}

impl DryStore {
    pub(super) fn written(&self) -> MutexGuard<'_, Written> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Accounts for DryStore {
    async fn find_account(&self, login: Login) -> Result<Option<Account>, Unavailable> {
        let written = self.written().accounts.get(&login).cloned();
        if written.is_some() { Ok(written) } else { self.inner.find_account(login).await }
    }

    async fn accounts_of(&self, customer: CustomerId, limit: u32) -> Result<Vec<Account>, Unavailable> {
        self.inner.accounts_of(customer, limit).await
    }

    async fn shown_avatars(&self, avatars: &[String]) -> Result<Vec<String>, Unavailable> {
        self.inner.shown_avatars(avatars).await
    }

    async fn commit_account(&self, commit: Commit<Account>) -> Result<(), CommitError> {
        self.written().accounts.insert(commit.next.login, commit.next);
        Ok(())
    }
}

#[async_trait]
impl Customers for DryStore {
    async fn find_customer(&self, id: CustomerId) -> Result<Option<Customer>, Unavailable> {
        let written = self.written().customers.get(&id).cloned();
        if written.is_some() { Ok(written) } else { self.inner.find_customer(id).await }
    }

    async fn commit_customer(&self, commit: Commit<Customer>) -> Result<(), CommitError> {
        self.written().customers.insert(commit.next.id, commit.next);
        Ok(())
    }
}

#[async_trait]
impl Files for DryStore {
    async fn find_file(&self, uuid: Uuid) -> Result<Option<MediaFile>, Unavailable> {
        let written = self.written().files.get(&uuid).cloned();
        if written.is_some() { Ok(written) } else { self.inner.find_file(uuid).await }
    }

    async fn public_files_of(&self, person: PersonId, limit: u32) -> Result<Vec<(Uuid, u64)>, Unavailable> {
        self.inner.public_files_of(person, limit).await
    }

    async fn commit_file(&self, commit: Commit<MediaFile>) -> Result<(), CommitError> {
        self.written().files.insert(commit.next.uuid, commit.next);
        Ok(())
    }
}

/// No import is about uploads.
/// Nor about replies.
#[async_trait]
impl Clients for DryStore {
    async fn find_client(&self, sub: Uuid) -> Result<Option<Client>, Unavailable> {
        let written = self.written().clients.get(&sub).cloned();
        if written.is_some() { Ok(written) } else { self.inner.find_client(sub).await }
    }

    async fn commit_client(
        &self,
        commit: Commit<Client>,
        fresh_key: Option<&WrappedKey>,
    ) -> Result<(), CommitError> {
        let next = commit.next;
        let mut written = self.written();
        if written.clients.values().any(|other| other.sub != next.sub && other.client_id == next.client_id) {
            return Err(CommitError::Taken("client_id"));
        }
        if let Some(fresh) = fresh_key {
            if written.person_keys.contains_key(&next.person) {
                return Err(CommitError::Taken("person_key"));
            }
            written.person_keys.insert(next.person, fresh.clone());
        }
        written.clients.insert(next.sub, next);
        Ok(())
    }

    async fn next_client_number(&self) -> Result<i64, Unavailable> {
        // Far from those that are given.
        Ok(i64::MAX - i64::try_from(self.written().clients.len()).unwrap_or_default())
    }
}

#[async_trait]
impl PersonKeys for DryStore {
    async fn find_person_key(&self, person: PersonId) -> Result<Option<WrappedKey>, Unavailable> {
        let written = self.written().person_keys.get(&person).cloned();
        if written.is_some() { Ok(written) } else { self.inner.find_person_key(person).await }
    }

    async fn current_master(&self) -> Result<Option<String>, Unavailable> {
        self.inner.current_master().await
    }

    async fn person_keys_not_under(
        &self,
        master: &str,
        after: Option<PersonId>,
        limit: u32,
    ) -> Result<Vec<(PersonId, WrappedKey)>, Unavailable> {
        self.inner.person_keys_not_under(master, after, limit).await
    }

    async fn rewrap_person_key(
        &self,
        _person: PersonId,
        _from: &WrappedKey,
        _to: &WrappedKey,
    ) -> Result<bool, Unavailable> {
        Ok(false)
    }
}

#[async_trait]
impl Persons for DryStore {
    async fn find_person(&self, alias: &Text) -> Result<Option<PersonId>, Unavailable> {
        let written = self.written().persons.get(alias).copied();
        if written.is_some() { Ok(written) } else { self.inner.find_person(alias).await }
    }

    async fn person_called(&self, alias: &Text, fresh: PersonId) -> Result<PersonId, Unavailable> {
        let known = self.find_person(alias).await?.unwrap_or(fresh);
        Ok(*self.written().persons.entry(alias.clone()).or_insert(known))
    }
}

#[async_trait]
impl Changes for DryStore {
    async fn changes_of(&self, facet: Facet, key: &str) -> Result<Vec<ChangeRecord>, Unavailable> {
        self.inner.changes_of(facet, key).await
    }

    async fn changes_after(
        &self,
        facet: Facet,
        after: (&str, i64),
        limit: u32,
    ) -> Result<Vec<ChangeRecord>, Unavailable> {
        self.inner.changes_after(facet, after, limit).await
    }

    async fn count_records(&self, facet: Facet) -> Result<i64, Unavailable> {
        self.inner.count_records(facet).await
    }
}

#[async_trait]
impl Store for DryStore {
    async fn ready(&self) -> Result<(), Unavailable> {
        self.inner.ready().await
    }

    fn pool(&self) -> Pool {
        self.inner.pool()
    }
}
