//! The fields of languages, tenants, brands, groups, members and memberships.

use crate::{field::Field, tenant::fields as f};

/// The fields of a language.
pub(super) const LANGUAGE: [Field; 4] = [f::VISIBLE_NAME, f::CODE, f::ICON, f::ICON_SQARE];

/// The fields of a tenant.
pub(super) const TENANT: [Field; 2] = [f::SLUG, f::NAME];

/// The fields of a brand.
pub(super) const BRAND: [Field; 2] = [f::TENANT_ID, f::NAME];

/// The fields of a group.
pub(super) const GROUP: [Field; 2] = [f::TENANT_ID, f::VISIBLE_NAME];

/// The fields of a member.
pub(super) const MEMBER: [Field; 14] = [
    f::LANGUAGE_ID,
    f::EMAIL,
    f::GIVEN_NAME,
    f::FAMILY_NAME,
    f::DISPLAY_ABSOLUTE_TIME,
    f::PROFILE_PIC,
    f::ADMIN_ROLES,
    f::PERMISSIONS,
    f::IS_DELETED,
    f::CREATED,
    f::CREATED_BY,
    f::PASSWORD_HASH,
    f::LAST_UPDATED,
    f::LAST_UPDATED_BY,
];

/// What sets a field of a member under another name.
pub(super) const MEMBER_INPUTS: [Field; 1] = [f::PASSWORD];

/// The fields of a membership.
pub(super) const MEMBERSHIP: [Field; 6] =
    [f::MEMBERSHIP_ID, f::ROLE, f::STATUS, f::LAST_SEEN, f::GROUPS, f::BRANDS];
