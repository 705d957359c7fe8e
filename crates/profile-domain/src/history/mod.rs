//! A record as its change records tell it: the log folded from empty, to its end or to any version or instant.

mod fault;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

pub use fault::Fault;

use crate::{
    PersonId, Record, chain,
    change::{ChangeRecord, Digest, FieldChange, Value},
};

/// A state of a record, field by field.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct State {
    /// Whom it is about.
    pub person: Option<PersonId>,
    /// The version; 0 before the first change.
    pub version: i64,
    /// When the last change was made; `None` before the first one, and for a state that was read from a record.
    pub at: Option<DateTime<Utc>>,
    /// Whether the record has ended; the change with the next version, if there is one, begins it anew.
    pub ended: bool,
    /// The digest of the last change; `None` before the first one, and for a record whose row was read without it.
    pub chain: Option<Digest>,
    /// The fields that are not empty. Of an erased one it is not known whether it was.
    pub fields: BTreeMap<String, Value>,
}

impl State {
    /// Returns the state in which `record` stands. A caller who knows the `chain` of its row adds it.
    #[must_use]
    pub fn of<T: Record>(record: &T) -> Self {
        let all = record.changes_since(None).into_iter().map(|FieldChange { field, new, .. }| (field, new));
        let fields = all.filter(|(_, value)| *value != Value::Null).collect();
        Self { person: record.person(), version: record.version(), fields, ..Self::default() }
    }

    /// Returns the state at `version`, which has `ended` set if that version ended the record; `None` if there is no such
    /// version. `changes` are those of one record, oldest first. The chain is not checked: a log that somebody altered can
    /// still be read, and [`follow`](Self::follow) tells that it was.
    ///
    /// # Errors
    /// The changes up to there do not follow each other.
    pub fn at_version(changes: &[ChangeRecord], version: i64) -> Result<Option<Self>, Fault> {
        let state = Self::folded(changes, |change| change.version <= version)?;
        Ok(state.filter(|state| state.version == version))
    }

    /// Returns the state after the last change at or before `instant`, as [`at_version`](Self::at_version) does; `None` before
    /// the first change.
    ///
    /// # Errors
    /// The changes up to there do not follow each other.
    pub fn at_instant(changes: &[ChangeRecord], instant: DateTime<Utc>) -> Result<Option<Self>, Fault> {
        Self::folded(changes, |change| change.at <= instant)
    }

    fn folded(
        changes: &[ChangeRecord],
        is_within: impl Fn(&ChangeRecord) -> bool,
    ) -> Result<Option<Self>, Fault> {
        let mut state = Self::default();
        for change in changes.iter().take_while(|change| is_within(change)) {
            state.apply(change)?;
        }
        Ok(Some(state).filter(|state| state.version > 0))
    }

    /// Moves on by one change, and checks everything: that versions have no gap, that the change is as it was written and in
    /// its place, that its time is later, and that its old values are those of this state.
    ///
    /// # Errors
    /// The change does not follow this state, which stays as it is.
    pub fn follow(&mut self, change: &ChangeRecord) -> Result<(), Fault> {
        let version = self.next_version(change)?;
        if !chain::verify(change, self.chain.as_ref()) {
            return Err(Fault::Chain { version });
        }
        if self.at.is_some_and(|at| change.at <= at) {
            return Err(Fault::Order { version });
        }
        self.apply(change)
    }

    /// Moves on by one change without looking at its digest and its time.
    ///
    /// # Errors
    /// The change does not follow this state, which stays as it is.
    pub fn apply(&mut self, change: &ChangeRecord) -> Result<(), Fault> {
        let version = self.next_version(change)?;
        let broken = change.fields.iter().find(|field| differ(self.value(&field.field), &field.old));
        if let Some(broken) = broken {
            return Err(Fault::Break { version, field: broken.field.clone() });
        }
        for field in &change.fields {
            self.set(field);
        }
        if change.ended {
            self.fields.clear();
        }
        self.person = change.person;
        self.version = version;
        self.at = Some(change.at);
        self.ended = change.ended;
        self.chain = Some(change.digest);
        Ok(())
    }

    /// Returns whether a record that stands so is what this history tells. Erased values equal any other.
    ///
    /// # Errors
    /// Where they differ; fields by name, never by value.
    pub fn compare(&self, stands: &Self) -> Result<(), Fault> {
        let version = self.version;
        if stands.version != version {
            return Err(Fault::Version { stands: stands.version, told: version });
        }
        if self.ended {
            return Err(Fault::Ended { version });
        }
        let names =
            self.fields.keys().chain(stands.fields.keys().filter(|name| !self.fields.contains_key(*name)));
        let mut differing: Vec<String> =
            names.filter(|name| differ(self.value(name), stands.value(name))).cloned().collect();
        if stands.person != self.person {
            differing.push("person".to_owned());
        }
        if !differing.is_empty() {
            return Err(Fault::Fields(differing));
        }
        if stands.chain.is_some() && stands.chain != self.chain {
            return Err(Fault::Chain { version });
        }
        Ok(())
    }

    /// Returns whether the log has lost the value of a field.
    #[must_use]
    pub fn has_lost_values(&self) -> bool {
        self.fields.values().any(is_lost)
    }

    /// Puts back the values that the log has lost and that are still known: what the first later change of a field says that it
    /// was, or what the record holds that `stands`, if none has changed it. `later` are the changes behind this state, oldest
    /// first, up to the record at least.
    pub fn recover(&mut self, later: &[ChangeRecord], stands: Option<&Self>) {
        for (name, value) in &mut self.fields {
            if is_lost(value)
                && let Some(known) = known_since(name, later, stands)
            {
                value.clone_from(known);
            }
        }
        self.fields.retain(|_, value| *value != Value::Null);
    }

    fn next_version(&self, change: &ChangeRecord) -> Result<i64, Fault> {
        let next = self.version + 1;
        if change.version == next { Ok(next) } else { Err(Fault::Gap(next)) }
    }

    fn value(&self, field: &str) -> &Value {
        self.fields.get(field).unwrap_or(&Value::Null)
    }

    fn set(&mut self, change: &FieldChange) {
        let FieldChange { field, old: _, new } = change;
        if *new == Value::Null {
            self.fields.remove(field);
        } else {
            self.fields.insert(field.clone(), new.clone());
        }
    }
}

/// Whether two values are known to differ; of an erased one nothing is known.
fn differ(one: &Value, other: &Value) -> bool {
    one != other && !is_lost(one) && !is_lost(other)
}

const fn is_lost(value: &Value) -> bool {
    matches!(value, Value::Redacted(_))
}

/// Returns what later changes, and the record behind them, tell of a field's value before them.
fn known_since<'a>(name: &str, later: &'a [ChangeRecord], stands: Option<&'a State>) -> Option<&'a Value> {
    for change in later {
        if let Some(field) = change.fields.iter().find(|field| field.field == name) {
            return Some(&field.old);
        }
        // The change that ends a record names every field that was not empty.
        if change.ended {
            return Some(&Value::Null);
        }
    }
    stands.map(|stands| stands.value(name))
}
