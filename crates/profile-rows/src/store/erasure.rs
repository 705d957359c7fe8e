//! Holds and erasures.

use async_trait::async_trait;
use profile_domain::{PersonId, operator::Erasure};
use profile_ports::{Erasures, HoldState, Holds, Page, Unavailable};

use crate::{SqlStore, engine::Engine, erasure, hold};

#[async_trait]
impl<E: Engine> Holds for SqlStore<E> {
    async fn find_hold(&self, person: PersonId) -> Result<HoldState, Unavailable> {
        hold::find_hold(self.engine(), person).await
    }
}

#[async_trait]
impl<E: Engine> Erasures for SqlStore<E> {
    async fn erasures_of(&self, person: PersonId) -> Result<Vec<Erasure>, Unavailable> {
        erasure::erasures_of(self.engine(), person).await
    }

    async fn last_erasures(&self, page: Page<PersonId>) -> Result<Vec<Erasure>, Unavailable> {
        erasure::last_erasures(self.engine(), page).await
    }

    async fn unfinished_erasures(&self, limit: u32) -> Result<Vec<Erasure>, Unavailable> {
        erasure::unfinished_erasures(self.engine(), limit).await
    }

    async fn finish_erasure(&self, erasure: &Erasure, receipt: &str) -> Result<bool, Unavailable> {
        erasure::finish_erasure(self.engine(), erasure, receipt).await
    }

    async fn overwrite_removed(&self) -> Result<(), Unavailable> {
        self.engine().overwrite_removed().await
    }
}
