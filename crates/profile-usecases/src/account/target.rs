//! Which account an update means (contract account, section 4.1).

use profile_domain::Saved;
use profile_domain::account::{
    Account, Customer, CustomerId, Login,
    policy::{self, Editor, Rule},
};

use crate::{Core, Refusal};

const ACCOUNT: Refusal = Refusal::NotFound("account");

/// The account that `editor` means by `asked`, if they may change it.
pub(super) async fn find_target(
    core: &Core,
    editor: Editor,
    asked: Option<Login>,
) -> Result<Saved<Account>, Refusal> {
    let account = match (editor, asked) {
        (Editor::Holder(own), asked) => {
            policy::holder_means_own(own, asked)?;
            core.find_saved::<Account>(&own).await?.ok_or(ACCOUNT)?
        }
        (Editor::Owner(customer), Some(login)) => find_owned(core, customer, login).await?,
        (Editor::Owner(customer), None) => find_only(core, customer).await?,
    };
    policy::may_change(editor, &account)?;
    Ok(account)
}

/// The account `login`, if `customer` owns it; one query where it is theirs.
async fn find_owned(core: &Core, customer: CustomerId, login: Login) -> Result<Saved<Account>, Refusal> {
    match core.find_saved::<Account>(&login).await? {
        Some(account) if account.is_owned_by(customer) => Ok(account),
        other => {
            find_acting(core, customer).await?;
            other.map_or(Err(ACCOUNT), |_| Err(Rule::OtherAccount.into()))
        }
    }
}

/// The only account of `customer`; of several none is guessed.
async fn find_only(core: &Core, customer: CustomerId) -> Result<Saved<Account>, Refusal> {
    find_acting(core, customer).await?;
    let mut owned = core.store.accounts_of(customer, 2).await?.into_iter();
    match (owned.next(), owned.next()) {
        (None, _) => Err(ACCOUNT),
        // A list says nothing of the last change.
        (Some(account), None) => core.find_saved::<Account>(&account.login).await?.ok_or(ACCOUNT),
        (Some(_), Some(_)) => {
            Err(Refusal::invalid("login", "is required, as the customer has several accounts"))
        }
    }
}

/// The customer, if they exist and may act.
pub(super) async fn find_acting(core: &Core, customer: CustomerId) -> Result<Customer, Refusal> {
    let customer = core.find::<Customer>(&customer).await?.ok_or(Refusal::NotFound("customer"))?;
    policy::may_act(&customer)?;
    Ok(customer)
}
