//! An operator imports a customer.

use profile_domain::{
    Text,
    account::{Customer, CustomerId},
    change::Facet,
};

use super::{Imported, cause, person_of};
use crate::{
    Core, Origin, Refusal,
    commit::{ATTEMPTS, Outcome, outcome},
};

/// Imports the customer `id`, whom the operator calls `alias`; `adjust` writes what the row says.
///
/// # Errors
/// [`Refusal`]; nothing was written.
pub async fn import_customer(
    core: &Core,
    id: CustomerId,
    alias: Option<&Text>,
    adjust: impl Fn(&mut Customer) + Send,
    origin: &Origin,
) -> Result<Imported, Refusal> {
    for _ in 0..ATTEMPTS {
        let existing = core.store.find_customer(id).await?;
        let person = person_of(core, alias, existing.as_ref().map(|customer| customer.person)).await?;
        let mut next = existing.clone().unwrap_or_else(|| Customer::new(id, person));
        next.person = person;
        adjust(&mut next);
        if existing.as_ref() == Some(&next) {
            return Ok(Imported::Unchanged);
        }
        next.version += 1;
        let commit = core.commit_of(existing.as_ref(), next, cause(origin));
        match outcome(Facet::Customer, core.store.commit_customer(commit).await)? {
            Outcome::Committed => return Ok(Imported::Written),
            Outcome::Again => {}
        }
    }
    Err(Refusal::Contended)
}
