//! An operator looks at a person (operator API page, section 8).

use chrono::{DateTime, Utc};
use profile_domain::{PersonId, Text, operator::Hold};
use profile_ports::{LogEntry, Page};

use super::{OperatorRefusal, get_erasure::last_finished, held::hold_in_force, list_records::list_entries};
use crate::Ports;

/// Most records that are listed with a person.
const MAX_RECORDS: u32 = 1_000;

/// A person, with what they have.
#[derive(Debug, Clone, PartialEq)]
pub struct PersonView {
    /// The person.
    pub person: PersonId,
    /// What an operator calls them.
    pub alias: Option<Text>,
    /// The ends of the logs of their living records, in the order of the kinds and then by key.
    pub records: Vec<LogEntry>,
    /// The hold that is in force.
    pub hold: Option<Hold>,
    /// When they were erased last.
    pub erased_at: Option<DateTime<Utc>>,
}

/// Returns a person.
///
/// # Errors
/// [`OperatorRefusal::NotFound`] if no change names them.
pub async fn get_person(ports: &Ports, person: PersonId) -> Result<PersonView, OperatorRefusal> {
    if !is_known(ports, person).await? {
        return Err(OperatorRefusal::NotFound);
    }
    let alias = ports.store.alias_of(person).await?;
    let records = list_entries(ports, &[], Some(person), None, MAX_RECORDS).await?;
    let (_, hold) = hold_in_force(ports, person).await?;
    let erased_at = last_finished(ports, person).await?.map(|erasure| erasure.at);
    Ok(PersonView { person, alias, records, hold, erased_at })
}

/// Returns whether a change names the person.
pub(super) async fn is_known(ports: &Ports, person: PersonId) -> Result<bool, OperatorRefusal> {
    Ok(!ports.store.person_changes(person, Page::first(1)).await?.is_empty())
}
