//! What a story knows of a change before a store gives it its place in the log.

use crate::{
    PersonId, Record,
    change::{Cause, FieldChange, RecordKind, Salt},
};

/// A change that is not committed yet: everything but position, time and digest.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The person; absent for a record that belongs to nobody.
    pub person: Option<PersonId>,
    /// The kind of record.
    pub kind: RecordKind,
    /// The record's key within the kind.
    pub key: String,
    /// The aggregate that the record belongs to.
    pub root: String,
    /// The version that the write makes.
    pub version: i64,
    /// Who, through which door, and why.
    pub cause: Cause,
    /// What changes, in catalogue order.
    pub fields: Vec<FieldChange>,
    /// Whether the record ends.
    pub ended: bool,
    /// Fresh random bytes, of this change alone.
    pub salt: Salt,
}

impl Draft {
    /// Returns the step from `earlier`, or from nothing, to `next`.
    #[must_use]
    pub fn of<T: Record>(earlier: Option<&T>, next: &T, cause: Cause, salt: Salt) -> Self {
        Self {
            person: next.person(),
            kind: T::KIND,
            key: next.key(),
            root: next.root(),
            version: next.version(),
            cause,
            fields: next.changes_since(earlier),
            ended: false,
            salt,
        }
    }

    /// Adds fields that count as changed though they are as before; `record` is as the step leaves it.
    pub fn force(&mut self, fields: &[String], record: &impl Record) {
        let is_missing = |name: &String| !self.fields.iter().any(|change| change.field == *name);
        let missing: Vec<&String> = fields.iter().filter(|name| is_missing(name)).collect();
        if missing.is_empty() {
            return;
        }
        let now = record.changes_since(None);
        let place: Vec<String> = now.iter().map(|change| change.field.clone()).collect();
        let same = now.into_iter().filter(|change| missing.contains(&&change.field));
        self.fields.extend(same.map(|change| FieldChange { old: change.new.clone(), ..change }));
        self.fields.sort_by_key(|change| place.iter().position(|name| *name == change.field));
    }

    /// Returns the step that ends the record that stands at `last`: the next version, in which every field is empty.
    #[must_use]
    pub fn ending<T: Record>(last: &T, cause: Cause, salt: Salt) -> Self {
        let fields = last.changes_since(None).into_iter().map(FieldChange::reversed).collect();
        Self { version: last.version() + 1, fields, ended: true, ..Self::of(Some(last), last, cause, salt) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Text, change::Value, tenant::Tenant};

    fn cause() -> Cause {
        Cause {
            actor: "operator".to_owned(),
            door: "import".to_owned(),
            request_id: "test".to_owned(),
            reason: None,
        }
    }

    #[test]
    fn an_end_empties_every_field_that_was_not() {
        let last =
            Tenant { id: 7, version: 3, slug: Text::try_from("north").unwrap(), name: Text::default() };
        let begun = Draft::of(None, &last, cause(), Salt([1; 16]));
        let ended = Draft::ending(&last, cause(), Salt([2; 16]));
        assert_eq!((ended.version, ended.ended, begun.ended), (4, true, false));
        assert_eq!((ended.key.as_str(), ended.root.as_str()), ("7", "7"));
        let emptied =
            |field: &str, old: Value| FieldChange { field: field.to_owned(), old, new: Value::Null };
        assert_eq!(ended.fields, [emptied("slug", Value::word("north")), emptied("name", Value::word(""))]);
    }
}
