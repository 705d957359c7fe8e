//! Trading accounts, customers and media files in memory.

use async_trait::async_trait;
use profile_domain::{
    PersonId,
    account::{Account, CustomerId},
};
use profile_ports::{Accounts, Files, Unavailable};
use uuid::Uuid;

use super::store::{MemoryStore, State};

impl State {
    pub(super) fn with_owner(&self, mut account: Account) -> Account {
        if let Some(owner) = &mut account.owner {
            owner.enabled = self.customers.get(&owner.id).is_some_and(|customer| customer.enable);
        }
        account
    }
}

#[async_trait]
impl Accounts for MemoryStore {
    async fn accounts_of(&self, customer: CustomerId, limit: u32) -> Result<Vec<Account>, Unavailable> {
        let state = self.state();
        let owned = state.accounts.values().filter(|account| account.is_owned_by(customer));
        Ok(owned.take(limit as usize).cloned().map(|account| state.with_owner(account)).collect())
    }

    async fn shown_avatars(&self, avatars: &[String]) -> Result<Vec<String>, Unavailable> {
        let state = self.state();
        let shown = state.accounts.values().map(|account| account.profile.avatar.as_str().to_owned());
        Ok(shown.filter(|avatar| avatars.contains(avatar)).collect())
    }
}

#[async_trait]
impl Files for MemoryStore {
    async fn public_files_of(&self, person: PersonId, limit: u32) -> Result<Vec<(Uuid, u64)>, Unavailable> {
        let state = self.state();
        let files = state.files.values().filter(|file| file.person == Some(person) && file.is_public());
        Ok(files.take(limit as usize).map(|file| (file.uuid, file.size)).collect())
    }
}
