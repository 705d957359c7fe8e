//! A privacy officer looks at the last receipt of a person (operator API page, section 11).

use profile_domain::{PersonId, operator::Erasure};

use super::OperatorRefusal;
use crate::Ports;

/// Returns the last receipt of a person, byte for byte.
///
/// # Errors
/// [`OperatorRefusal::NotFound`] if there is none.
pub async fn get_erasure(ports: &Ports, person: PersonId) -> Result<String, OperatorRefusal> {
    let last = last_finished(ports, person).await?;
    last.and_then(|erasure| erasure.receipt).ok_or(OperatorRefusal::NotFound)
}

/// Returns the last erasure of a person that has a receipt.
pub(super) async fn last_finished(
    ports: &Ports,
    person: PersonId,
) -> Result<Option<Erasure>, OperatorRefusal> {
    let erasures = ports.store.erasures_of(person).await?;
    Ok(erasures.into_iter().find(|erasure| erasure.receipt.is_some()))
}
