//! The three states of a member in a partial update.

use crate::{Text, field::Field};

/// What a caller says about one field: nothing, `null`, or a value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Patch<T> {
    /// The member was left out: the field keeps its value.
    #[default]
    Absent,
    /// The member was `null`; whether that clears the field or is refused is the field's own rule.
    Null,
    /// The member carried this value.
    Value(T),
}

impl<T> Patch<T> {
    /// Whether the member was left out.
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// The value, if there is one.
    pub const fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }
}

impl<T: Clone> Patch<T> {
    /// Writes the value into `field` for a field that cannot be null; the field's rule has refused `null` before.
    pub fn write_to(&self, field: &mut T) {
        if let Self::Value(value) = self {
            field.clone_from(value);
        }
    }
}

impl Patch<Text> {
    /// Returns a checked text as `field` stores it; one that breaks the rule counts as left out.
    #[must_use]
    pub fn cleaned(&self, field: Field) -> Self {
        match self {
            Self::Value(text) => field.clean(text.as_str()).map_or(Self::Absent, Self::Value),
            other => other.clone(),
        }
    }
}

impl<T: Clone> Patch<T> {
    /// Writes the value, or its absence, into `field`; an absent member leaves it.
    pub fn write_to_optional(&self, field: &mut Option<T>) {
        match self {
            Self::Absent => {}
            Self::Null => *field = None,
            Self::Value(value) => *field = Some(value.clone()),
        }
    }
}

impl<T> From<Option<T>> for Patch<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Self::Value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_value_writes() {
        let mut field = 1;
        Patch::Absent.write_to(&mut field);
        Patch::Null.write_to(&mut field);
        assert_eq!(field, 1);
        Patch::Value(2).write_to(&mut field);
        assert_eq!(field, 2);
    }
}
