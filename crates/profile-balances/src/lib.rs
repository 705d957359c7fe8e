//! What users hold: as it was imported, or as another service says.
//!
#![doc = include_str!("../README.md")]

mod holding_item;
mod remote;

use async_trait::async_trait;
use profile_domain::users::{Holding, User};
use profile_ports::{Balances, Unavailable};
pub use remote::{RemoteBalances, RemoteBalancesError};

/// The holdings that an import brought.
#[derive(Debug, Default, Clone, Copy)]
pub struct ImportedBalances;

#[async_trait]
impl Balances for ImportedBalances {
    async fn holdings_of(&self, user: &User) -> Result<Vec<Holding>, Unavailable> {
        Ok(user.holdings.clone())
    }
}
