//! Trading accounts, customers and media files.

use async_trait::async_trait;
use profile_domain::{
    PersonId,
    account::{Account, Customer, CustomerId, Login},
    media::MediaFile,
};
use profile_ports::{Accounts, Commit, CommitError, Customers, Files, Unavailable};
use profile_rows::{Engine as _, account, file};
use uuid::Uuid;

use crate::PostgresStore;

#[async_trait]
impl Accounts for PostgresStore {
    async fn find_account(&self, login: Login) -> Result<Option<Account>, Unavailable> {
        self.find(&login).await
    }

    async fn accounts_of(&self, customer: CustomerId, limit: u32) -> Result<Vec<Account>, Unavailable> {
        account::accounts_of(self, customer, limit).await
    }

    async fn shown_avatars(&self, avatars: &[String]) -> Result<Vec<String>, Unavailable> {
        account::shown_avatars(self, avatars).await
    }

    async fn commit_account(&self, commit: Commit<Account>) -> Result<(), CommitError> {
        self.commit(commit).await
    }
}

#[async_trait]
impl Customers for PostgresStore {
    async fn find_customer(&self, id: CustomerId) -> Result<Option<Customer>, Unavailable> {
        self.find(&id).await
    }

    async fn commit_customer(&self, commit: Commit<Customer>) -> Result<(), CommitError> {
        self.commit(commit).await
    }
}

#[async_trait]
impl Files for PostgresStore {
    async fn find_file(&self, uuid: Uuid) -> Result<Option<MediaFile>, Unavailable> {
        self.find(&uuid).await
    }

    async fn public_files_of(&self, person: PersonId, limit: u32) -> Result<Vec<(Uuid, u64)>, Unavailable> {
        file::public_files_of(self, person, limit).await
    }

    async fn commit_file(&self, commit: Commit<MediaFile>) -> Result<(), CommitError> {
        self.commit(commit).await
    }
}
