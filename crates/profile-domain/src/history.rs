//! A record as its change records tell it: the log folded from empty.

use std::collections::BTreeMap;

use crate::{
    PersonId, Record,
    change::{ChangeRecord, FieldChange, Value},
};

/// A state that was told field by field.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct State {
    /// Whom it is about.
    pub person: Option<PersonId>,
    /// The version; 0 before the first change.
    pub version: i64,
    /// The fields that are not empty.
    pub fields: BTreeMap<String, Value>,
}

/// Why a history cannot be believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Versions count without gaps.
    #[error("version {0} is missing in the log")]
    Gap(i64),
    /// A change starts from another value than the one before it led to.
    #[error("version {version} does not start where the one before ended: {field}")]
    Break {
        /// The version of the change.
        version: i64,
        /// The field.
        field: String,
    },
    /// The record stands at another version than its history leads to.
    #[error("stands at version {stands}, and the log leads to {told}")]
    Version {
        /// Of the record.
        stands: i64,
        /// Of the history.
        told: i64,
    },
    /// The record has another value, or person, than its history leads to.
    #[error("differs from the log in: {}", .0.join(", "))]
    Fields(Vec<String>),
    /// There is a history, and no record.
    #[error("is in the log only")]
    Lost,
}

impl State {
    /// The state in which `record` stands.
    #[must_use]
    pub fn of<T: Record>(record: &T) -> Self {
        let mut state = Self { person: record.person(), version: record.version(), fields: BTreeMap::new() };
        for change in record.changes_since(None) {
            state.set(change);
        }
        state
    }

    /// The state after one more change.
    ///
    /// # Errors
    /// The change does not follow this state.
    pub fn follow(&mut self, change: ChangeRecord) -> Result<(), Fault> {
        let version = change.version;
        if version != self.version + 1 {
            return Err(Fault::Gap(self.version + 1));
        }
        for field in change.fields {
            if self.fields.get(&field.field).unwrap_or(&Value::Null) != &field.old {
                return Err(Fault::Break { version, field: field.field });
            }
            self.set(field);
        }
        self.version = version;
        self.person = change.person;
        Ok(())
    }

    /// Whether a record that stands so is what this history tells.
    ///
    /// # Errors
    /// Where they differ; fields by name, never by value.
    pub fn compare(&self, stands: &Self) -> Result<(), Fault> {
        if stands.version != self.version {
            return Err(Fault::Version { stands: stands.version, told: self.version });
        }
        let names =
            self.fields.keys().chain(stands.fields.keys().filter(|name| !self.fields.contains_key(*name)));
        let mut differing: Vec<String> =
            names.filter(|name| self.fields.get(*name) != stands.fields.get(*name)).cloned().collect();
        if stands.person != self.person {
            differing.push("person".to_owned());
        }
        if differing.is_empty() { Ok(()) } else { Err(Fault::Fields(differing)) }
    }

    fn set(&mut self, change: FieldChange) {
        let FieldChange { field, old: _, new } = change;
        if new == Value::Null {
            self.fields.remove(&field);
        } else {
            self.fields.insert(field, new);
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use uuid::Uuid;

    use super::*;
    use crate::change::{Cause, Facet};

    fn change(version: i64, old: Value, new: Value) -> ChangeRecord {
        ChangeRecord {
            id: Uuid::nil(),
            person: None,
            facet: Facet::Account,
            key: "1".to_owned(),
            version,
            at: DateTime::UNIX_EPOCH,
            cause: Cause {
                actor: String::new(),
                contract: String::new(),
                request_id: String::new(),
                reason: None,
            },
            fields: vec![FieldChange { field: "city".to_owned(), old, new }],
        }
    }

    #[test]
    fn a_history_is_followed_step_by_step() {
        let mut state = State::default();
        state.follow(change(1, Value::Null, Value::word("Oslo"))).unwrap();
        state.follow(change(2, Value::word("Oslo"), Value::word("Bergen"))).unwrap();
        let told = state.clone();
        assert_eq!(state.follow(change(4, Value::word("Bergen"), Value::Null)), Err(Fault::Gap(3)));
        assert_eq!(
            state.follow(change(3, Value::word("Oslo"), Value::Null)),
            Err(Fault::Break { version: 3, field: "city".to_owned() })
        );
        assert_eq!(state, told);
        state.follow(change(3, Value::word("Bergen"), Value::Null)).unwrap();
        assert!(state.fields.is_empty());
    }

    #[test]
    fn a_record_is_compared_by_version_fields_and_person() {
        let mut told = State::default();
        told.follow(change(1, Value::Null, Value::word("Oslo"))).unwrap();
        assert_eq!(told.compare(&told.clone()), Ok(()));
        let stands = State { version: 2, ..told.clone() };
        assert_eq!(told.compare(&stands), Err(Fault::Version { stands: 2, told: 1 }));
        let mut stands = State { person: Some(PersonId(Uuid::nil())), ..told.clone() };
        stands.fields.insert("country".to_owned(), Value::word("NO"));
        let differing = ["country", "person"].map(str::to_owned).to_vec();
        assert_eq!(told.compare(&stands), Err(Fault::Fields(differing)));
    }
}
