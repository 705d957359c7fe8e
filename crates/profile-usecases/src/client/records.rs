//! A client, or staff for one, makes and replaces the records; each is made once, and replaced whole.

use profile_domain::{
    Text,
    client::{
        Address, AddressEntry, AssessmentEntry, AssessmentUpdate, CURRENT_TERMS, Client, ProfileEntry,
        TaxEntry, Terms, Times,
    },
};

use super::{
    ClientRefusal,
    change_client::{Admitted, Step, change_client},
};
use crate::{Core, Origin};

/// What a refusal calls the records.
const PROFILE: &str = "client profile";
const ADDRESS: &str = "client address";
const TAX: &str = "tax information";
const ASSESSMENT: &str = "financial assessment";

fn is_new<T>(record: Option<&T>, name: &'static str) -> Result<(), ClientRefusal> {
    if record.is_none() { Ok(()) } else { Err(ClientRefusal::Exists(name)) }
}

/// Makes the profile.
///
/// # Errors
/// [`ClientRefusal`]; nothing was written.
pub async fn create_profile(
    core: &Core,
    admitted: Admitted,
    entry: ProfileEntry,
    origin: &Origin,
) -> Result<Client, ClientRefusal> {
    let change = |client: &mut Client, step: &Step<'_>| {
        is_new(client.profile.as_ref(), "A client profile")?;
        client.profile = Some(entry.sealed(&step.sealer, None, step.staff, Times::made(step.now))?);
        Ok(())
    };
    change_client(core, admitted, origin, None, change).await
}

/// Replaces the profile; the reason is remembered with the change.
///
/// # Errors
/// [`ClientRefusal`]; nothing was written.
pub async fn update_profile(
    core: &Core,
    admitted: Admitted,
    entry: ProfileEntry,
    origin: &Origin,
) -> Result<Client, ClientRefusal> {
    let change = |client: &mut Client, step: &Step<'_>| {
        let before = client.profile.as_ref().ok_or(ClientRefusal::NotFound(PROFILE))?;
        let times = before.times.replaced(step.now);
        client.profile = Some(entry.sealed(&step.sealer, Some(before), step.staff, times)?);
        Ok(())
    };
    change_client(core, admitted, origin, entry.reason().cloned(), change).await
}

fn address(entry: &AddressEntry, id: i64, step: &Step<'_>, times: Times) -> Address {
    let staff_identifier = step.staff.and_then(|staff| Text::try_from(staff).ok());
    Address { id, entry: entry.clone(), staff_identifier, times }
}

/// Makes the address.
///
/// # Errors
/// [`ClientRefusal`]; nothing was written.
pub async fn create_address(
    core: &Core,
    admitted: Admitted,
    entry: AddressEntry,
    origin: &Origin,
) -> Result<Client, ClientRefusal> {
    let change = |client: &mut Client, step: &Step<'_>| {
        is_new(client.address.as_ref(), "A client address")?;
        client.address = Some(address(&entry, 0, step, Times::made(step.now)));
        Ok(())
    };
    change_client(core, admitted, origin, None, change).await
}

/// Replaces the address.
///
/// # Errors
/// [`ClientRefusal`]; nothing was written.
pub async fn update_address(
    core: &Core,
    admitted: Admitted,
    entry: AddressEntry,
    origin: &Origin,
) -> Result<Client, ClientRefusal> {
    let change = |client: &mut Client, step: &Step<'_>| {
        let before = client.address.as_ref().ok_or(ClientRefusal::NotFound(ADDRESS))?;
        client.address = Some(address(&entry, before.id, step, before.times.replaced(step.now)));
        Ok(())
    };
    change_client(core, admitted, origin, None, change).await
}

/// Makes the tax information.
///
/// # Errors
/// [`ClientRefusal`]; nothing was written.
pub async fn create_tax(
    core: &Core,
    admitted: Admitted,
    entry: TaxEntry,
    origin: &Origin,
) -> Result<Client, ClientRefusal> {
    let change = |client: &mut Client, step: &Step<'_>| {
        is_new(client.tax.as_ref(), "Tax information")?;
        client.tax = Some(entry.sealed(&step.sealer, None, Times::made(step.now))?);
        Ok(())
    };
    change_client(core, admitted, origin, None, change).await
}

/// Replaces the tax information.
///
/// # Errors
/// [`ClientRefusal`]; nothing was written.
pub async fn update_tax(
    core: &Core,
    admitted: Admitted,
    entry: TaxEntry,
    origin: &Origin,
) -> Result<Client, ClientRefusal> {
    let change = |client: &mut Client, step: &Step<'_>| {
        let before = client.tax.as_ref().ok_or(ClientRefusal::NotFound(TAX))?;
        let times = before.times.replaced(step.now);
        client.tax = Some(entry.sealed(&step.sealer, Some(before), times)?);
        Ok(())
    };
    change_client(core, admitted, origin, None, change).await
}

/// Makes the assessment.
///
/// # Errors
/// [`ClientRefusal`]; nothing was written.
pub async fn create_assessment(
    core: &Core,
    admitted: Admitted,
    entry: AssessmentEntry,
    origin: &Origin,
) -> Result<Client, ClientRefusal> {
    let change = |client: &mut Client, step: &Step<'_>| {
        is_new(client.assessment.as_ref(), "A financial assessment")?;
        client.assessment = Some(entry.clone().made(Times::made(step.now)));
        Ok(())
    };
    change_client(core, admitted, origin, None, change).await
}

/// Updates the assessment.
///
/// # Errors
/// [`ClientRefusal`]; nothing was written.
pub async fn update_assessment(
    core: &Core,
    admitted: Admitted,
    entry: AssessmentUpdate,
    origin: &Origin,
) -> Result<Client, ClientRefusal> {
    let change = |client: &mut Client, step: &Step<'_>| {
        let before = client.assessment.as_ref().ok_or(ClientRefusal::NotFound(ASSESSMENT))?;
        client.assessment = Some(entry.clone().over(before, before.times.replaced(step.now)));
        Ok(())
    };
    change_client(core, admitted, origin, None, change).await
}

/// Accepts the current terms, once for each version of them.
///
/// # Errors
/// [`ClientRefusal`]; nothing was written.
pub async fn accept_terms(core: &Core, admitted: Admitted, origin: &Origin) -> Result<Client, ClientRefusal> {
    let change = |client: &mut Client, step: &Step<'_>| {
        let current = client.terms.filter(|terms| terms.version >= CURRENT_TERMS);
        is_new(current.as_ref(), "An acceptance of the current terms")?;
        client.terms = Some(Terms { version: CURRENT_TERMS, accepted: step.now });
        Ok(())
    };
    change_client(core, admitted, origin, None, change).await
}
