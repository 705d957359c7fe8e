//! An operator imports a trading account.

use profile_domain::{
    PersonId, Text,
    account::{Account, Customer, CustomerId, Login, Money, Owner, Profile, ProfilePatch, Terms},
};

use super::{Imported, cause, person_of};
use crate::{Core, Origin, Refusal, account::usable_avatar, write::Seen};

/// What a row says about an account; what it leaves out stays as it is, or starts at its default.
pub struct AccountImport {
    /// The key.
    pub login: Login,
    /// The customer who owns it.
    pub customer_id: Option<CustomerId>,
    /// What the operator calls the person; only for an account without customer.
    pub person: Option<Text>,
    /// The profile fields.
    pub profile: ProfilePatch,
    /// The time stamp to be kept instead of the moment of the import.
    pub update_time: Option<i64>,
}

/// Imports an account; `adjust` writes what the row says of terms and money.
///
/// # Errors
/// [`Refusal`]; nothing was written.
pub async fn import_account(
    core: &Core,
    mut row: AccountImport,
    adjust: impl Fn(&mut Terms, &mut Money) + Send,
    origin: &Origin,
) -> Result<Imported, Refusal> {
    row.profile.check().map_err(Refusal::Invalid)?;
    if let Some(avatar) = row.profile.avatar.value() {
        row.profile.avatar = Some(usable_avatar(core, avatar).await?).into();
    }
    let written = core.write(row.login, Seen::Nothing, cause(origin), async |existing: Option<&Account>| {
        let (owner, person) = owner_and_person(core, &row, existing).await?;
        let mut next = existing.cloned().unwrap_or_else(|| blank(row.login, person));
        next.owner = owner;
        next.person = person;
        row.profile.apply_to(&mut next.profile);
        adjust(&mut next.terms, &mut next.money);
        next.update_time = row.update_time.unwrap_or(next.update_time);
        if row.update_time.is_none() && existing != Some(&next) {
            next.update_time = core.clock.now().timestamp().max(next.update_time);
        }
        Ok(next)
    });
    Imported::of(written.await)
}

/// An account of a customer belongs to the customer's person.
async fn owner_and_person(
    core: &Core,
    row: &AccountImport,
    existing: Option<&Account>,
) -> Result<(Option<Owner>, PersonId), Refusal> {
    if let Some(id) = row.customer_id {
        if row.person.is_some() {
            return Err(Refusal::invalid("person", "is for an account without customer_id"));
        }
        let found = core.find::<Customer>(&id).await?;
        let customer = found.ok_or_else(|| Refusal::invalid("customer_id", "does not exist"))?;
        return Ok((Some(Owner { id, enabled: customer.enable }), customer.person));
    }
    let owner = existing.and_then(|account| account.owner);
    let person = person_of(core, row.person.as_ref(), existing.map(|account| account.person)).await?;
    Ok((owner, person))
}

fn blank(login: Login, person: PersonId) -> Account {
    Account {
        login,
        person,
        version: 0,
        owner: None,
        profile: Profile::default(),
        terms: Terms::default(),
        money: Money::default(),
        update_time: 0,
    }
}
