//! The change of one field, masked where its class asks for it.

use super::Value;
use crate::field::{Class, Field};

/// One field that changed.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldChange {
    /// The field's name in the catalogue of the operator page, section 5.2; members of an object have a dot in theirs.
    pub field: String,
    /// The value before.
    pub old: Value,
    /// The value after.
    pub new: Value,
}

impl FieldChange {
    /// Returns the change of `field`, masked when its class asks for it.
    #[must_use]
    pub fn of(field: &Field, old: Value, new: Value) -> Self {
        let (old, new) = match field.class {
            Class::Public | Class::Personal => (old, new),
            Class::Sensitive => (old.masked(), new.masked()),
        };
        Self { field: field.name.to_owned(), old, new }
    }

    /// Returns what differs between two readings of the same fields; before the first version, when `old` is `None`, every
    /// field was empty.
    #[must_use]
    pub fn between<const N: usize>(old: Option<[(Field, Value); N]>, new: [(Field, Value); N]) -> Vec<Self> {
        match old {
            None => new
                .into_iter()
                .filter(|(_, value)| *value != Value::Null)
                .map(|(field, value)| Self::of(&field, Value::Null, value))
                .collect(),
            Some(old) => old
                .into_iter()
                .zip(new)
                .filter(|((_, before), (_, after))| before != after)
                .map(|((field, before), (_, after))| Self::of(&field, before, after))
                .collect(),
        }
    }

    /// Returns the change that takes this one back.
    #[must_use]
    pub fn reversed(self) -> Self {
        Self { field: self.field, old: self.new, new: self.old }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::FieldType;

    #[test]
    fn a_sensitive_value_is_masked() {
        let field = Field::new("tax_number", FieldType::Integer).sensitive();
        let change = |new| FieldChange::of(&field, Value::Null, new);
        assert_eq!(change(Value::Null).new, Value::Null);
        let masked = change(Value::word("sealed")).new;
        assert!(matches!(&masked, Value::Masked(digest) if digest.len() == 32), "{masked:?}");
        assert_eq!(change(Value::word("sealed")).new, masked);
        assert_ne!(change(Value::word("sealed anew")).new, masked);
    }

    #[test]
    fn only_differences_are_recorded() {
        let (a, b) = (Field::new("a", FieldType::Integer), Field::new("b", FieldType::Integer));
        let old = [(a, Value::Integer(1)), (b, Value::Integer(2))];
        let new = [(a, Value::Integer(1)), (b, Value::Integer(3))];
        let changes = FieldChange::between(Some(old), new);
        assert_eq!(changes, [FieldChange::of(&b, Value::Integer(2), Value::Integer(3))]);
    }
}
