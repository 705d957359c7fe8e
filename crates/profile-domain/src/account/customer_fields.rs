//! The catalogue of the customer facet. The contract gives no limits; these only bound what an import may bring.

use crate::{email, field::Field};

const fn text(name: &'static str) -> Field {
    Field::imported_text(name, 1024)
}

/// E-mail address.
pub const EMAIL: Field = Field::imported_text("email", email::MAX_CHARS);
/// Name as shown.
pub const FULL_NAME: Field = text("full_name");
/// Given name.
pub const FIRST_NAME: Field = text("first_name");
/// Family name.
pub const LAST_NAME: Field = text("last_name");
/// Phone number.
pub const PHONE: Field = text("phone");
/// The desk's own status number.
pub const STATUS: Field = Field::imported("status");
/// Whether the customer may act at all.
pub const ENABLE: Field = Field::imported("enable");
/// Brand.
pub const BRAND: Field = text("brand");
/// Language.
pub const PREFERRED_LANGUAGE: Field = text("preferred_language");
/// Desk.
pub const DESK: Field = text("desk");
/// The manager in charge.
pub const MANAGER_ID: Field = Field::imported("manager_id");
