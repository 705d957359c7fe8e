//! An operator reads what happened to all records of a person (operator API page, section 8).

use profile_domain::{PersonId, change::ChangeRecord};
use profile_ports::Page;
use uuid::Uuid;

use super::{OperatorRefusal, get_person::is_known};
use crate::Ports;

/// Returns at most `limit` changes of all records of a person, newest first, from before the position `before`.
///
/// # Errors
/// [`OperatorRefusal::NotFound`] if no change names the person.
pub async fn list_person_changes(
    ports: &Ports,
    person: PersonId,
    before: Option<Uuid>,
    limit: u32,
) -> Result<Vec<ChangeRecord>, OperatorRefusal> {
    let changes = ports.store.person_changes(person, Page { after: before, limit }).await?;
    if changes.is_empty() && !is_known(ports, person).await? {
        return Err(OperatorRefusal::NotFound);
    }
    Ok(changes)
}
