//! The customer who owns trading accounts.

use std::fmt;

use super::customer_fields as fields;
use crate::{PersonId, Text, change::Value, field::Field};

/// Identifies a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CustomerId(pub i64);

impl fmt::Display for CustomerId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

/// A customer; nothing of it can be changed through the contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// The number that names it within its kind.
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
            brand: Text::try_from("default").unwrap_or_default(),
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
        let text = |text: &Text| Value::Text(text.clone());
        [
            (fields::EMAIL, text(email)),
            (fields::FULL_NAME, text(full_name)),
            (fields::FIRST_NAME, text(first_name)),
            (fields::LAST_NAME, text(last_name)),
            (fields::PHONE, text(phone)),
            (fields::STATUS, Value::Integer(*status)),
            (fields::ENABLE, Value::bit(*enable)),
            (fields::BRAND, text(brand)),
            (fields::PREFERRED_LANGUAGE, text(preferred_language)),
            (fields::DESK, text(desk)),
            (fields::MANAGER_ID, manager_id.map_or(Value::Null, Value::Integer)),
        ]
    }
}
