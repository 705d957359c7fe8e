//! The catalogue of the customer kind. The contract gives no limits; these only bound what an import may bring.

use crate::{
    email,
    field::{Default, Field, FieldType},
    rule::TextRule,
};

const fn text(name: &'static str) -> Field {
    Field::text(name, 1024, TextRule::Any)
}

/// E-mail address.
pub const EMAIL: Field = Field::text("email", email::MAX_CHARS, TextRule::Email).identifier();
/// E-mail address as an operator writes it: it may be empty (operator API page, section 6).
pub const OPTIONAL_EMAIL: Field = EMAIL.with_text(1024, TextRule::OptionalEmail);
/// Name as shown.
pub const FULL_NAME: Field = text("full_name").person_name();
/// Given name.
pub const FIRST_NAME: Field = text("first_name").person_name();
/// Family name.
pub const LAST_NAME: Field = text("last_name").person_name();
/// Phone number.
pub const PHONE: Field = text("phone").phone();
/// The desk's own status number.
pub const STATUS: Field = Field::new("status", FieldType::Integer);
/// Whether the customer may act at all.
pub const ENABLE: Field = Field::new("enable", FieldType::Bit).or(Default::Integer(1));
/// Brand.
pub const BRAND: Field = text("brand").or(Default::Text("default"));
/// Language.
pub const PREFERRED_LANGUAGE: Field = text("preferred_language");
/// Desk.
pub const DESK: Field = text("desk");
/// The manager in charge.
pub const MANAGER_ID: Field = Field::new("manager_id", FieldType::Integer).nullable();
