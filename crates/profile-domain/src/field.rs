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
    /// A whole number of 64 bits.
    Integer,
    /// A whole number between two others.
    IntegerWithin {
        /// The least.
        min: i64,
        /// The greatest.
        max: i64,
    },
    /// A number with a fraction.
    Number,
    /// A number with a fraction that a decimal of 28 digits holds.
    Decimal,
    /// A number that is stored as it was sent, with a fraction or without.
    SentNumber,
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
    /// Any JSON, stored as it was sent.
    Json,
}

impl FieldType {
    /// A whole number of 32 bits.
    pub const INTEGER_32: Self = Self::IntegerWithin { min: -2_147_483_648, max: 2_147_483_647 };
}

/// What a list or an object is made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Content {
    /// Nothing that is checked.
    Anything,
    /// A list: values like this one, whose name does not count.
    Values(&'static Field),
    /// An object, or a list of objects: these members, in the order in which they are stored.
    Members(&'static [Field]),
    /// A list of objects that is stored in the order of one of their texts, the last one first.
    Descending {
        /// The members of each object.
        members: &'static [Field],
        /// The name of the member by which the list is sorted.
        by: &'static str,
    },
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

/// How the operator API writes a field (operator API page, section 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Write {
    /// Like any other.
    Free,
    /// Not at all.
    Never,
    /// When the record is made, and not after.
    AtCreation,
    /// As a grant, which needs the right to grant.
    Grant,
}

/// What a field holds where nothing is said.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Default {
    /// What is empty for its type: the empty text or list, 0, false, now.
    Empty,
    /// This text.
    Text(&'static str),
    /// This number.
    Integer(i64),
    /// Whatever the service chooses, such as the next number.
    Chosen,
}

/// How a search for people uses a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Searchable {
    /// Not at all.
    No,
    /// The whole value identifies somebody.
    Exact,
    /// The whole value does, or its digits.
    Phone,
    /// A part of the value is a part of a name.
    Name,
}

/// One field of one kind of record.
#[derive(Debug, Clone, Copy, PartialEq)]
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
    /// How the operator API writes it.
    pub write: Write,
    /// Whether it may be null.
    pub nullable: bool,
    /// Whether it must be given when the record, or the part of it, is made, and can never be empty again.
    pub mandatory: bool,
    /// What it holds where nothing is said; of no use where it may be null or must be given.
    pub default: Default,
    /// Whether it is never shown to anybody.
    pub write_only: bool,
    /// What a list or an object is made of.
    pub content: Content,
}

impl Field {
    /// Returns a personal field that only an import writes and nobody searches; the methods below change that.
    #[must_use]
    pub const fn new(name: &'static str, holds: FieldType) -> Self {
        let (class, writer) = (Class::Personal, Writer::Operator);
        Self {
            name,
            holds,
            class,
            writer,
            searchable: Searchable::No,
            write: Write::Free,
            nullable: false,
            mandatory: false,
            default: Default::Empty,
            write_only: false,
            content: Content::Anything,
        }
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

    /// Returns the same field, which a search finds by its digits too.
    #[must_use]
    pub const fn phone(self) -> Self {
        Self { searchable: Searchable::Phone, ..self }
    }

    /// Returns the same field, of which a search finds parts.
    #[must_use]
    pub const fn person_name(self) -> Self {
        Self { searchable: Searchable::Name, ..self }
    }

    /// Returns the same field, which the operator API writes in this way.
    #[must_use]
    pub const fn written(self, write: Write) -> Self {
        Self { write, ..self }
    }

    /// Returns the same field, which may be null.
    #[must_use]
    pub const fn nullable(self) -> Self {
        Self { nullable: true, ..self }
    }

    /// Returns the same field, which must be given when the record or the part is made.
    #[must_use]
    pub const fn mandatory(self) -> Self {
        Self { mandatory: true, ..self }
    }

    /// Returns the same field, which holds this where nothing is said.
    #[must_use]
    pub const fn or(self, default: Default) -> Self {
        Self { default, ..self }
    }

    /// Returns the same list or object, made of this.
    #[must_use]
    pub const fn of(self, content: Content) -> Self {
        Self { content, ..self }
    }

    /// Returns the same field of text, with another limit and rule.
    #[must_use]
    pub const fn with_text(self, max_chars: usize, rule: TextRule) -> Self {
        Self { holds: FieldType::Text { max_chars, rule }, ..self }
    }

    /// Returns the same field, which is never shown.
    #[must_use]
    pub const fn write_only(self) -> Self {
        Self { write_only: true, ..self }
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
