//! What commands print of records, changes and people, and take as a reason: the same as the operator API.

use profile_domain::{Text, change::ChangeRecord, operator::Role};
use profile_usecases::operator::{FoundPersons, RecordView};
use serde::Serialize;
use serde_json::Value;

use super::{
    reason::check_reason,
    response::{Change, Record},
    search_persons::Found,
};

/// A reason that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a reason has 3 to 500 characters, none of them a control character")]
pub struct MalformedReason;

/// Returns a reason as it is stored.
///
/// # Errors
/// [`MalformedReason`].
pub fn checked_reason(text: &str) -> Result<Text, MalformedReason> {
    check_reason(text).map_err(|_| MalformedReason)
}

/// Returns a record as a role sees it.
#[must_use]
pub fn shown_record(view: &RecordView, role: Role) -> Value {
    value(&Record::new(view, role))
}

/// Returns a change as a role sees it.
#[must_use]
pub fn shown_change(change: &ChangeRecord, role: Role) -> Value {
    value(&Change::new(change, role, false))
}

/// Returns the line of a change in an archive: as those who may export see it, with its chain.
#[must_use]
pub fn exported_change(change: &ChangeRecord) -> String {
    serde_json::to_string(&Change::new(change, Role::Privacy, true)).unwrap_or_default()
}

/// Returns the people who are found; a command that prints them goes on nowhere.
#[must_use]
pub fn shown_persons(found: FoundPersons) -> Value {
    let persons: Vec<Found> = found.persons.into_iter().map(Found::from).collect();
    serde_json::json!({ "persons": value(&persons), "next": null })
}

fn value(shown: &impl Serialize) -> Value {
    serde_json::to_value(shown).unwrap_or_default()
}
