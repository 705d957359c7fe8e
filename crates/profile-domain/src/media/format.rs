//! The image formats, by extension and by signature.

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
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Png, Self::Jpeg, Self::Webp, Self::Gif];

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

#[cfg(test)]
mod tests {
    use super::*;

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
}
