//! How the last verification ended, in memory.

use async_trait::async_trait;
use profile_ports::{Unavailable, Verification, Verifications};

use super::store::MemoryStore;

#[async_trait]
impl Verifications for MemoryStore {
    async fn set_last_verification(&self, verification: &Verification) -> Result<(), Unavailable> {
        self.state().verification = Some(*verification);
        Ok(())
    }

    async fn last_verification(&self) -> Result<Option<Verification>, Unavailable> {
        Ok(self.state().verification)
    }
}
