//! Stored media files: formats, references to them, and which of them may serve as an account's avatar.

use uuid::Uuid;

use crate::{
    PersonId, Text,
    change::{FieldChange, Value},
    field::Field,
};

/// Most bytes of an uploaded avatar (contract account, section 4.3).
pub const AVATAR_MAX_BYTES: u64 = 5_242_880;
/// Most characters of a kept client file name (contract account, section 9).
pub const ORIGINAL_NAME_MAX_CHARS: usize = 255;
/// The one purpose that uploads have (contract account, section 4.3).
pub const AVATAR_PURPOSE: &str = "account_avatar";

/// The image formats that may be uploaded as an avatar (contract account, section 4.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageFormat {
    /// Portable network graphics.
    Png,
    /// JPEG.
    Jpeg,
    /// `WebP`.
    Webp,
    /// GIF.
    Gif,
}

impl ImageFormat {
    /// Bytes of a file that are enough to know its signature.
    pub const SIGNATURE_BYTES: usize = 12;

    /// The format that a file name's extension stands for, in small letters.
    #[must_use]
    pub fn of_extension(extension: &str) -> Option<Self> {
        match extension {
            "png" => Some(Self::Png),
            "jpg" | "jpeg" => Some(Self::Jpeg),
            "webp" => Some(Self::Webp),
            "gif" => Some(Self::Gif),
            _ => None,
        }
    }

    /// The media type in answers.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
            Self::Gif => "image/gif",
        }
    }

    /// Whether a file that begins with `head` is of this format.
    #[must_use]
    pub fn signs(self, head: &[u8]) -> bool {
        match self {
            Self::Png => head.starts_with(b"\x89PNG\r\n\x1a\n"),
            Self::Jpeg => head.starts_with(b"\xFF\xD8\xFF"),
            Self::Gif => head.starts_with(b"GIF87a") || head.starts_with(b"GIF89a"),
            Self::Webp => head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP"),
        }
    }
}

/// Who may read a file without a token (contract account, section 6, storage scope).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope(pub i32);

impl Scope {
    /// Anyone may read it. Every other number is not public.
    pub const PUBLIC: Self = Self(3);
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
    /// Bytes.
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

    /// Every recorded field with its value.
    #[must_use]
    pub fn values(&self) -> [(Field, Value); 5] {
        let Self { uuid: _, person: _, version: _, extension, scope, purpose, original_name, size } = self;
        let text = |text: &str| Text::try_from(text).map_or(Value::Null, Value::Text);
        [
            (Field::imported_text("extension", 16), text(extension)),
            (Field::imported("scope"), Value::Integer(i64::from(scope.0))),
            (Field::imported_text("purpose", 64), text(purpose)),
            (
                Field::imported_text("original_name", ORIGINAL_NAME_MAX_CHARS),
                Value::Text(original_name.clone()),
            ),
            (Field::imported("file_size"), Value::Integer(i64::try_from(*size).unwrap_or(i64::MAX))),
        ]
    }

    /// What differs from an earlier version; everything when there is none.
    #[must_use]
    pub fn changes_since(&self, earlier: Option<&Self>) -> Vec<FieldChange> {
        FieldChange::between(earlier.map(Self::values), self.values())
    }
}

/// A well-formed reference to a file: `{uuid}` or `{uuid}.{extension}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileReference {
    /// The file.
    pub uuid: Uuid,
    /// The extension that was asked for, if one was.
    pub extension: Option<String>,
}

impl FileReference {
    /// Reads `{uuid}` or `{uuid}.{extension}`: hyphenated, capital letters accepted, nothing around it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (uuid, extension) = match text.split_once('.') {
            Some((uuid, extension)) => (uuid, Some(extension)),
            None => (text, None),
        };
        if uuid.len() != uuid::fmt::Hyphenated::LENGTH {
            return None;
        }
        let uuid = Uuid::try_parse(uuid).ok()?;
        Some(Self { uuid, extension: extension.map(str::to_owned) })
    }

    /// Reads the value of an `avatar` member (contract account, section 4.1, avatar reference):
    /// one leading `/storage/` is removed, and `svg` is the only extension that may be named.
    #[must_use]
    pub fn parse_avatar(text: &str) -> Option<Self> {
        let name = text.strip_prefix("/storage/").unwrap_or(text);
        Self::parse(name).filter(|reference| match &reference.extension {
            None => true,
            Some(extension) => extension == MediaFile::LEGACY_EXTENSION,
        })
    }

    /// Whether this reference names `file`.
    #[must_use]
    pub fn names(&self, file: &MediaFile) -> bool {
        self.uuid == file.uuid && self.extension.as_ref().is_none_or(|extension| *extension == file.extension)
    }

    /// Whether `file` exists for this reference and may be shown as an account's avatar.
    /// Whose upload it was does not matter (contract account, section 4.1).
    #[must_use]
    pub fn may_show(&self, file: Option<&MediaFile>) -> bool {
        file.is_some_and(|file| self.names(file) && file.is_public() && file.purpose == AVATAR_PURPOSE)
    }

    /// The reference as it is stored: small letters, the extension only if it was given.
    #[must_use]
    pub fn stored(&self) -> String {
        match &self.extension {
            None => self.uuid.to_string(),
            Some(extension) => format!("{}.{extension}", self.uuid),
        }
    }
}

