//! The record of a media file.

use uuid::Uuid;

use super::ImageFormat;
use crate::{PersonId, Text, change::Value, field::Field};

/// Most bytes of an uploaded avatar (contract account, section 4.3).
pub const AVATAR_MAX_BYTES: u64 = 5_242_880;
/// The one purpose that uploads have (contract account, section 4.3).
pub const AVATAR_PURPOSE: &str = "account_avatar";

/// The catalogue of the file kind.
pub mod fields {
    use super::AVATAR_PURPOSE;
    use crate::{
        field::{Default, Field, FieldType, Write},
        rule::TextRule,
    };

    /// Extension of the stored name.
    pub const EXTENSION: Field =
        Field::text("extension", 64, TextRule::Word).mandatory().written(Write::AtCreation);
    /// Who may read it.
    pub const SCOPE: Field = Field::new("scope", FieldType::INTEGER_32).or(Default::Integer(3));
    /// What it was uploaded for.
    pub const PURPOSE: Field = Field::text("purpose", 64, TextRule::Word).or(Default::Text(AVATAR_PURPOSE));
    /// The client's own name for it (contract account, section 9).
    pub const ORIGINAL_NAME: Field = Field::text("original_name", 255, TextRule::Any).written(Write::Never);
    /// The size in bytes.
    pub const FILE_SIZE: Field = Field::new("file_size", FieldType::Integer).written(Write::Never);
    /// The bytes, as an operator sends them.
    pub const BASE64: Field =
        Field::text("base64", usize::MAX, TextRule::Any).mandatory().write_only().written(Write::AtCreation);
    /// Whether the stored name ends in `.svg`, whatever the extension.
    pub const LEGACY_SVG: Field =
        Field::new("legacy_svg", FieldType::Flag).write_only().written(Write::AtCreation);
}

/// Who may read a file without a token (contract account, section 6, storage scope).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope(pub i32);

impl Scope {
    /// Anyone may read it. Every other number is not public.
    pub const PUBLIC: Self = Self(3);
    /// It was public, and no account showed it: nobody may read it, and its bytes go.
    const HIDDEN: Self = Self(-1);
}

/// A file's record; the bytes are in the media store under [`MediaFile::file_name`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaFile {
    /// Random version 4, never reused.
    pub uuid: Uuid,
    /// Who uploaded it; an imported file belongs to nobody.
    pub person: Option<PersonId>,
    /// Counts from 1.
    pub version: i64,
    /// In small letters, without the dot.
    pub extension: String,
    /// Who may read it.
    pub scope: Scope,
    /// What it was uploaded for.
    pub purpose: String,
    /// The client's own name for it, without a path.
    pub original_name: Text,
    /// The size in bytes.
    pub size: u64,
}

impl MediaFile {
    /// The extension of the files kept from before the upload endpoint.
    pub const LEGACY_EXTENSION: &'static str = "svg";

    /// A file of nobody before its first version, with the defaults of an import (operator page, section 3).
    #[must_use]
    pub fn new(uuid: Uuid) -> Self {
        Self {
            uuid,
            person: None,
            version: 0,
            extension: String::new(),
            scope: Scope::PUBLIC,
            purpose: AVATAR_PURPOSE.to_owned(),
            original_name: Text::default(),
            size: 0,
        }
    }

    /// `{uuid}.{extension}`.
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("{}.{}", self.uuid, self.extension)
    }

    /// The media type, which comes from the extension and never from a client.
    #[must_use]
    pub fn content_type(&self) -> &'static str {
        match ImageFormat::of_extension(&self.extension) {
            Some(format) => format.content_type(),
            None if self.is_svg() => "image/svg+xml",
            None => "application/octet-stream",
        }
    }

    /// Whether it is a vector image, which a browser must not be allowed to run.
    #[must_use]
    pub fn is_svg(&self) -> bool {
        self.extension == Self::LEGACY_EXTENSION
    }

    /// Whether anyone may read it.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.scope == Scope::PUBLIC
    }

    /// Whether it was public until no account showed it; then its bytes may be gone.
    #[must_use]
    pub fn is_hidden(&self) -> bool {
        self.scope == Scope::HIDDEN
    }

    /// The same file, hidden. The version is the caller's matter.
    #[must_use]
    pub fn hidden(&self) -> Self {
        Self { scope: Scope::HIDDEN, ..self.clone() }
    }

    /// The same file, public. The version is the caller's matter.
    #[must_use]
    pub fn shown_again(&self) -> Self {
        Self { scope: Scope::PUBLIC, ..self.clone() }
    }

    /// Every recorded field with its value.
    #[must_use]
    pub fn values(&self) -> [(Field, Value); 5] {
        let Self { uuid: _, person: _, version: _, extension, scope, purpose, original_name, size } = self;
        [
            (fields::EXTENSION, Value::word(extension)),
            (fields::SCOPE, Value::Integer(i64::from(scope.0))),
            (fields::PURPOSE, Value::word(purpose)),
            (fields::ORIGINAL_NAME, Value::Text(original_name.clone())),
            (fields::FILE_SIZE, Value::Integer(i64::try_from(*size).unwrap_or(i64::MAX))),
        ]
    }
}
