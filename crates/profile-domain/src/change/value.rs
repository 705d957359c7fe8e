//! The values that change records hold, in the form in which the log stores them.

use chrono::{DateTime, SecondsFormat, Utc};

use super::digest::{Digest, hex};
use crate::Text;

/// How many bytes of the digest of a sensitive value are kept.
const MASK_BYTES: usize = 16;

/// A field's value inside a change record.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// There was none: the record is new, or the field is empty.
    Null,
    /// Text.
    Text(Text),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Number(f64),
    /// Yes or no.
    Flag(bool),
    /// Several values in their order.
    List(Vec<Value>),
    /// Values with names.
    Object(Object),
    /// A sensitive value: what it was is not recorded, only a digest of the form in which it is stored (sealed, or hashed
    /// with a salt or a key), by which a history and a record can be compared.
    Masked(String),
    /// An erased value: what is left of it is its commitment, by which the chain still verifies.
    Redacted(Digest),
}

/// Named values. Two objects are equal whatever the order of their members, because not every store keeps it.
#[derive(Debug, Clone)]
pub struct Object(Vec<(String, Value)>);

impl Object {
    /// Returns the members in the order in which they were given or stored.
    #[must_use]
    pub fn members(&self) -> &[(String, Value)] {
        &self.0
    }

    /// Returns the member of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(member, _)| member == name).map(|(_, value)| value)
    }
}

impl FromIterator<(String, Value)> for Object {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(members: I) -> Self {
        Self(members.into_iter().collect())
    }
}

impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        self.0.len() == other.0.len() && self.0.iter().all(|(name, value)| other.get(name) == Some(value))
    }
}

impl Value {
    /// Returns a moment as text: `2026-03-04T05:06:07.000123Z`.
    #[must_use]
    pub fn moment(at: DateTime<Utc>) -> Self {
        Self::word(&moment(at))
    }

    /// Returns a name, number or address that this service has written itself as text; text with NUL, which it never
    /// writes, becomes null.
    #[must_use]
    pub fn word(word: &str) -> Self {
        Text::try_from(word).map_or(Self::Null, Self::Text)
    }

    /// Returns 1 or 0, as which the account contract writes what is on or off.
    #[must_use]
    pub fn bit(flag: bool) -> Self {
        Self::Integer(flag.into())
    }

    /// Returns the text, or null where there is none.
    #[must_use]
    pub fn optional(text: Option<&Text>) -> Self {
        text.map_or(Self::Null, |text| Self::Text(text.clone()))
    }

    /// Returns named values.
    #[must_use]
    pub fn object<const N: usize>(members: [(&str, Self); N]) -> Self {
        Self::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// Returns what a change record keeps of a sensitive value.
    pub(super) fn masked(self) -> Self {
        match self.canonical() {
            Some(text) if self != Self::Null => {
                Self::Masked(hex(Digest::of([text.as_bytes()]).0.iter().take(MASK_BYTES)))
            }
            _ => self,
        }
    }
}

/// Returns a moment as the log writes it: UTC, six digits of the second, `Z`.
#[must_use]
pub fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_members_does_not_count() {
        let (one, two) = (("a", Value::Integer(1)), ("b", Value::Integer(2)));
        let object = Value::object([one.clone(), two.clone()]);
        assert_eq!(object, Value::object([two.clone(), one.clone()]));
        assert_ne!(object, Value::object([one.clone()]));
        assert_ne!(Value::object([one.clone()]), object);
        assert_ne!(object, Value::object([one, ("b", Value::Integer(3))]));
    }

    #[test]
    fn moments_have_six_digits() {
        let at = DateTime::from_timestamp_micros(1_772_600_767_000_123).unwrap();
        assert_eq!(moment(at), "2026-03-04T05:06:07.000123Z");
        assert_eq!(moment(DateTime::UNIX_EPOCH), "1970-01-01T00:00:00.000000Z");
    }
}
