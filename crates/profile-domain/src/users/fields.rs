//! The catalogue of the user kind (contract users, section 4).

use crate::{
    catalogue::items,
    email,
    field::{Content, Field, FieldType, Write},
    rule::TextRule,
};

const fn public(name: &'static str, holds: FieldType) -> Field {
    Field::new(name, holds).public()
}

const fn personal(name: &'static str, holds: FieldType) -> Field {
    Field::new(name, holds)
}

const fn word(name: &'static str) -> Field {
    Field::text(name, 1024, TextRule::Any)
}

/// Display name.
pub const NAME: Field = Field::text("name", 100, TextRule::Line).held().public().person_name().nullable();
/// About the user.
pub const BIO: Field = Field::text("bio", 1000, TextRule::Paragraph).held().public().nullable();
/// Unique handle.
pub const USERNAME: Field =
    Field::text("username", 42, TextRule::Username).held().public().identifier().mandatory();
/// Picture.
pub const PICTURE: Field = public("profile_picture", FieldType::Object)
    .of(Content::Members(&items::PICTURE))
    .held()
    .nullable()
    .written(Write::Never);
/// Wide picture above the profile.
pub const BANNER: Field = public("banner", FieldType::Object)
    .of(Content::Members(&items::PICTURE))
    .held()
    .nullable()
    .written(Write::Never);
/// E-mail address, shown only to the user.
pub const EMAIL: Field = Field::text("email", email::MAX_CHARS, TextRule::Email).identifier();
/// E-mail address as an operator writes it (operator API page, section 6).
pub const NULLABLE_EMAIL: Field = EMAIL.with_text(1024, TextRule::Email).nullable();
/// Creation of the account; never changes.
pub const CREATED_AT: Field = public("created_at", FieldType::Time);
/// The businesses that the user belongs to.
pub const ACCOUNTS: Field = personal("accounts", FieldType::List).of(Content::Values(&items::BUSINESS_ID));
/// State of the identity check of the person.
pub const VERIFICATION_INDIVIDUAL: Field =
    Field::text("verification.individual", 1024, TextRule::IdentityStatus).public().nullable();
/// State of the identity check of the person's business.
pub const VERIFICATION_BUSINESS: Field =
    Field::text("verification.business", 1024, TextRule::IdentityStatus).public().nullable();
/// Profiles elsewhere.
pub const SOCIAL_LINKS: Field =
    public("social_links", FieldType::List).of(Content::Members(&items::SOCIAL_LINK));
/// What the user holds, shown only to the user.
pub const HOLDINGS: Field = personal("holdings", FieldType::List).of(Content::Members(&items::HOLDING));
/// Title of a business.
pub const TITLE: Field = word("title").public();
/// The business that a business is part of.
pub const PARENT_ID: Field = Field::text("parent_id", 1024, TextRule::BusinessId).public().nullable();
/// Where an app is installed, and what it may do there.
pub const INSTALLS: Field =
    public("installs", FieldType::List).of(Content::Members(&items::INSTALL)).written(Write::Grant);

/// Owner of an API key.
pub const OWNER: Field = Field::text("owner", 1024, TextRule::KeyOwner).mandatory().written(Write::Grant);
/// An API key, of which only the keyed hash is kept.
pub const SECRET: Field =
    Field::text("secret", 1024, TextRule::Secret).sensitive().mandatory().write_only().written(Write::Grant);
/// What an API key is for.
pub const PERMISSIONS: Field = personal("permissions", FieldType::List)
    .of(Content::Values(&items::WORD))
    .mandatory()
    .written(Write::Grant);
/// End of an API key.
pub const EXPIRES_AT: Field = personal("expires_at", FieldType::Time).nullable().written(Write::Grant);
/// From where an API key may be used.
pub const ALLOW_CIDRS: Field =
    personal("allow_cidrs", FieldType::List).of(Content::Values(&items::NETWORK)).written(Write::Grant);
/// The version that an API key is pinned to.
pub const API_VERSION_DATE: Field =
    Field::text("api_version_date", 1024, TextRule::VersionDate).nullable().written(Write::Grant);
/// When an operator ended an API key for good.
pub const REVOKED_AT: Field = personal("revoked_at", FieldType::Time).nullable().written(Write::Never);

/// The name that a client gave an uploaded file.
pub const FILENAME: Field = Field::text("filename", 255, TextRule::Any).held().written(Write::Never);
/// Whom an upload belongs to.
pub const UPLOAD_OWNER: Field = word("owner").written(Write::Never);
/// Who may read an uploaded file.
pub const VISIBILITY: Field = word("visibility").public().written(Write::Never);
/// How far an upload has come.
pub const UPLOAD_STATUS: Field = word("upload_status").public().written(Write::Never);
/// When an upload was announced.
pub const UPLOAD_CREATED_AT: Field = CREATED_AT.written(Write::Never);
/// Bytes of an uploaded file.
pub const UPLOAD_SIZE: Field = public("size", FieldType::Integer).nullable().written(Write::Never);
/// The unguessable part of an upload's address.
pub const UPLOAD_TOKEN: Field = word("token").sensitive().write_only().written(Write::Never);
/// The kind of an uploaded file that its client announced.
pub const CONTENT_TYPE: Field = word("content_type").public().written(Write::Never);
/// The name of the uploaded bytes.
pub const CONTENT: Field = word("content").public().nullable().written(Write::Never);
/// The name of the picture that is shown.
pub const RENDITION: Field = word("rendition").public().nullable().written(Write::Never);
/// When an upload was last attached to a profile.
pub const ATTACHED_AT: Field = public("attached_at", FieldType::Time).nullable().written(Write::Never);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outer_white_space_goes_before_the_length_counts() {
        let long = format!("\u{3000} {} \n", "é".repeat(100));
        assert_eq!(NAME.clean(&long).unwrap().as_str(), "é".repeat(100));
        assert!(NAME.clean(&"é".repeat(101)).is_err());
        for blank in [" \t ", "\u{3164}", "\u{2800}\u{200b}", "\u{e0041}\u{fe0f}", "\u{301}"] {
            assert!(NAME.clean(blank).is_err(), "{blank:?}");
        }
        assert_eq!(NAME.clean("\u{200b}a").unwrap().as_str(), "\u{200b}a");
    }

    #[test]
    fn control_characters_are_refused_and_new_lines_belong_to_paragraphs() {
        for control in ["a\u{1}b", "a\nb", "a\u{7f}b", "a\u{85}b"] {
            assert!(NAME.clean(control).is_err(), "{control:?}");
        }
        assert_eq!(BIO.clean("a\r\nb\n").unwrap().as_str(), "a\nb");
        for control in ["a\rb", "a\tb", "a\u{7f}b"] {
            assert!(BIO.clean(control).is_err(), "{control:?}");
        }
        assert!(BIO.clean(" ").unwrap().is_empty());
    }
}
