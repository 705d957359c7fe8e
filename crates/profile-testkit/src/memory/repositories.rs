//! The repository of every kind of record in memory: one map each.

use std::collections::BTreeMap;

use async_trait::async_trait;
use profile_domain::{
    Keyed, Saved,
    account::{Account, Customer},
    client::Client,
    media::MediaFile,
    tenant::{Brand, Group, Language, Member, Membership, Tenant},
    users::{ApiKey, App, Business, Override, Upload, User},
};
use profile_ports::{Repository, Unavailable};

use super::store::{MemoryStore, State};

/// A kind of record with a map of its own.
pub(super) trait Kept: Keyed {
    /// The map.
    fn map(state: &mut State) -> &mut BTreeMap<Self::Key, Self>;

    /// The record with what is joined to it.
    fn joined(self, _state: &State) -> Self {
        self
    }
}

#[async_trait]
impl<T: Kept> Repository<T> for MemoryStore {
    async fn find(&self, key: &T::Key) -> Result<Option<Saved<T>>, Unavailable> {
        let mut state = self.state();
        let found = T::map(&mut state).get(key).cloned();
        Ok(found.map(|record| state.saved(record.joined(&state))))
    }
}

impl Kept for Account {
    fn map(state: &mut State) -> &mut BTreeMap<Self::Key, Self> {
        &mut state.accounts
    }

    fn joined(self, state: &State) -> Self {
        state.with_owner(self)
    }
}

impl Kept for Client {
    fn map(state: &mut State) -> &mut BTreeMap<Self::Key, Self> {
        &mut state.clients
    }

    fn joined(self, state: &State) -> Self {
        Self { key: state.person_keys.get(&self.person).cloned(), ..self }
    }
}

macro_rules! kept {
    ($($record:ty: $map:ident;)*) => { $(
        impl Kept for $record {
            fn map(state: &mut State) -> &mut BTreeMap<Self::Key, Self> {
                &mut state.$map
            }
        }
    )* };
}

kept! {
    Customer: customers;
    MediaFile: files;
    User: users;
    Override: overrides;
    Business: businesses;
    App: apps;
    ApiKey: api_keys;
    Upload: uploads;
    Language: languages;
    Tenant: tenants;
    Brand: brands;
    Group: groups;
    Member: members;
    Membership: memberships;
}
