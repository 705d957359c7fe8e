//! Trading accounts, customers and media files.

use async_trait::async_trait;
use profile_domain::{
    PersonId,
    account::{Account, CustomerId},
};
use profile_ports::{Accounts, Files, Unavailable};
use profile_rows::{account, file};
use uuid::Uuid;

use crate::PostgresStore;

#[async_trait]
impl Accounts for PostgresStore {
    async fn accounts_of(&self, customer: CustomerId, limit: u32) -> Result<Vec<Account>, Unavailable> {
        account::accounts_of(self, customer, limit).await
    }

    async fn shown_avatars(&self, avatars: &[String]) -> Result<Vec<String>, Unavailable> {
        account::shown_avatars(self, avatars).await
    }
}

#[async_trait]
impl Files for PostgresStore {
    async fn public_files_of(&self, person: PersonId, limit: u32) -> Result<Vec<(Uuid, u64)>, Unavailable> {
        file::public_files_of(self, person, limit).await
    }
}
