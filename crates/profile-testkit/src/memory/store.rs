//! Every repository over maps behind one mutex, which is never held across an await.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard},
};

use async_trait::async_trait;
use profile_domain::{
    Claim, Head, Keyed, MembershipKey, OverrideKey, PersonId, Saved, Text,
    account::{Account, Customer, CustomerId, Login},
    chain::SignedCheckpoint,
    change::{ChangeRecord, Digest, RecordKind},
    client::Client,
    media::MediaFile,
    operator::{
        Access, Erasure, OperatorKey, OperatorKeyId, Subscription, SubscriptionId, search::SearchEntry,
    },
    sealed::WrappedKey,
    tenant::{Attempts, Brand, Group, Language, Member, Membership, Tenant},
    users::{ApiKey, App, AppId, Business, BusinessId, KeyId, Override, Upload, UploadId, User, UserId},
};
use profile_ports::{
    Changes, Clock, ConnectionStats, DeliveryAttempt, Feed, Follower, HoldState, IdempotencyKey, Ids,
    KeyHolder, KeyedResponse, LogRange, Page, Persons, StorageSize, Store, Unavailable, Verification,
    WaitingDelivery,
};
use uuid::Uuid;

use crate::fixed::{CountingIds, clock};

/// A store without a disk.
pub struct MemoryStore {
    state: Mutex<State>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) ids: Arc<dyn Ids>,
}

/// A store at a time that stands still.
impl Default for MemoryStore {
    fn default() -> Self {
        Self::new(clock(), Arc::new(CountingIds::default()))
    }
}

#[derive(Clone, Default)]
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
    /// Who looks at the bytes of an upload, and how many times somebody has begun to.
    pub(super) upload_work: BTreeMap<UploadId, (Option<Uuid>, u32)>,
    pub(super) replies: BTreeMap<IdempotencyKey, KeyedResponse>,
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
    pub(super) operator_keys: BTreeMap<OperatorKeyId, OperatorKey>,
    pub(super) accesses: BTreeMap<Uuid, Access>,
    pub(super) holds: BTreeMap<PersonId, HoldState>,
    pub(super) erasures: BTreeMap<(PersonId, Uuid), Erasure>,
    /// The version of each record.
    pub(super) versions: BTreeMap<(RecordKind, String), i64>,
    /// The last change of each record.
    pub(super) heads: BTreeMap<(RecordKind, String), Head>,
    /// Who has a claim, by the text of the key.
    pub(super) claims: BTreeMap<Claim, String>,
    pub(super) changes: Vec<ChangeRecord>,
    /// What is searched of each record.
    pub(super) search_entries: BTreeMap<(Option<RecordKind>, String), SearchEntry>,
    pub(super) search_position: Option<Uuid>,
    pub(super) search_follower: Option<Uuid>,
    pub(super) search_beat: i64,
    pub(super) subscriptions: BTreeMap<SubscriptionId, Subscription>,
    pub(super) followers: BTreeMap<String, Follower>,
    /// By follower and change.
    pub(super) waiting_deliveries: BTreeMap<(String, Uuid), WaitingDelivery>,
    /// By subscription and the attempt's id.
    pub(super) delivery_attempts: BTreeMap<(String, Uuid), DeliveryAttempt>,
    pub(super) checkpoints: BTreeMap<Uuid, SignedCheckpoint>,
    pub(super) verification: Option<Verification>,
}

impl State {
    /// The record with its last change.
    pub(super) fn saved<T: Keyed>(&self, record: T) -> Saved<T> {
        let head = self.heads.get(&(T::KIND, record.key())).copied();
        Saved { record, head: head.expect("every record was written by a change") }
    }
}

impl MemoryStore {
    /// An empty store, whose changes get their times and positions from `clock` and `ids`.
    pub fn new(clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Self {
        Self { state: Mutex::default(), clock, ids }
    }

    /// Replaces the digest that a record carries, as nobody should.
    pub fn set_head(&self, kind: RecordKind, key: &str, chain: Digest) {
        if let Some(head) = self.state().heads.get_mut(&(kind, key.to_owned())) {
            head.chain = chain;
        }
    }

    /// Alters the log, as nobody should.
    pub fn alter_log(&self, alter: impl FnOnce(&mut Vec<ChangeRecord>)) {
        alter(&mut self.state().changes);
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no test panics while it holds the lock")
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
    async fn last_change(&self, kind: RecordKind, key: &str) -> Result<Option<ChangeRecord>, Unavailable> {
        Ok(self.changes_of(kind, key).await?.pop())
    }

    async fn changes_of(&self, kind: RecordKind, key: &str) -> Result<Vec<ChangeRecord>, Unavailable> {
        let state = self.state();
        let of_key = state.changes.iter().filter(|change| change.kind == kind && change.key == key);
        Ok(of_key.cloned().collect())
    }

    async fn changes_after(
        &self,
        kind: RecordKind,
        page: Page<(&str, i64)>,
    ) -> Result<Vec<ChangeRecord>, Unavailable> {
        let state = self.state();
        let (key, version) = page.after.unwrap_or_default();
        let place = |change: &ChangeRecord| (change.key.clone(), change.version);
        let of_kind = state.changes.iter().filter(|change| change.kind == kind);
        let mut later: Vec<&ChangeRecord> =
            of_kind.filter(|change| place(change) > (key.to_owned(), version)).collect();
        later.sort_by_key(|change| place(change));
        Ok(later.into_iter().take(page.limit as usize).cloned().collect())
    }

    async fn changes_with_values(
        &self,
        kind: RecordKind,
        range: LogRange,
    ) -> Result<(Vec<ChangeRecord>, Uuid), Unavailable> {
        let LogRange { after, until, limit } = range;
        let state = self.state();
        let within = state.changes.iter().filter(|change| {
            after.is_none_or(|after| change.id > after) && change.id <= until && !change.is_redacted()
        });
        let found: Vec<ChangeRecord> =
            within.filter(|change| change.kind == kind).take(limit as usize).cloned().collect();
        let is_full = found.len() == limit as usize;
        let end = found.last().filter(|_| is_full).map_or(until, |last| last.id);
        Ok((found, end))
    }

    async fn count_records(&self, kind: RecordKind) -> Result<i64, Unavailable> {
        let state = self.state();
        let count = state.versions.keys().filter(|(of, _)| *of == kind).count();
        Ok(i64::try_from(count).expect("a map in memory is smaller"))
    }
}

#[async_trait]
impl Feed for MemoryStore {
    async fn changes_behind(&self, page: Page<Uuid>) -> Result<Vec<ChangeRecord>, Unavailable> {
        let state = self.state();
        let behind = state.changes.iter().filter(|change| page.after.is_none_or(|after| change.id > after));
        Ok(behind.take(page.limit as usize).cloned().collect())
    }

    async fn closed_position(&self) -> Result<Option<Uuid>, Unavailable> {
        Ok(self.state().changes.last().map(|change| change.id))
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn ready(&self) -> Result<(), Unavailable> {
        Ok(())
    }

    fn connection_stats(&self) -> ConnectionStats {
        ConnectionStats::default()
    }

    async fn storage_size(&self) -> Result<Option<StorageSize>, Unavailable> {
        Ok(None)
    }
}
