//! A holder reads the own account.

use profile_domain::account::{Account, Login, policy::Rule};

use crate::{Ports, Refusal};

/// The account `login`, if it is there and enabled.
///
/// # Errors
/// [`Refusal`].
pub async fn get_account(ports: &Ports, login: Login) -> Result<Account, Refusal> {
    let account = ports.find::<Account>(&login).await?.ok_or(Refusal::NotFound("account"))?;
    if account.is_enabled() { Ok(account) } else { Err(Rule::AccountDisabled.into()) }
}
