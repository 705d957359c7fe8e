//! A user sees the own balances.

use profile_domain::users::{Holding, User};
use profile_ports::Chain;

use crate::Ports;

/// What `user` holds; `None` where the source does not answer, which is no reason to fail.
pub async fn get_balances(ports: &Ports, user: &User) -> Option<Vec<Holding>> {
    match ports.balances.holdings_of(user).await {
        Ok(holdings) => Some(holdings),
        Err(error) => {
            metrics::counter!("profile_balances_failures_total").increment(1);
            tracing::warn!(error = %Chain(&error), "no balances");
            None
        }
    }
}
