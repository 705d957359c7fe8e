//! Every repository over maps behind one mutex, which is never held across an await.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, MutexGuard},
};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use profile_domain::{
    Head, Keyed, MembershipKey, OverrideKey, PersonId, Saved, Text,
    account::{Account, Customer, CustomerId, Login},
    change::{ChangeRecord, Digest, Facet},
    client::Client,
    media::MediaFile,
    sealed::WrappedKey,
    tenant::{Attempts, Brand, Group, Language, Member, Membership, Tenant},
    users::{ApiKey, App, AppId, Business, BusinessId, KeyId, Override, Upload, UploadId, User, UserId},
};
use profile_ports::{Changes, KeyHolder, Persons, Pool, Reply, ReplyKey, Store, Unavailable};
use uuid::Uuid;

/// A store without a disk.
#[derive(Default)]
pub struct MemoryStore(Mutex<State>);

#[derive(Default)]
pub(super) struct State {
    pub(super) accounts: BTreeMap<Login, Account>,
    pub(super) customers: BTreeMap<CustomerId, Customer>,
    pub(super) files: BTreeMap<Uuid, MediaFile>,
    pub(super) users: BTreeMap<UserId, User>,
    pub(super) overrides: BTreeMap<OverrideKey, Override>,
    pub(super) businesses: BTreeMap<BusinessId, Business>,
    pub(super) apps: BTreeMap<AppId, App>,
    pub(super) api_keys: BTreeMap<KeyId, ApiKey>,
    pub(super) uploads: BTreeMap<UploadId, Upload>,
    /// When each was written last.
    pub(super) upload_times: BTreeMap<UploadId, DateTime<Utc>>,
    pub(super) upload_tries: BTreeMap<UploadId, u32>,
    pub(super) replies: BTreeMap<ReplyKey, (String, DateTime<Utc>, Option<Reply>)>,
    pub(super) clients: BTreeMap<Uuid, Client>,
    pub(super) client_numbers: i64,
    pub(super) person_keys: BTreeMap<PersonId, WrappedKey>,
    pub(super) known_keys: BTreeMap<String, String>,
    pub(super) master_keys: BTreeSet<String>,
    pub(super) service_keys: BTreeMap<String, WrappedKey>,
    pub(super) key_holders: BTreeMap<Uuid, KeyHolder>,
    pub(super) languages: BTreeMap<i32, Language>,
    pub(super) tenants: BTreeMap<i32, Tenant>,
    pub(super) brands: BTreeMap<i32, Brand>,
    pub(super) groups: BTreeMap<i32, Group>,
    pub(super) members: BTreeMap<i32, Member>,
    pub(super) memberships: BTreeMap<MembershipKey, Membership>,
    pub(super) attempts: BTreeMap<i32, Attempts>,
    pub(super) persons: BTreeMap<Text, PersonId>,
    /// The last change of each record.
    pub(super) heads: BTreeMap<(&'static str, String), Head>,
    pub(super) changes: Vec<ChangeRecord>,
}

impl State {
    /// The record with its last change.
    pub(super) fn saved<T: Keyed>(&self, record: T) -> Saved<T> {
        let head = self.heads.get(&(T::FACET.name(), record.key())).copied();
        Saved { record, head: head.expect("every record was written by a change") }
    }
}

impl MemoryStore {
    /// Replaces the digest that a record carries, as nobody should.
    pub fn set_head(&self, facet: Facet, key: &str, chain: Digest) {
        if let Some(head) = self.state().heads.get_mut(&(facet.name(), key.to_owned())) {
            head.chain = chain;
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no test panics while it holds the lock")
    }
}

#[async_trait]
impl Persons for MemoryStore {
    async fn find_person(&self, alias: &Text) -> Result<Option<PersonId>, Unavailable> {
        Ok(self.state().persons.get(alias).copied())
    }

    async fn person_called(&self, alias: &Text, fresh: PersonId) -> Result<PersonId, Unavailable> {
        Ok(*self.state().persons.entry(alias.clone()).or_insert(fresh))
    }
}

#[async_trait]
impl Changes for MemoryStore {
    async fn changes_of(&self, facet: Facet, key: &str) -> Result<Vec<ChangeRecord>, Unavailable> {
        let state = self.state();
        let of_key = state.changes.iter().filter(|change| change.facet == facet && change.key == key);
        Ok(of_key.cloned().collect())
    }

    async fn changes_after(
        &self,
        facet: Facet,
        after: (&str, i64),
        limit: u32,
    ) -> Result<Vec<ChangeRecord>, Unavailable> {
        let state = self.state();
        let place = |change: &ChangeRecord| (change.key.clone(), change.version);
        let of_facet = state.changes.iter().filter(|change| change.facet == facet);
        let mut later: Vec<&ChangeRecord> =
            of_facet.filter(|change| place(change) > (after.0.to_owned(), after.1)).collect();
        later.sort_by_key(|change| place(change));
        Ok(later.into_iter().take(limit as usize).cloned().collect())
    }

    async fn count_records(&self, facet: Facet) -> Result<i64, Unavailable> {
        let state = self.state();
        let count = match facet {
            Facet::Customer => state.customers.len(),
            Facet::Account => state.accounts.len(),
            Facet::File => state.files.len(),
            Facet::User => state.users.len(),
            Facet::Override => state.overrides.len(),
            Facet::Business => state.businesses.len(),
            Facet::App => state.apps.len(),
            Facet::ApiKey => state.api_keys.len(),
            Facet::Upload => state.uploads.len(),
            Facet::Client => state.clients.len(),
            Facet::Language => state.languages.len(),
            Facet::Tenant => state.tenants.len(),
            Facet::Brand => state.brands.len(),
            Facet::Group => state.groups.len(),
            Facet::Member => state.members.len(),
            Facet::Membership => state.memberships.len(),
        };
        Ok(i64::try_from(count).expect("a map in memory is smaller"))
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn ready(&self) -> Result<(), Unavailable> {
        Ok(())
    }

    fn pool(&self) -> Pool {
        Pool::default()
    }
}
