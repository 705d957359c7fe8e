//! The change record: what every accepted write leaves behind, in the same commit.

use std::fmt::Write as _;

use chrono::{DateTime, SecondsFormat, Utc};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::{
    PersonId, Text,
    field::{Class, Field},
};

/// Which kind of record changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Facet {
    /// A customer who owns trading accounts.
    Customer,
    /// A trading account.
    Account,
    /// A stored media file.
    File,
    /// A user of the marketplace.
    User,
    /// What a business says over a user.
    Override,
    /// A business.
    Business,
    /// An app.
    App,
    /// An API key's record.
    ApiKey,
    /// A file that a caller of the users contract uploads.
    Upload,
    /// A client of a regulated broker.
    Client,
    /// A language of the workspace.
    Language,
    /// A tenant of the workspace.
    Tenant,
    /// A brand of a tenant.
    Brand,
    /// A group of a tenant.
    Group,
    /// A member of the workspace.
    Member,
    /// A member's record in one tenant.
    Membership,
}

impl Facet {
    /// Every facet.
    pub const ALL: [Self; 16] = [
        Self::Customer,
        Self::Account,
        Self::File,
        Self::User,
        Self::Override,
        Self::Business,
        Self::App,
        Self::ApiKey,
        Self::Upload,
        Self::Client,
        Self::Language,
        Self::Tenant,
        Self::Brand,
        Self::Group,
        Self::Member,
        Self::Membership,
    ];

    /// The name in the store and in metrics.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Account => "account",
            Self::File => "file",
            Self::User => "user",
            Self::Override => "override",
            Self::Business => "business",
            Self::App => "app",
            Self::ApiKey => "api_key",
            Self::Upload => "upload",
            Self::Client => "client",
            Self::Language => "language",
            Self::Tenant => "tenant",
            Self::Brand => "brand",
            Self::Group => "group",
            Self::Member => "member",
            Self::Membership => "membership",
        }
    }

    /// The facet of a stored name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|facet| facet.name() == name)
    }
}

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
    /// A sensitive value: what it was is not recorded, only a digest of the form in which it is stored (sealed, or hashed
    /// with a salt or a key), by which a history and a record can be compared.
    Masked(String),
}

/// How much of a digest is kept.
const DIGEST_BYTES: usize = 16;

/// Bytes in hexadecimal.
pub(crate) fn hex<'a>(bytes: impl IntoIterator<Item = &'a u8>) -> String {
    bytes.into_iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").ok();
        hex
    })
}

impl Value {
    /// A moment, as change records keep it.
    #[must_use]
    pub fn moment(at: DateTime<Utc>) -> Self {
        Self::word(&at.to_rfc3339_opts(SecondsFormat::Micros, true))
    }

    /// A name, number or address that this service has written itself.
    #[must_use]
    pub fn word(word: &str) -> Self {
        Text::try_from(word).map_or(Self::Null, Self::Text)
    }

    fn masked(self) -> Self {
        if self == Self::Null {
            return self;
        }
        let mut digest = Sha256::new();
        self.feed(&mut digest);
        Self::Masked(hex(digest.finalize().iter().take(DIGEST_BYTES)))
    }

    fn feed(&self, digest: &mut Sha256) {
        match self {
            Self::Null => digest.update("null"),
            Self::Text(text) => digest.update(text.as_str()),
            Self::Masked(text) => digest.update(text),
            Self::Integer(number) => digest.update(number.to_le_bytes()),
            Self::Number(number) => digest.update(number.to_le_bytes()),
            Self::Flag(flag) => digest.update([u8::from(*flag)]),
            Self::List(values) => values.iter().for_each(|value| value.feed(digest)),
        }
    }
}

/// One field that changed.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldChange {
    /// The field's catalogue name.
    pub field: String,
    /// The value before.
    pub old: Value,
    /// The value after.
    pub new: Value,
}

impl FieldChange {
    /// The change of `field`, masked when its class asks for it.
    #[must_use]
    pub fn of(field: &Field, old: Value, new: Value) -> Self {
        let (old, new) = match field.class {
            Class::Public | Class::Personal => (old, new),
            Class::Sensitive => (old.masked(), new.masked()),
        };
        Self { field: field.name.to_owned(), old, new }
    }

    /// What differs between two readings of the same fields; before the first version, when `old` is `None`, every field
    /// was empty.
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
}

/// Who caused a write, and through which door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// The caller, by the identifiers of the token: `account-user:70021`.
    pub actor: String,
    /// The contract, or `import`.
    pub contract: String,
    /// The request's id, as answered in `X-Request-Id`.
    pub request_id: String,
    /// Why, where a contract asks for a reason.
    pub reason: Option<Text>,
}

/// One entry of the append-only log of changes.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeRecord {
    /// `UUIDv7` of the record.
    pub id: Uuid,
    /// The person; absent only for a file that belongs to nobody.
    pub person: Option<PersonId>,
    /// The kind of record that changed.
    pub facet: Facet,
    /// The record's key within the facet.
    pub key: String,
    /// The version that this write made; counts from 1 without gaps for each key.
    pub version: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who and through which door.
    pub cause: Cause,
    /// What changed, in catalogue order; empty when only a time stamp moved.
    pub fields: Vec<FieldChange>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::Writer;

    #[test]
    fn a_sensitive_value_is_masked() {
        let field =
            Field { name: "tax_number", max_chars: 20, class: Class::Sensitive, writer: Writer::Holder };
        let change = |new| FieldChange::of(&field, Value::Null, new);
        assert_eq!(change(Value::Null).new, Value::Null);
        let masked = change(Value::word("sealed")).new;
        assert!(matches!(&masked, Value::Masked(digest) if digest.len() == 32), "{masked:?}");
        assert_eq!(change(Value::word("sealed")).new, masked);
        assert_ne!(change(Value::word("sealed anew")).new, masked);
    }

    #[test]
    fn only_differences_are_recorded() {
        let (a, b) = (Field::imported("a"), Field::imported("b"));
        let old = [(a, Value::Integer(1)), (b, Value::Integer(2))];
        let new = [(a, Value::Integer(1)), (b, Value::Integer(3))];
        let changes = FieldChange::between(Some(old), new);
        assert_eq!(changes, [FieldChange::of(&b, Value::Integer(2), Value::Integer(3))]);
    }
}
