//! Holds and erasures in a dry run: what is stored is found, and nothing is written.

use async_trait::async_trait;
use profile_domain::{PersonId, operator::Erasure};
use profile_ports::{Erasures, HoldState, Holds, Page, Unavailable};

use super::DryStore;

#[async_trait]
impl Holds for DryStore {
    async fn find_hold(&self, person: PersonId) -> Result<HoldState, Unavailable> {
        self.inner.find_hold(person).await
    }
}

#[async_trait]
impl Erasures for DryStore {
    async fn erasures_of(&self, person: PersonId) -> Result<Vec<Erasure>, Unavailable> {
        self.inner.erasures_of(person).await
    }

    async fn last_erasures(&self, page: Page<PersonId>) -> Result<Vec<Erasure>, Unavailable> {
        self.inner.last_erasures(page).await
    }

    async fn unfinished_erasures(&self, limit: u32) -> Result<Vec<Erasure>, Unavailable> {
        self.inner.unfinished_erasures(limit).await
    }

    async fn finish_erasure(&self, _erasure: &Erasure, _receipt: &str) -> Result<bool, Unavailable> {
        Ok(true)
    }

    async fn overwrite_removed(&self) -> Result<(), Unavailable> {
        Ok(())
    }
}
