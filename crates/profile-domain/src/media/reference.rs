//! References to files, as callers write them.

use uuid::Uuid;

use super::{AVATAR_PURPOSE, MediaFile};

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
    ///
    /// # Examples
    /// ```
    /// use profile_domain::media::FileReference;
    ///
    /// let named = FileReference::parse_avatar("/storage/0B5C1F0E-7A44-4C0B-9B6F-2F1D8F3F6A10").unwrap();
    /// assert_eq!(named.stored(), "0b5c1f0e-7a44-4c0b-9b6f-2f1d8f3f6a10");
    /// assert_eq!(FileReference::parse_avatar("0b5c1f0e-7a44-4c0b-9b6f-2f1d8f3f6a10.png"), None);
    /// ```
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Text, media::Scope};

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
}
