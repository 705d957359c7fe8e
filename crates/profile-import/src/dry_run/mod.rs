//! `--dry-run`: the real store to read from, and nothing to write to but memory.

mod checkpoints;
mod erasure;
mod media;
mod members;
mod operator;
mod search;
mod subscriptions;
mod users;
mod verifications;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use profile_domain::{
    AnyRecord, Claim, Draft, Head, Keyed, PersonId, Saved, Text,
    account::{Account, CustomerId},
    change::{ChangeRecord, Digest, RecordKind},
    sealed::WrappedKey,
};
use profile_ports::{
    Accounts, Changes, Claims, Clients, Clock, Commit, CommitError, Commits, ConnectionStats, Feed, Files,
    LogRange, Page, PersonKeys, Persons, Repository, Rewrapping, Step, StorageSize, Store, Unavailable,
    Write,
};
use profile_usecases::Ports;
use uuid::Uuid;

use self::media::DryMedia;

/// Returns the same ports, whose writes are only remembered in memory.
#[must_use]
pub fn without_effect(ports: Ports) -> Ports {
    let media = Arc::new(DryMedia(ports.media));
    let clock = Arc::clone(&ports.clock);
    let store = Arc::new(DryStore { inner: ports.store, clock, written: Mutex::default() });
    Ports { store, media, ..ports }
}

/// Reads what the import has written so far over what is stored.
pub(super) struct DryStore {
    pub(super) inner: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    written: Mutex<Written>,
}

/// What the import would have written.
#[derive(Default)]
struct Written {
    records: HashMap<(RecordKind, String), AnyRecord>,
    /// Who has a claim, by the text of the key; nobody, where it was given up.
    claims: HashMap<Claim, Option<String>>,
    person_keys: HashMap<PersonId, WrappedKey>,
    persons: HashMap<Text, PersonId>,
    /// The highest number of a client or an address that was given or written.
    last_number: i64,
}

/// A change that is only in memory; nothing is chained to it but there.
const fn head_at(at: DateTime<Utc>) -> Head {
    Head { at, chain: Digest([0; 32]) }
}

impl Written {
    fn find<T: Keyed>(&self, key: &str) -> Option<T> {
        self.records.get(&(T::KIND, key.to_owned())).cloned()?.try_into().ok()
    }

    /// Replaces a record, and gives up what it claims no more.
    fn write(&mut self, write: Write, now: DateTime<Utc>) -> Head {
        let Write { record, draft: Draft { kind, key, person, .. }, takes, frees, fresh_key, head, .. } =
            write;
        self.claims.extend(frees.into_iter().map(|claim| (claim, None)));
        self.claims.extend(takes.into_iter().map(|claim| (claim, Some(key.clone()))));
        if let (Some(person), Some(fresh)) = (person, fresh_key) {
            self.person_keys.insert(person, fresh);
        }
        if let AnyRecord::Client(client) = &record {
            self.last_number = self.last_number.max(client.client_id);
        }
        self.records.insert((kind, key), record);
        // As in a store: later than the change before, whatever the clock says.
        let after = |before: Head| before.at.checked_add_signed(TimeDelta::microseconds(1));
        head_at(head.and_then(after).map_or(now, |after| now.max(after)))
    }
}

impl DryStore {
    fn written(&self) -> MutexGuard<'_, Written> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The record as the import has written it.
    pub(super) fn overlay<T: Keyed>(&self, key: &T::Key) -> Option<T> {
        self.written().find(&key.to_string())
    }
}

#[async_trait]
impl<T: Keyed> Repository<T> for DryStore
where
    dyn Store: Repository<T>,
{
    async fn find(&self, key: &T::Key) -> Result<Option<Saved<T>>, Unavailable> {
        match self.overlay(key) {
            // Nothing follows its last change but in memory.
            Some(record) => Ok(Some(Saved { record, head: head_at(self.clock.now()) })),
            None => Repository::<T>::find(&*self.inner, key).await,
        }
    }
}

#[async_trait]
impl Claims for DryStore {
    async fn holder_of(&self, claim: &Claim) -> Result<Option<String>, Unavailable> {
        let written = self.written().claims.get(claim).cloned();
        if let Some(holder) = written { Ok(holder) } else { self.inner.holder_of(claim).await }
    }
}

