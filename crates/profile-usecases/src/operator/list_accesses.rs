//! A privacy officer lists who has seen what is sensitive (operator API page, section 11).

use profile_domain::operator::Access;
use profile_ports::{AccessFilter, Page};
use uuid::Uuid;

use super::{OperatorRefusal, get_person::is_known};
use crate::Ports;

/// Returns a page of the accesses, newest first.
///
/// # Errors
/// [`OperatorRefusal::NotFound`] if no change names the person.
pub async fn list_accesses(
    ports: &Ports,
    of: &AccessFilter,
    page: Page<Uuid>,
) -> Result<Vec<Access>, OperatorRefusal> {
    let accesses = ports.store.list_accesses(of, page).await?;
    match of.person {
        Some(person) if accesses.is_empty() && !is_known(ports, person).await? => {
            Err(OperatorRefusal::NotFound)
        }
        Some(_) | None => Ok(accesses),
    }
}
