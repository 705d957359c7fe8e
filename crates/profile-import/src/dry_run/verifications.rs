//! The last verification in a dry run: the one that is stored is read, and none is stored.

use async_trait::async_trait;
use profile_ports::{Unavailable, Verification, Verifications};

use super::DryStore;

#[async_trait]
impl Verifications for DryStore {
    async fn set_last_verification(&self, _verification: &Verification) -> Result<(), Unavailable> {
        Ok(())
    }

    async fn last_verification(&self) -> Result<Option<Verification>, Unavailable> {
        self.inner.last_verification().await
    }
}
