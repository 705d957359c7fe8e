//! A privacy officer lists who has seen what is sensitive (operator API page, section 11).

use std::collections::BTreeSet;

use profile_domain::{PersonId, operator::Access};
use uuid::Uuid;

use super::{OperatorRefusal, get_person::is_known};
use crate::Ports;

/// Returns at most `limit` accesses, newest first, from before the one with the id `before`.
///
/// # Errors
/// [`OperatorRefusal::NotFound`] if no change names the person.
pub async fn list_accesses(
    ports: &Ports,
    person: Option<PersonId>,
    actors: &BTreeSet<String>,
    before: Option<Uuid>,
    limit: u32,
) -> Result<Vec<Access>, OperatorRefusal> {
    let accesses = ports.store.list_accesses(person, actors, before, limit).await?;
    match person {
        Some(person) if accesses.is_empty() && !is_known(ports, person).await? => {
            Err(OperatorRefusal::NotFound)
        }
        Some(_) | None => Ok(accesses),
    }
}
