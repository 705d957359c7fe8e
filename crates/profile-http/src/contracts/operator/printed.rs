//! What commands print of records, changes and people: the same as the operator API answers.

use profile_domain::{change::ChangeRecord, operator::Role};
use profile_usecases::operator::{FoundPersons, RecordView};
use serde::Serialize;
use serde_json::Value;

use super::{
    response::{Change, Record},
    search_persons::Found,
};

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

/// Returns the people who are found; a command that prints them goes on nowhere.
#[must_use]
pub fn shown_persons(found: FoundPersons) -> Value {
    let persons: Vec<Found> = found.persons.into_iter().map(Found::from).collect();
    serde_json::json!({ "persons": value(&persons), "next": null })
}

fn value(shown: &impl Serialize) -> Value {
    serde_json::to_value(shown).unwrap_or_default()
}
