//! What is shown of a picture.

use async_trait::async_trait;
use bytes::Bytes;

use crate::Unavailable;

/// Most pixels of a picture: 50 megapixels.
pub const PICTURE_MAX_PIXELS: u64 = 50_000_000;
/// Most bytes of memory that reading a picture may take, its own bytes apart: 100 MiB.
pub const PICTURE_MAX_MEMORY: u64 = 100 * 1024 * 1024;

/// A small copy of a picture in sRGB, turned upright, without anything that the original says besides its pixels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendition {
    /// The file.
    pub bytes: Bytes,
    /// What its name ends with; it tells the format.
    pub extension: &'static str,
}

/// Why there is no rendition.
#[derive(Debug, thiserror::Error)]
pub enum ImageFault {
    /// No JPEG, PNG, GIF or WebP, or one that is damaged or cut off.
    #[error("the picture cannot be read")]
    Unreadable,
    /// More than [`PICTURE_MAX_PIXELS`].
    #[error("the picture has more than {} megapixels", PICTURE_MAX_PIXELS / 1_000_000)]
    TooManyPixels,
    /// More than [`PICTURE_MAX_MEMORY`].
    #[error("the picture takes more than {} MiB of memory to be read", PICTURE_MAX_MEMORY / 1024 / 1024)]
    TooMuchMemory,
    /// It could not be tried.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// Reads pictures, which is work: only a few at a time, and none on the threads that answer requests.
#[async_trait]
pub trait Images: Send + Sync {
    /// The rendition of a picture, with at most 512 pixels on each side.
    async fn render(&self, picture: Bytes) -> Result<Rendition, ImageFault>;
}
