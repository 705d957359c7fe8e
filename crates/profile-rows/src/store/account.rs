//! Trading accounts, customers and media files.

use async_trait::async_trait;
use profile_domain::{
    PersonId,
    account::{Account, CustomerId},
};
use profile_ports::{Accounts, Files, Unavailable};
use uuid::Uuid;

use crate::{SqlStore, account, engine::Engine, file};

#[async_trait]
impl<E: Engine> Accounts for SqlStore<E> {
    async fn accounts_of(&self, customer: CustomerId, limit: u32) -> Result<Vec<Account>, Unavailable> {
        account::accounts_of(self.engine(), customer, limit).await
    }

    async fn shown_avatars(&self, avatars: &[String]) -> Result<Vec<String>, Unavailable> {
        account::shown_avatars(self.engine(), avatars).await
    }
}

#[async_trait]
impl<E: Engine> Files for SqlStore<E> {
    async fn public_files_of(&self, person: PersonId, limit: u32) -> Result<Vec<(Uuid, u64)>, Unavailable> {
        file::public_files_of(self.engine(), person, limit).await
    }
}
