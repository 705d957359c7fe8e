//! The repository of every kind of record in memory: one map each, and what the stores of a database check as well.

use std::collections::BTreeMap;

use async_trait::async_trait;
use profile_domain::{
    Head, Keyed, Saved,
    account::{Account, Customer},
    change::ChangeRecord,
    client::Client,
    media::MediaFile,
    sealed::WrappedKey,
    tenant::{Brand, Group, Language, Member, Membership, Tenant},
    users::{ApiKey, App, Business, Override, Upload, User},
};
use profile_ports::{Commit, CommitError, Repository, Unavailable};

use super::store::{MemoryStore, State};

/// A kind of record with a map of its own.
pub(super) trait Kept: Keyed {
    /// How [`CommitError::Taken`] names the key.
    const KEY: &'static str;

    /// The map.
    fn map(state: &mut State) -> &mut BTreeMap<Self::Key, Self>;

    /// The record with what is joined to it.
    fn joined(self, _state: &State) -> Self {
        self
    }

    /// Refuses what refers to nothing.
    fn check(&self, _state: &State, _fresh_key: Option<&WrappedKey>) -> Result<(), CommitError> {
        Ok(())
    }

    /// Writes what stands beside the record.
    fn stored(&self, _state: &mut State, _change: &ChangeRecord, _fresh_key: Option<&WrappedKey>) {}
}

#[async_trait]
impl<T: Kept> Repository<T> for MemoryStore {
    async fn find(&self, key: &T::Key) -> Result<Option<Saved<T>>, Unavailable> {
        let mut state = self.state();
        let found = T::map(&mut state).get(key).cloned();
        Ok(found.map(|record| state.saved(record.joined(&state))))
    }

    async fn commit(&self, commit: Commit<T>) -> Result<(), CommitError> {
        let mut state = self.state();
        let (key, base) = (commit.next.id(), commit.base());
        let records = T::map(&mut state);
        match (records.get(&key).map(T::version), base) {
            (Some(_), None) => return Err(CommitError::Taken(T::KEY)),
            (stored, base) if stored == base => {}
            _ => return Err(CommitError::Stale),
        }
        for claim in commit.next.claims() {
            let mut others = records.iter().filter(|(other, _)| **other != key);
            if others.any(|(_, other)| other.claims().contains(&claim)) {
                return Err(CommitError::Taken(claim.field));
            }
        }
        let Commit { next, record, fresh_key } = commit;
        next.check(&state, fresh_key.as_ref())?;
        next.stored(&mut state, &record, fresh_key.as_ref());
        let head = Head { at: record.at, chain: record.digest };
        state.heads.insert((T::FACET.name(), key.to_string()), head);
        T::map(&mut state).insert(key, next);
        state.changes.push(record);
        Ok(())
    }
}

impl Kept for Account {
    const KEY: &'static str = "login";

    fn map(state: &mut State) -> &mut BTreeMap<Self::Key, Self> {
        &mut state.accounts
    }

    fn joined(self, state: &State) -> Self {
        state.with_owner(self)
    }

    fn check(&self, state: &State, _: Option<&WrappedKey>) -> Result<(), CommitError> {
        let is_missing = self.owner.is_some_and(|owner| !state.customers.contains_key(&owner.id));
        if is_missing { Err(CommitError::Missing("customer_id")) } else { Ok(()) }
    }
}

impl Kept for Override {
    const KEY: &'static str = "id";

    fn map(state: &mut State) -> &mut BTreeMap<Self::Key, Self> {
        &mut state.overrides
    }

    fn check(&self, state: &State, _: Option<&WrappedKey>) -> Result<(), CommitError> {
        if state.users.contains_key(&self.user) { Ok(()) } else { Err(CommitError::Missing("user")) }
    }
}

impl Kept for Upload {
    const KEY: &'static str = "id";

    fn map(state: &mut State) -> &mut BTreeMap<Self::Key, Self> {
        &mut state.uploads
    }

    fn stored(&self, state: &mut State, change: &ChangeRecord, _: Option<&WrappedKey>) {
        state.upload_times.insert(self.id.clone(), change.at);
    }
}

impl Kept for Client {
    const KEY: &'static str = "sub";

    fn map(state: &mut State) -> &mut BTreeMap<Self::Key, Self> {
        &mut state.clients
    }

    fn joined(self, state: &State) -> Self {
        Self { key: state.person_keys.get(&self.person).cloned(), ..self }
    }

    fn check(&self, state: &State, fresh_key: Option<&WrappedKey>) -> Result<(), CommitError> {
        match fresh_key {
            Some(_) if state.person_keys.contains_key(&self.person) => Err(CommitError::Taken("person_key")),
            Some(fresh) if state.known_keys.get("master") != Some(&fresh.master) => {
                Err(CommitError::Missing("master_key"))
            }
            _ => Ok(()),
        }
    }

    fn stored(&self, state: &mut State, _: &ChangeRecord, fresh_key: Option<&WrappedKey>) {
        if let Some(fresh) = fresh_key {
            state.person_keys.insert(self.person, fresh.clone());
        }
        state.client_numbers = state.client_numbers.max(self.client_id);
    }
}

impl Kept for Membership {
    const KEY: &'static str = "id";

    fn map(state: &mut State) -> &mut BTreeMap<Self::Key, Self> {
        &mut state.memberships
    }

    fn check(&self, state: &State, _: Option<&WrappedKey>) -> Result<(), CommitError> {
        if state.members.contains_key(&self.member_id) { Ok(()) } else { Err(CommitError::Missing("member")) }
    }
}

macro_rules! kept {
    ($($record:ty: $map:ident, $key:literal;)*) => { $(
        impl Kept for $record {
            const KEY: &'static str = $key;

            fn map(state: &mut State) -> &mut BTreeMap<Self::Key, Self> {
                &mut state.$map
            }
        }
    )* };
}

kept! {
    Customer: customers, "customer_id";
    MediaFile: files, "uuid";
    User: users, "id";
    Business: businesses, "id";
    App: apps, "id";
    ApiKey: api_keys, "id";
    Language: languages, "id";
    Tenant: tenants, "id";
    Brand: brands, "id";
    Group: groups, "id";
    Member: members, "id";
}
