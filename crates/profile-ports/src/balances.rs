//! What users hold.

use async_trait::async_trait;
use profile_domain::users::{Holding, User};

use crate::Unavailable;

/// Knows what users hold.
#[async_trait]
pub trait Balances: Send + Sync {
    /// The holdings of `user`; whoever asks shows none where they cannot be had, and does not fail.
    async fn holdings_of(&self, user: &User) -> Result<Vec<Holding>, Unavailable>;
}
