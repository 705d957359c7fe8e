//! A customer reads the own record and accounts.

use profile_domain::account::{Account, Customer, CustomerId};

use super::target::find_acting;
use crate::{Ports, Refusal};

/// Most accounts in one answer; the contract knows no pages.
const MOST_ACCOUNTS: u32 = 10_000;

/// The customer and their accounts by login.
///
/// # Errors
/// [`Refusal`].
pub async fn get_customer(ports: &Ports, id: CustomerId) -> Result<(Customer, Vec<Account>), Refusal> {
    let customer = find_acting(ports, id).await?;
    let accounts = ports.store.accounts_of(id, MOST_ACCOUNTS).await?;
    Ok((customer, accounts))
}
