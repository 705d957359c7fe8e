//! The catalogue of the user facet (contract users, section 4).

use crate::{
    email,
    field::{Class, Field, Writer},
};

/// Display name.
pub const NAME: Field = Field { class: Class::Public, ..Field::held_text("name", 100) };
/// About the user.
pub const BIO: Field = Field { class: Class::Public, ..Field::held_text("bio", 1000) };
/// Unique handle.
pub const USERNAME: Field = Field { class: Class::Public, ..Field::held_text("username", 42) };
/// Picture.
pub const PICTURE: Field = Field { class: Class::Public, ..Field::held_text("profile_picture", 0) };
/// Wide picture above the profile.
pub const BANNER: Field = Field { class: Class::Public, ..Field::held_text("banner", 0) };
/// E-mail address, shown only to the user.
pub const EMAIL: Field = Field::imported_text("email", email::MAX_CHARS);
/// Creation of the account; never changes.
pub const CREATED_AT: Field = public("created_at");
/// The businesses that the user belongs to.
pub const ACCOUNTS: Field = Field::imported("accounts");
/// State of the identity check of the person.
pub const VERIFICATION_INDIVIDUAL: Field = public("verification.individual");
/// State of the identity check of the person's business.
pub const VERIFICATION_BUSINESS: Field = public("verification.business");
/// Profiles elsewhere.
pub const SOCIAL_LINKS: Field = public("social_links");
/// What the user holds, shown only to the user.
pub const HOLDINGS: Field = Field::imported("holdings");
/// Title of a business.
pub const TITLE: Field = Field { class: Class::Public, ..Field::imported_text("title", 1024) };
/// The business that a business is part of.
pub const PARENT_ID: Field = public("parent_id");
/// Where an app is installed, and what it may do there.
pub const INSTALLS: Field = public("installs");

/// Owner of an API key.
pub const OWNER: Field = Field::imported("owner");
/// An API key, of which only the keyed hash is kept.
pub const SECRET: Field = Field { class: Class::Sensitive, ..Field::imported("secret") };
/// What an API key is for.
pub const PERMISSIONS: Field = Field::imported("permissions");
/// End of an API key.
pub const EXPIRES_AT: Field = Field::imported("expires_at");
/// From where an API key may be used.
pub const ALLOW_CIDRS: Field = Field::imported("allow_cidrs");
/// The version that an API key is pinned to.
pub const API_VERSION_DATE: Field = Field::imported("api_version_date");
/// When an operator ended an API key for good.
pub const REVOKED_AT: Field = Field::imported("revoked_at");

/// The name that a client gave an uploaded file.
pub const FILENAME: Field = Field::held_text("filename", 255);
/// Whom an upload belongs to.
pub const UPLOAD_OWNER: Field = Field::imported("owner");
/// Who may read an uploaded file.
pub const VISIBILITY: Field = public("visibility");
/// How far an upload has come.
pub const UPLOAD_STATUS: Field = public("upload_status");
/// Bytes of an uploaded file.
pub const UPLOAD_SIZE: Field = public("size");
/// The unguessable part of an upload's address.
pub const UPLOAD_TOKEN: Field = Field { class: Class::Sensitive, ..Field::imported("token") };
/// The kind of an uploaded file that its client announced.
pub const CONTENT_TYPE: Field = public("content_type");
/// The name of the uploaded bytes.
pub const CONTENT: Field = public("content");
/// The name of the picture that is shown.
pub const RENDITION: Field = public("rendition");
/// When an upload was last attached to a profile.
pub const ATTACHED_AT: Field = public("attached_at");

const fn public(name: &'static str) -> Field {
    Field { name, max_chars: 0, class: Class::Public, writer: Writer::Operator }
}
