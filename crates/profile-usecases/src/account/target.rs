//! Which account an update means (contract account, section 4.1).

use profile_domain::Saved;
use profile_domain::account::{
    Account, Customer, CustomerId, Login,
    policy::{self, Caller, Rule},
};

use crate::{Ports, Refusal};

const ACCOUNT: Refusal = Refusal::NotFound("account");

/// The account that `editor` means by `asked`, if they may change it.
pub(super) async fn find_target(
    ports: &Ports,
    editor: Caller,
    asked: Option<Login>,
) -> Result<Saved<Account>, Refusal> {
    let account = match (editor, asked) {
        (Caller::Holder(own), asked) => {
            policy::holder_means_own(own, asked)?;
            ports.find_saved::<Account>(&own).await?.ok_or(ACCOUNT)?
        }
        (Caller::Owner(customer), Some(login)) => find_owned(ports, customer, login).await?,
        (Caller::Owner(customer), None) => find_only(ports, customer).await?,
    };
    policy::may_change(editor, &account)?;
    Ok(account)
}

/// The account `login`, if `customer` owns it; one query where it is theirs.
async fn find_owned(ports: &Ports, customer: CustomerId, login: Login) -> Result<Saved<Account>, Refusal> {
    match ports.find_saved::<Account>(&login).await? {
        Some(account) if account.is_owned_by(customer) => Ok(account),
        other => {
            find_acting(ports, customer).await?;
            other.map_or(Err(ACCOUNT), |_| Err(Rule::OtherAccount.into()))
        }
    }
}

/// The only account of `customer`; of several none is guessed.
async fn find_only(ports: &Ports, customer: CustomerId) -> Result<Saved<Account>, Refusal> {
    find_acting(ports, customer).await?;
    let mut owned = ports.store.accounts_of(customer, 2).await?.into_iter();
    match (owned.next(), owned.next()) {
        (None, _) => Err(ACCOUNT),
        // A list says nothing of the last change.
        (Some(account), None) => ports.find_saved::<Account>(&account.login).await?.ok_or(ACCOUNT),
        (Some(_), Some(_)) => {
            Err(Refusal::invalid("login", "is required, as the customer has several accounts"))
        }
    }
}

/// The customer, if they exist and may act.
pub(super) async fn find_acting(ports: &Ports, customer: CustomerId) -> Result<Customer, Refusal> {
    let customer = ports.find::<Customer>(&customer).await?.ok_or(Refusal::NotFound("customer"))?;
    policy::may_act(&customer)?;
    Ok(customer)
}
