//! The catalogue of the member and workspace facets (contract tenant, section 4.1).

use crate::{
    email,
    field::{Class, Field},
};

/// Reference to a language, as a request of the contract names it.
pub const LANGUAGE: Field = Field::held_text("language", 0);
/// The number of a member's language.
pub const LANGUAGE_ID: Field = Field::held_text("language_id", 0);
/// E-mail address.
pub const EMAIL: Field = Field::held_text("email", email::MAX_CHARS);
/// Given name.
pub const GIVEN_NAME: Field = Field::held_text("given_name", 100);
/// Family name.
pub const FAMILY_NAME: Field = Field::held_text("family_name", 100);
/// Whether times show as they are.
pub const DISPLAY_ABSOLUTE_TIME: Field = Field::held_text("display_absolute_time", 0);
/// The current password, which is never kept.
pub const PASSWORD_VALIDATION: Field =
    Field { class: Class::Sensitive, ..Field::held_text("password_validation", 256) };
/// Hash of the password.
pub const PASSWORD_HASH: Field =
    Field { class: Class::Sensitive, ..Field::imported_text("password_hash", 1024) };

/// The members that an update reads, in the documented order; nothing else can change anything.
pub const UPDATE: [Field; 6] =
    [LANGUAGE, EMAIL, GIVEN_NAME, FAMILY_NAME, DISPLAY_ABSOLUTE_TIME, PASSWORD_VALIDATION];

/// Address of a picture.
pub const PROFILE_PIC: Field = Field::imported_text("profile_pic", 2048);
/// Roles of a global administrator.
pub const ADMIN_ROLES: Field = Field::imported("admin_roles");
/// What a global administrator may do.
pub const PERMISSIONS: Field = Field::imported("permissions");
/// Whether the member is gone.
pub const IS_DELETED: Field = Field::imported("is_deleted");
/// When the member was made.
pub const CREATED: Field = Field::imported("created");
/// When the member was last written.
pub const LAST_UPDATED: Field = Field::imported("last_updated");
/// Who wrote the member last.
pub const LAST_UPDATED_BY: Field = Field::imported("last_updated_by");
/// Who made the member.
pub const CREATED_BY: Field = Field::imported("created_by");
/// Number of a membership.
pub const MEMBERSHIP_ID: Field = Field::imported("id");
/// Role in a tenant.
pub const ROLE: Field = Field::imported("role");
/// Status in a tenant.
pub const STATUS: Field = Field::imported("status");
/// When the member was last seen in a tenant.
pub const LAST_SEEN: Field = Field::imported("last_seen");
/// Groups of a membership.
pub const GROUPS: Field = Field::imported("groups");
/// Brands of a membership.
pub const BRANDS: Field = Field::imported("brands");
/// Name of a language, tenant, brand or group.
pub const NAME: Field = public_text("name", 1024);
/// Code of a language.
pub const CODE: Field = public_text("code", 64);
/// Picture of a language.
pub const ICON: Field = public_text("icon", 2048);
/// Square picture of a language; misspelt as in the contract.
pub const ICON_SQARE: Field = public_text("icon_sqare", 2048);
/// How a tenant is called in paths.
pub const SLUG: Field = public_text("slug", 255);
/// The tenant of a brand or group.
pub const TENANT_ID: Field = public_text("tenant_id", 0);

/// What is no person's (operator page, section 5.2).
const fn public_text(name: &'static str, max_chars: usize) -> Field {
    Field { class: Class::Public, ..Field::imported_text(name, max_chars) }
}
