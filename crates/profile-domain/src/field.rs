//! The catalogue entry of a field: its one place for name, type, rule, class, writer and how it is searched.

use crate::{
    Patch, Text,
    rule::{Fault, TextRule},
};

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldType {
    /// Text of at most so many Unicode scalar values, which obeys a rule.
    Text {
        /// The limit.
        max_chars: usize,
        /// What it must be besides.
        rule: TextRule,
    },
    /// A whole number.
    Integer,
    /// A number with a fraction.
    Number,
    /// 0 or 1.
    Bit,
    /// Yes or no.
    Flag,
    /// A moment.
    Time,
    /// Values in their order.
    List,
    /// Values with names.
    Object,
}

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

/// How a search for people uses a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Searchable {
    /// Not at all.
    No,
    /// The whole value identifies somebody.
    Exact,
    /// A part of the value is a part of a name.
    Name,
}

/// One field of one kind of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Name on the wire, in change records and in the store.
    pub name: &'static str,
    /// What it holds, and which rule that obeys.
    pub holds: FieldType,
    /// How its value is treated.
    pub class: Class,
    /// Who may write it.
    pub writer: Writer,
    /// How it is searched.
    pub searchable: Searchable,
}

impl Field {
    /// Returns a personal field that only an import writes and nobody searches; the methods below change that.
    #[must_use]
    pub const fn new(name: &'static str, holds: FieldType) -> Self {
        let (class, writer) = (Class::Personal, Writer::Operator);
        Self { name, holds, class, writer, searchable: Searchable::No }
    }

    /// Returns a field of text, with a limit in Unicode scalar values and a rule.
    #[must_use]
    pub const fn text(name: &'static str, max_chars: usize, rule: TextRule) -> Self {
        Self::new(name, FieldType::Text { max_chars, rule })
    }

    /// Returns the same field, which its person may write through a contract.
    #[must_use]
    pub const fn held(self) -> Self {
        Self { writer: Writer::Holder, ..self }
    }

    /// Returns the same field, which anyone may know.
    #[must_use]
    pub const fn public(self) -> Self {
        Self { class: Class::Public, ..self }
    }

    /// Returns the same field, which does harm when it leaks.
    #[must_use]
    pub const fn sensitive(self) -> Self {
        Self { class: Class::Sensitive, ..self }
    }

    /// Returns the same field, which a search finds by its whole value.
    #[must_use]
    pub const fn identifier(self) -> Self {
        Self { searchable: Searchable::Exact, ..self }
    }

    /// Returns the same field, of which a search finds parts.
    #[must_use]
    pub const fn person_name(self) -> Self {
        Self { searchable: Searchable::Name, ..self }
    }

    /// Returns the most Unicode scalar values that the field holds; `None` if it holds no text.
    #[must_use]
    pub const fn max_chars(&self) -> Option<usize> {
        match self.holds {
            FieldType::Text { max_chars, .. } => Some(max_chars),
            _ => None,
        }
    }

    /// Returns the text as the field stores it.
    ///
    /// # Errors
    /// The first broken rule.
    ///
    /// # Examples
    /// ```
    /// use profile_domain::{rule::Fault, users::fields::NAME};
    ///
    /// assert_eq!(NAME.clean(" Nora Vale ").unwrap().as_str(), "Nora Vale");
    /// assert_eq!(NAME.clean(" "), Err(Fault::Blank));
    /// ```
    pub fn clean(&self, text: &str) -> Result<Text, Fault> {
        match self.holds {
            FieldType::Text { max_chars, rule } => rule.clean(max_chars, text),
            _ => Err(Fault::WrongType),
        }
    }

    /// Returns the garde rule of text that may be left out.
    pub fn optional<S: AsRef<str>>(self) -> impl Fn(&Option<S>, &()) -> garde::Result {
        move |text, ()| match text {
            Some(text) => self.clean(text.as_ref()).map(drop).map_err(garde::Error::from),
            None => Ok(()),
        }
    }

    /// Returns the garde rule of text that must be there, whatever else is checked against.
    #[allow(clippy::ref_option_ref, reason = "garde passes what it checks by reference")]
    pub fn required<Context>(self) -> impl Fn(&Option<&str>, &Context) -> garde::Result {
        move |text, _| match text {
            Some(text) => self.clean(text).map(drop).map_err(garde::Error::from),
            None => Err(Fault::Required.into()),
        }
    }

    /// Returns the garde rule of a member of an update that cannot be null.
    pub fn value(self) -> impl Fn(&Patch<Text>, &()) -> garde::Result {
        move |patch, ()| match patch {
            Patch::Null => Err(Fault::WrongType.into()),
            _ => self.value_or_null()(patch, &()),
        }
    }

    /// Returns the garde rule of a member of an update.
    pub fn value_or_null(self) -> impl Fn(&Patch<Text>, &()) -> garde::Result {
        move |patch, ()| match patch {
            Patch::Absent | Patch::Null => Ok(()),
            Patch::Value(text) => self.clean(text.as_str()).map(drop).map_err(garde::Error::from),
        }
    }
}
