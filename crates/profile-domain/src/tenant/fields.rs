//! The catalogue of the member and workspace kinds (contract tenant, section 4.1).

use crate::{
    catalogue::items,
    email,
    field::{Content, Field, FieldType, Write},
    rule::TextRule,
};

const fn text(name: &'static str, max_chars: usize) -> Field {
    Field::text(name, max_chars, TextRule::Any)
}

const fn integer(name: &'static str) -> Field {
    Field::new(name, FieldType::INTEGER_32)
}

const fn list(name: &'static str, content: Content) -> Field {
    Field::new(name, FieldType::List).of(content)
}

const fn time(name: &'static str) -> Field {
    Field::new(name, FieldType::Time)
}

/// Reference to a language, as a request of the contract names it.
pub const LANGUAGE: Field = Field::new("language", FieldType::Object).held();
/// The number of a member's language.
pub const LANGUAGE_ID: Field = integer("language_id").held().nullable();
/// E-mail address.
pub const EMAIL: Field =
    Field::text("email", email::MAX_CHARS, TextRule::Email).held().identifier().mandatory();
/// Given name.
pub const GIVEN_NAME: Field =
    Field::text("given_name", 100, TextRule::MemberName).held().person_name().mandatory();
/// Family name.
pub const FAMILY_NAME: Field =
    Field::text("family_name", 100, TextRule::OptionalMemberName).held().person_name();
/// Whether times show as they are.
pub const DISPLAY_ABSOLUTE_TIME: Field = Field::new("display_absolute_time", FieldType::Flag).held();
/// The current password, which is never kept.
pub const PASSWORD_VALIDATION: Field = text("password_validation", 256).held().sensitive();
/// Hash of the password.
pub const PASSWORD_HASH: Field = text("password_hash", 1024).sensitive().nullable().write_only();
/// A password as an operator sends it, of which only the hash is stored.
pub const PASSWORD: Field = text("password", 1024).sensitive().nullable().write_only();

/// The members that an update reads, in the documented order; nothing else can change anything.
pub const UPDATE: [Field; 6] =
    [LANGUAGE, EMAIL, GIVEN_NAME, FAMILY_NAME, DISPLAY_ABSOLUTE_TIME, PASSWORD_VALIDATION];

/// Address of a picture.
pub const PROFILE_PIC: Field = text("profile_pic", 2048).nullable();
/// Roles of a global administrator.
pub const ADMIN_ROLES: Field = list("admin_roles", Content::Values(&items::NUMBER)).written(Write::Grant);
/// What a global administrator may do.
pub const PERMISSIONS: Field = list("permissions", Content::Values(&items::NUMBER)).written(Write::Grant);
/// Whether the member is gone.
pub const IS_DELETED: Field = Field::new("is_deleted", FieldType::Flag);
/// When the member was made.
pub const CREATED: Field = time("created");
/// When the member was last written.
pub const LAST_UPDATED: Field = time("last_updated").written(Write::Never);
/// Who wrote the member last.
pub const LAST_UPDATED_BY: Field = integer("last_updated_by").nullable().written(Write::Never);
/// Who made the member.
pub const CREATED_BY: Field = integer("created_by").nullable();
/// Number of a membership.
pub const MEMBERSHIP_ID: Field = integer("id").mandatory();
/// Role in a tenant.
pub const ROLE: Field = integer("role").mandatory().written(Write::Grant);
/// Status in a tenant.
pub const STATUS: Field = integer("status").mandatory();
/// When the member was last seen in a tenant.
pub const LAST_SEEN: Field = time("last_seen").nullable();
/// Groups of a membership.
pub const GROUPS: Field = list("groups", Content::Members(&items::GROUP));
/// Brands of a membership.
pub const BRANDS: Field = list("brands", Content::Members(&items::BRAND));
/// Name of a language, tenant, brand or group.
pub const NAME: Field = text("name", 1024).public();
/// Name of a language or group, which cannot be invisible.
pub const VISIBLE_NAME: Field = Field::text("name", 1024, TextRule::Visible).public().mandatory();
/// Code of a language.
pub const CODE: Field = text("code", 64).public().mandatory();
/// Picture of a language.
pub const ICON: Field = text("icon", 2048).public().nullable();
/// Square picture of a language; misspelt as in the contract.
pub const ICON_SQARE: Field = text("icon_sqare", 2048).public().nullable();
/// How a tenant is called in paths.
pub const SLUG: Field = Field::text("slug", 255, TextRule::Slug).public().mandatory();
/// The tenant of a brand or group.
pub const TENANT_ID: Field = integer("tenant_id").public().mandatory();
