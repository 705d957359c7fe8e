//! The member: one global record, whatever tenants it belongs to.

use chrono::{DateTime, Utc};

use super::fields;
use crate::{PersonId, Text, change::Value, field::Field, search::folded};

/// A member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The number that names it within its kind.
    pub id: i32,
    /// The human being.
    pub person: PersonId,
    /// Counts from 1.
    pub version: i64,
    /// Unique among members that are not deleted, without regard to case.
    pub email: Text,
    /// Given name.
    pub given_name: Text,
    /// Family name; may be empty.
    pub family_name: Text,
    /// The chosen language.
    pub language_id: Option<i32>,
    /// Whether times show as they are.
    pub display_absolute_time: bool,
    /// Address of a picture.
    pub profile_pic: Option<Text>,
    /// Roles of a global administrator, as they came.
    pub admin_roles: Vec<i32>,
    /// What a global administrator may do, as it came.
    pub permissions: Vec<i32>,
    /// Whether the member is gone.
    pub is_deleted: bool,
    /// When it was made.
    pub created: DateTime<Utc>,
    /// Who made it; nobody, if it registered itself.
    pub created_by: Option<i32>,
    /// When it was last changed.
    pub last_updated: DateTime<Utc>,
    /// Who changed it last.
    pub last_updated_by: Option<i32>,
    /// The hash of the password, as a PHC string.
    pub password_hash: Option<Text>,
}

impl Member {
    /// Given name, a space, family name, trimmed (contract tenant, section 4.2).
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{} {}", self.given_name.as_str(), self.family_name.as_str()).trim().to_owned()
    }

    /// An e-mail address in the form in which addresses are compared.
    #[must_use]
    pub fn email_key_of(email: &str) -> String {
        email.trim().to_lowercase()
    }

    /// The address that must be unique; a deleted member holds none.
    #[must_use]
    pub fn email_key(&self) -> Option<String> {
        (!self.is_deleted).then(|| Self::email_key_of(self.email.as_str()))
    }

    /// What lists sort by: letter case counts as little as in a search.
    #[must_use]
    pub fn folded_name(&self) -> String {
        folded(&self.full_name())
    }

    /// What a search looks into: names and address, which no search can span.
    #[must_use]
    pub fn folded_text(&self) -> String {
        format!("{}\n{}", self.folded_name(), folded(self.email.as_str()))
    }

    /// Returns every recorded field with its value.
    pub(crate) fn values(&self) -> [(Field, Value); 14] {
        let Self {
            id: _,
            person: _,
            version: _,
            email,
            given_name,
            family_name,
            language_id,
            display_absolute_time,
            profile_pic,
            admin_roles,
            permissions,
            is_deleted,
            created,
            created_by,
            last_updated,
            last_updated_by,
            password_hash,
        } = self;
        let number =
            |number: &Option<i32>| number.map_or(Value::Null, |number| Value::Integer(number.into()));
        let numbers = |numbers: &[i32]| {
            Value::List(numbers.iter().map(|number| Value::Integer((*number).into())).collect())
        };
        let optional = |text: &Option<Text>| Value::optional(text.as_ref());
        [
            (fields::LANGUAGE_ID, number(language_id)),
            (fields::EMAIL, Value::Text(email.clone())),
            (fields::GIVEN_NAME, Value::Text(given_name.clone())),
            (fields::FAMILY_NAME, Value::Text(family_name.clone())),
            (fields::DISPLAY_ABSOLUTE_TIME, Value::Flag(*display_absolute_time)),
            (fields::PROFILE_PIC, optional(profile_pic)),
            (fields::ADMIN_ROLES, numbers(admin_roles)),
            (fields::PERMISSIONS, numbers(permissions)),
            (fields::IS_DELETED, Value::Flag(*is_deleted)),
            (fields::CREATED, Value::moment(*created)),
            (fields::CREATED_BY, number(created_by)),
            (fields::PASSWORD_HASH, optional(password_hash)),
            (fields::LAST_UPDATED, Value::moment(*last_updated)),
            (fields::LAST_UPDATED_BY, number(last_updated_by)),
        ]
    }
}
