//! What is shown of a picture.

use async_trait::async_trait;
use bytes::Bytes;

use crate::Unavailable;

/// A small copy of a picture, turned upright, without anything that the original says besides its pixels.
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
    /// No JPEG, PNG, GIF or WebP, a damaged one, or one of too many pixels.
    #[error("the picture cannot be read")]
    Unreadable,
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
