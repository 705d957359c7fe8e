//! Trading accounts, customers and media files in memory.

use async_trait::async_trait;
use profile_domain::{
    PersonId,
    account::{Account, Customer, CustomerId, Login},
    media::MediaFile,
};
use profile_ports::{Accounts, Commit, CommitError, Customers, Files, Unavailable};
use uuid::Uuid;

use super::store::{MemoryStore, State, check};

impl State {
    fn with_owner(&self, mut account: Account) -> Account {
        if let Some(owner) = &mut account.owner {
            owner.enabled = self.customers.get(&owner.id).is_some_and(|customer| customer.enable);
        }
        account
    }
}

#[async_trait]
impl Accounts for MemoryStore {
    async fn find_account(&self, login: Login) -> Result<Option<Account>, Unavailable> {
        let state = self.state();
        Ok(state.accounts.get(&login).cloned().map(|account| state.with_owner(account)))
    }

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

    async fn commit_account(&self, commit: Commit<Account>) -> Result<(), CommitError> {
        let mut state = self.state();
        check(state.accounts.get(&commit.next.login), &commit, "login")?;
        if commit.next.owner.is_some_and(|owner| !state.customers.contains_key(&owner.id)) {
            return Err(CommitError::Missing("customer_id"));
        }
        state.accounts.insert(commit.next.login, commit.next);
        state.changes.push(commit.record);
        Ok(())
    }
}

#[async_trait]
impl Customers for MemoryStore {
    async fn find_customer(&self, id: CustomerId) -> Result<Option<Customer>, Unavailable> {
        Ok(self.state().customers.get(&id).cloned())
    }

    async fn commit_customer(&self, commit: Commit<Customer>) -> Result<(), CommitError> {
        let mut state = self.state();
        check(state.customers.get(&commit.next.id), &commit, "customer_id")?;
        state.customers.insert(commit.next.id, commit.next);
        state.changes.push(commit.record);
        Ok(())
    }
}

#[async_trait]
impl Files for MemoryStore {
    async fn find_file(&self, uuid: Uuid) -> Result<Option<MediaFile>, Unavailable> {
        Ok(self.state().files.get(&uuid).cloned())
    }

    async fn public_files_of(&self, person: PersonId, limit: u32) -> Result<Vec<(Uuid, u64)>, Unavailable> {
        let state = self.state();
        let files = state.files.values().filter(|file| file.person == Some(person) && file.is_public());
        Ok(files.take(limit as usize).map(|file| (file.uuid, file.size)).collect())
    }

    async fn commit_file(&self, commit: Commit<MediaFile>) -> Result<(), CommitError> {
        let mut state = self.state();
        check(state.files.get(&commit.next.uuid), &commit, "uuid")?;
        state.files.insert(commit.next.uuid, commit.next);
        state.changes.push(commit.record);
        Ok(())
    }
}
