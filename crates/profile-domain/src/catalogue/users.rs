//! The fields of users, overrides, businesses, apps, API keys and uploads.

use super::Part;
use crate::{field::Field, users::fields as f};

/// The fields of a user.
pub(super) const USER: [Field; 12] = [
    f::USERNAME,
    f::NAME,
    f::BIO,
    f::PICTURE,
    f::BANNER,
    f::NULLABLE_EMAIL,
    f::CREATED_AT,
    f::ACCOUNTS,
    f::VERIFICATION_INDIVIDUAL,
    f::VERIFICATION_BUSINESS,
    f::SOCIAL_LINKS,
    f::HOLDINGS,
];

/// The objects of a user.
pub(super) const USER_PARTS: [Part; 1] = [Part { name: "verification", nullable: false, mandatory: false }];

/// The fields of an override.
pub(super) const OVERRIDE: [Field; 2] = [f::NAME, f::PICTURE];

/// The fields of a business.
pub(super) const BUSINESS: [Field; 2] = [f::TITLE, f::PARENT_ID];

/// The fields of an app.
pub(super) const APP: [Field; 1] = [f::INSTALLS];

/// The fields of an API key.
pub(super) const API_KEY: [Field; 6] =
    [f::OWNER, f::SECRET, f::PERMISSIONS, f::EXPIRES_AT, f::ALLOW_CIDRS, f::API_VERSION_DATE];

/// The fields of an upload.
pub(super) const UPLOAD: [Field; 11] = [
    f::UPLOAD_OWNER,
    f::UPLOAD_TOKEN,
    f::FILENAME,
    f::CONTENT_TYPE,
    f::VISIBILITY,
    f::UPLOAD_CREATED_AT,
    f::UPLOAD_STATUS,
    f::UPLOAD_SIZE,
    f::CONTENT,
    f::RENDITION,
    f::ATTACHED_AT,
];
