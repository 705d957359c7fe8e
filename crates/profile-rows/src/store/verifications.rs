//! How the last verification of the records ended.

use async_trait::async_trait;
use profile_ports::{Unavailable, Verification, Verifications};

use crate::{SqlStore, engine::Engine, verification};

#[async_trait]
impl<E: Engine> Verifications for SqlStore<E> {
    async fn set_last_verification(&self, last: &Verification) -> Result<(), Unavailable> {
        verification::set_last_verification(self.engine(), last).await
    }

    async fn last_verification(&self) -> Result<Option<Verification>, Unavailable> {
        verification::last_verification(self.engine()).await
    }
}
