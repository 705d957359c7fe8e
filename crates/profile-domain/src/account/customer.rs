//! The customer who owns trading accounts.

use crate::{
    PersonId, Text,
    change::{FieldChange, Value},
    field::Field,
};

/// Identifies a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CustomerId(pub i64);

/// A customer; nothing of it can be changed through the contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// Its number.
    pub id: CustomerId,
    /// The human being.
    pub person: PersonId,
    /// Counts from 1.
    pub version: i64,
    /// E-mail address.
    pub email: Text,
    /// Name as shown.
    pub full_name: Text,
    /// Given name.
    pub first_name: Text,
    /// Family name.
    pub last_name: Text,
    /// Phone number.
    pub phone: Text,
    /// The desk's own status number.
    pub status: i64,
    /// Whether the customer may act at all.
    pub enable: bool,
    /// Brand.
    pub brand: Text,
    /// Language.
    pub preferred_language: Text,
    /// Desk.
    pub desk: Text,
    /// The manager in charge, if one is.
    pub manager_id: Option<i64>,
}

impl Customer {
    /// Most characters of any text of a customer.
    pub const TEXT_MAX_CHARS: usize = 1024;

    /// A customer before the first version, with the defaults of an import (operator page, section 3).
    #[must_use]
    pub fn new(id: CustomerId, person: PersonId) -> Self {
        Self {
            id,
            person,
            version: 0,
            email: Text::default(),
            full_name: Text::default(),
            first_name: Text::default(),
            last_name: Text::default(),
            phone: Text::default(),
            status: 0,
            enable: true,
            brand: Text::of_words("default"),
            preferred_language: Text::default(),
            desk: Text::default(),
            manager_id: None,
        }
    }

    /// Every recorded field with its value.
    #[must_use]
    pub fn values(&self) -> [(Field, Value); 11] {
        let Self {
            id: _,
            person: _,
            version: _,
            email,
            full_name,
            first_name,
            last_name,
            phone,
            status,
            enable,
            brand,
            preferred_language,
            desk,
            manager_id,
        } = self;
        let text =
            |name, text: &Text| (Field::imported_text(name, Self::TEXT_MAX_CHARS), Value::Text(text.clone()));
        [
            text("email", email),
            text("full_name", full_name),
            text("first_name", first_name),
            text("last_name", last_name),
            text("phone", phone),
            (Field::imported("status"), Value::Integer(*status)),
            (Field::imported("enable"), Value::Flag(*enable)),
            text("brand", brand),
            text("preferred_language", preferred_language),
            text("desk", desk),
            (Field::imported("manager_id"), manager_id.map_or(Value::Null, Value::Integer)),
        ]
    }

    /// What differs from an earlier version; everything when there is none.
    #[must_use]
    pub fn changes_since(&self, earlier: Option<&Self>) -> Vec<FieldChange> {
        FieldChange::between(earlier.map(Self::values), self.values())
    }
}
