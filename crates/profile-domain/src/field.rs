//! The catalogue entry of a field: its one place for name, limit, class and writer.

use crate::{Patch, Text};

/// How a field's value is treated outside the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Anyone may know it.
    Public,
    /// Belongs to a person: in change records, never in logs.
    Personal,
    /// Does harm when it leaks: masked in change records too.
    Sensitive,
}

/// Who may write a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writer {
    /// The person the record is about, through a contract.
    Holder,
    /// The operator alone, through an import.
    Operator,
}

/// One field of one facet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Name on the wire, in change records and in the store.
    pub name: &'static str,
    /// Most Unicode scalar values that a text may have; 0 for a field that is not text.
    pub max_chars: usize,
    /// How its value is treated.
    pub class: Class,
    /// Who may write it.
    pub writer: Writer,
}

impl Field {
    /// A personal text that its holder may write.
    #[must_use]
    pub const fn held_text(name: &'static str, max_chars: usize) -> Self {
        Self { name, max_chars, class: Class::Personal, writer: Writer::Holder }
    }

    /// A personal text that only an import writes.
    #[must_use]
    pub const fn imported_text(name: &'static str, max_chars: usize) -> Self {
        Self { name, max_chars, class: Class::Personal, writer: Writer::Operator }
    }

    /// A number or flag that only an import writes.
    #[must_use]
    pub const fn imported(name: &'static str) -> Self {
        Self { name, max_chars: 0, class: Class::Personal, writer: Writer::Operator }
    }

    /// Whether `text` is short enough, counted in Unicode scalar values.
    ///
    /// # Errors
    /// What is wrong, to be read behind the field's name.
    pub fn check_length(&self, text: &Text) -> Result<(), String> {
        garde::rules::length::chars::apply(&text.as_str(), (0, self.max_chars))
            .map_err(|_| format!("is longer than {} characters", self.max_chars))
    }

    /// The garde rule of a text that can be cleared but not null: at most `max_chars` Unicode scalar values.
    pub fn text_rule(self) -> impl Fn(&Patch<Text>, &()) -> garde::Result {
        move |patch, ()| match patch {
            Patch::Absent => Ok(()),
            Patch::Null => Err(garde::Error::new("must be a string")),
            Patch::Value(text) => self.check_length(text).map_err(garde::Error::new),
        }
    }
}