/// An import only begins and changes records, and an operator's call ends one in a dry run of its own; both have looked up what
/// their records refer to.
#[async_trait]
impl Commits for DryStore {
    async fn commit(&self, commit: Commit) -> Result<Vec<Head>, CommitError> {
        for write in commit.writes.iter().filter(|write| write.step == Step::Begin) {
            let last = self.last_change(write.draft.kind, &write.draft.key).await?;
            // One that begins anew follows the end.
            if last.is_some_and(|last| last.ended && last.version != write.base()) {
                return Err(CommitError::Ended);
            }
        }
        for Write { draft, .. } in commit.writes.iter().filter(|write| write.step == Step::End) {
            if self.inner.is_referenced(draft.kind, &draft.key).await? {
                return Err(CommitError::Referenced);
            }
        }
        for claim in commit.writes.iter().flat_map(|write| &write.takes) {
            if self.holder_of(claim).await?.is_some() {
                return Err(CommitError::Taken(claim.clone()));
            }
        }
        let now = self.clock.now();
        let mut written = self.written();
        Ok(commit.writes.into_iter().map(|write| written.write(write, now)).collect())
    }
}

#[async_trait]
impl Feed for DryStore {
    async fn changes_behind(&self, page: Page<Uuid>) -> Result<Vec<ChangeRecord>, Unavailable> {
        self.inner.changes_behind(page).await
    }

    async fn closed_position(&self) -> Result<Option<Uuid>, Unavailable> {
        self.inner.closed_position().await
    }
}

#[async_trait]
impl Accounts for DryStore {
    async fn accounts_of(&self, customer: CustomerId, limit: u32) -> Result<Vec<Account>, Unavailable> {
        self.inner.accounts_of(customer, limit).await
    }

    async fn shown_avatars(&self, avatars: &[String]) -> Result<Vec<String>, Unavailable> {
        self.inner.shown_avatars(avatars).await
    }
}

#[async_trait]
impl Files for DryStore {
    async fn public_files_of(&self, person: PersonId, limit: u32) -> Result<Vec<(Uuid, u64)>, Unavailable> {
        self.inner.public_files_of(person, limit).await
    }
}

#[async_trait]
impl Clients for DryStore {
    async fn next_client_number(&self) -> Result<i64, Unavailable> {
        let last = self.last_client_number().await?;
        let mut written = self.written();
        written.last_number = written.last_number.max(last) + 1;
        Ok(written.last_number)
    }

    async fn last_client_number(&self) -> Result<i64, Unavailable> {
        Ok(self.inner.last_client_number().await?.max(self.written().last_number))
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
        page: Page<PersonId>,
    ) -> Result<Vec<(PersonId, WrappedKey)>, Unavailable> {
        self.inner.person_keys_not_under(master, page).await
    }

    async fn rewrap_person_key(&self, _person: PersonId, _key: &Rewrapping) -> Result<bool, Unavailable> {
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
    async fn last_change(&self, kind: RecordKind, key: &str) -> Result<Option<ChangeRecord>, Unavailable> {
        self.inner.last_change(kind, key).await
    }

    async fn changes_of(&self, kind: RecordKind, key: &str) -> Result<Vec<ChangeRecord>, Unavailable> {
        self.inner.changes_of(kind, key).await
    }

    async fn changes_after(
        &self,
        kind: RecordKind,
        page: Page<(&str, i64)>,
    ) -> Result<Vec<ChangeRecord>, Unavailable> {
        self.inner.changes_after(kind, page).await
    }

    async fn changes_with_values(
        &self,
        kind: RecordKind,
        range: LogRange,
    ) -> Result<(Vec<ChangeRecord>, Uuid), Unavailable> {
        self.inner.changes_with_values(kind, range).await
    }

    async fn count_records(&self, kind: RecordKind) -> Result<i64, Unavailable> {
        self.inner.count_records(kind).await
    }
}

#[async_trait]
impl Store for DryStore {
    async fn ready(&self) -> Result<(), Unavailable> {
        self.inner.ready().await
    }

    fn connection_stats(&self) -> ConnectionStats {
        self.inner.connection_stats()
    }

    async fn storage_size(&self) -> Result<Option<StorageSize>, Unavailable> {
        self.inner.storage_size().await
    }

    fn is_kept(&self) -> bool {
        false
    }
}
