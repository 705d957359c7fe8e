//! How an operator writes a record field by field (operator API page, section 5).

use chrono::{DateTime, Utc};
use serde_json::Number;
use uuid::Uuid;

use crate::{
    Keyed, PersonId, Text,
    change::{Object, Value},
    rule::Fault,
    sealed::Sealed,
};

/// What a field is set to.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// A value, as [`Entry::read`](crate::catalogue::Entry::read) returns it.
    Value(Value),
    /// A sensitive value, sealed.
    Sealed(Sealed),
}

/// What a record begins with, besides its key and its fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beginning {
    /// The person. A kind without people ignores it.
    pub person: Option<PersonId>,
    /// The time.
    pub now: DateTime<Utc>,
}

/// A record whose fields can be set one by one, by the names of its [catalogue](crate::catalogue).
pub trait Editable: Keyed {
    /// Returns a record before its first version, in which every field has its default (operator API page, section 6). What
    /// must be given is empty or 0 until it is set; without a person, the record has the nil id until
    /// [`set_person`](Self::set_person).
    fn blank(key: Self::Key, beginning: Beginning) -> Self;

    /// Replaces the person.
    fn set_person(&mut self, _: PersonId) {}

    /// Sets the field of this name, dots within. A part of a client, which is an object that may be null, is removed by null
    /// under its own name, and begins with its first field. What other records must be there is not looked at, nor what of a
    /// begun part is missing. Null for what the service chooses leaves the field as it is.
    ///
    /// # Errors
    /// The value is none that the field can hold, or [`Fault::Unknown`] where the catalogue has no such field, or nobody
    /// writes it.
    fn set(&mut self, field: &str, to: Input) -> Result<(), Fault>;

    /// The times that move by themselves when something else changes, unless they are set.
    const MOVED: &[&str] = &[];

    /// Moves such times, of a record in which something has changed since `before`.
    fn touch(&mut self, _before: Option<&Self>, _now: DateTime<Utc>) {}
}

impl Beginning {
    /// Returns the person, or the nil id, which stands for nobody until the person is set.
    pub(crate) fn person_or_nil(self) -> PersonId {
        self.person.unwrap_or(PersonId(Uuid::nil()))
    }
}

/// What a field of a record holds, read from what it is set to.
pub(crate) trait Held: Sized {
    /// Reads it.
    ///
    /// # Errors
    /// It is a value of another type, or none that the field can hold.
    fn held(input: Input) -> Result<Self, Fault>;
}

impl Input {
    /// Writes the value over the one in `field`.
    pub(crate) fn write<T: Held>(self, field: &mut T) -> Result<(), Fault> {
        *field = T::held(self)?;
        Ok(())
    }

    /// As [`write`](Self::write), but null leaves the field as it is.
    pub(crate) fn write_unless_null<T: Held>(self, field: &mut T) -> Result<(), Fault> {
        if self.is_null() { Ok(()) } else { self.write(field) }
    }

    /// Reads text of a closed form.
    pub(crate) fn word<T>(self, read: impl FnOnce(&str) -> Option<T>) -> Result<T, Fault> {
        read(Text::held(self)?.as_str()).ok_or(Fault::Malformed)
    }

    /// Removes the part in `part`, if the value is null.
    pub(crate) fn remove<T>(self, part: &mut Option<T>) -> Result<(), Fault> {
        if !self.is_null() {
            return Err(Fault::WrongType);
        }
        *part = None;
        Ok(())
    }

    fn is_null(&self) -> bool {
        matches!(self, Self::Value(Value::Null))
    }
}

/// The members of an object.
pub(crate) struct Members(Object);

impl Members {
    /// Returns the member of this name.
    pub(crate) fn get<T: Held>(&self, name: &str) -> Result<T, Fault> {
        T::held(Input::Value(self.0.get(name).cloned().unwrap_or(Value::Null)))
    }
}

impl Held for Members {
    fn held(input: Input) -> Result<Self, Fault> {
        match input {
            Input::Value(Value::Object(object)) => Ok(Self(object)),
            _ => Err(Fault::WrongType),
        }
    }
}

impl Held for Text {
    fn held(input: Input) -> Result<Self, Fault> {
        match input {
            Input::Value(Value::Text(text)) => Ok(text),
            _ => Err(Fault::WrongType),
        }
    }
}

impl Held for String {
    fn held(input: Input) -> Result<Self, Fault> {
        Text::held(input).map(Text::into_string)
    }
}

impl Held for i64 {
    fn held(input: Input) -> Result<Self, Fault> {
        match input {
            Input::Value(Value::Integer(number)) => Ok(number),
            _ => Err(Fault::WrongType),
        }
    }
}

impl Held for i32 {
    fn held(input: Input) -> Result<Self, Fault> {
        i64::held(input)?.try_into().map_err(|_| Fault::OutOfRange)
    }
}

/// The log writes a number without a fraction as a whole one.
impl Held for f64 {
    fn held(input: Input) -> Result<Self, Fault> {
        match input {
            Input::Value(Value::Number(number)) => Ok(number),
            Input::Value(Value::Integer(number)) => Number::from(number).as_f64().ok_or(Fault::OutOfRange),
            _ => Err(Fault::WrongType),
        }
    }
}

/// A flag, or 0 or 1, as the account contract writes one.
impl Held for bool {
    fn held(input: Input) -> Result<Self, Fault> {
        match input {
            Input::Value(Value::Flag(flag)) => Ok(flag),
            Input::Value(Value::Integer(bit @ (0 | 1))) => Ok(bit == 1),
            Input::Value(Value::Integer(_)) => Err(Fault::OutOfRange),
            _ => Err(Fault::WrongType),
        }
    }
}

impl Held for DateTime<Utc> {
    fn held(input: Input) -> Result<Self, Fault> {
        input.word(|text| text.parse().ok())
    }
}

impl Held for Sealed {
    fn held(input: Input) -> Result<Self, Fault> {
        match input {
            Input::Sealed(sealed) => Ok(sealed),
            Input::Value(_) => Err(Fault::WrongType),
        }
    }
}

impl<T: Held> Held for Option<T> {
    fn held(input: Input) -> Result<Self, Fault> {
        if input.is_null() { Ok(None) } else { T::held(input).map(Some) }
    }
}

impl<T: Held> Held for Vec<T> {
    fn held(input: Input) -> Result<Self, Fault> {
        match input {
            Input::Value(Value::List(values)) => {
                values.into_iter().map(|value| T::held(Input::Value(value))).collect()
            }
            _ => Err(Fault::WrongType),
        }
    }
}