/// The base name of a client's file name, without any path and cut to its limit; `None` if nothing is left.
#[must_use]
pub fn base_name(client_name: &str) -> Option<&str> {
    let base = client_name.rsplit(['/', '\\']).next().unwrap_or_default();
    let end = base.char_indices().nth(ORIGINAL_NAME_MAX_CHARS).map_or(base.len(), |(at, _)| at);
    base.get(..end).filter(|name| !name.is_empty())
}

/// The extension of a file name in small letters.
#[must_use]
pub fn extension_of(name: &str) -> Option<String> {
    name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    const UUID: &str = "0b5c1f0e-7a44-4c0b-9b6f-2f1d8f3f6a10";

    fn file(extension: &str) -> MediaFile {
        MediaFile {
            uuid: Uuid::try_parse(UUID).unwrap(),
            person: None,
            version: 1,
            extension: extension.into(),
            scope: Scope::PUBLIC,
            purpose: AVATAR_PURPOSE.into(),
            original_name: Text::default(),
            size: 1,
        }
    }

    #[test]
    fn avatar_references_as_in_the_table() {
        let upper = UUID.to_uppercase();
        for (text, stored) in [
            (UUID.to_owned(), Some(UUID.to_owned())),
            (upper, Some(UUID.to_owned())),
            (format!("{UUID}.svg"), Some(format!("{UUID}.svg"))),
            (format!("/storage/{UUID}"), Some(UUID.to_owned())),
            (format!("/storage//storage/{UUID}"), None),
            (format!("storage/{UUID}"), None),
            (format!("{UUID}.png"), None),
            (format!("{UUID}.SVG"), None),
            (format!("{UUID}."), None),
            (format!("{{{UUID}}}"), None),
            (format!("urn:uuid:{UUID}"), None),
            (UUID.replace('-', ""), None),
            (format!(" {UUID}"), None),
            (format!("../{UUID}"), None),
            (format!("..%2F{UUID}"), None),
            (format!("https://example.test/{UUID}"), None),
            (format!("//example.test/{UUID}"), None),
        ] {
            assert_eq!(FileReference::parse_avatar(&text).map(|found| found.stored()), stored, "{text}");
        }
    }

    #[test]
    fn only_a_public_avatar_file_may_be_shown() {
        let bare = FileReference::parse(UUID).unwrap();
        let svg = FileReference::parse(&format!("{UUID}.svg")).unwrap();
        assert!(bare.may_show(Some(&file("png"))));
        assert!(bare.may_show(Some(&file("svg"))));
        assert!(svg.may_show(Some(&file("svg"))));
        assert!(!svg.may_show(Some(&file("png"))));
        assert!(!bare.may_show(None));
        assert!(!bare.may_show(Some(&MediaFile { scope: Scope(0), ..file("png") })));
        assert!(!bare.may_show(Some(&MediaFile { purpose: "document".into(), ..file("png") })));
    }

    #[test]
    fn signatures() {
        for (format, head) in [
            (ImageFormat::Png, &b"\x89PNG\r\n\x1a\n...."[..]),
            (ImageFormat::Jpeg, b"\xFF\xD8\xFF\xE0"),
            (ImageFormat::Gif, b"GIF87a"),
            (ImageFormat::Gif, b"GIF89a"),
            (ImageFormat::Webp, b"RIFF....WEBP"),
        ] {
            assert!(format.signs(head), "{format:?}");
            assert!(!format.signs(&head[..2]), "{format:?} cut");
            assert!(!format.signs(b"plain text, no image"), "{format:?} text");
        }
    }

    #[test]
    fn client_names_lose_their_path_and_length() {
        assert_eq!(base_name("C:\\photos\\me.png"), Some("me.png"));
        assert_eq!(base_name("../../etc/me.png"), Some("me.png"));
        assert_eq!(base_name("photos/"), None);
        assert_eq!(base_name(&"é".repeat(256)).unwrap().chars().count(), 255);
        assert_eq!(extension_of("me.PNG").as_deref(), Some("png"));
        assert_eq!(extension_of("me"), None);
    }
}
