//! An operator imports a customer.

use profile_domain::{
    Text,
    account::{Customer, CustomerId},
};

use super::{Imported, cause, person_of};
use crate::{Core, Origin, Refusal, write::Seen};

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
    let written = core.write(id, Seen::Nothing, cause(origin), async |existing: Option<&Customer>| {
        let person = person_of(core, alias, existing.map(|customer| customer.person)).await?;
        let mut next = existing.cloned().unwrap_or_else(|| Customer::new(id, person));
        next.person = person;
        adjust(&mut next);
        Ok(next)
    });
    Imported::of(written.await)
}
