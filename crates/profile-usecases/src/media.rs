//! Whole files in and out of the media store, for those that are small enough to hold; and what renditions are called there.

use bytes::{Bytes, BytesMut};
use futures_util::TryStreamExt as _;
use profile_ports::Unavailable;

use crate::Ports;

/// What the name of a rendition's file begins with.
pub(crate) const RENDITION_PREFIX: &str = "picture-";

/// Returns the name of a rendition's file in the media store, where other files have other names.
#[must_use]
pub fn rendition_file(name: &str) -> String {
    format!("{RENDITION_PREFIX}{name}")
}

impl Ports {
    /// Every byte of `name`; `None` if there is no such file.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn read_media(&self, name: &str) -> Result<Option<Bytes>, Unavailable> {
        match self.media.read(name, None).await? {
            None => Ok(None),
            Some(stream) => Ok(Some(stream.try_collect::<BytesMut>().await?.freeze())),
        }
    }

    /// Stores these bytes as `name`.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn write_media(&self, name: &str, bytes: Bytes) -> Result<(), Unavailable> {
        let mut writer = self.media.create(name).await?;
        writer.write(bytes).await?;
        writer.finish().await
    }
}
