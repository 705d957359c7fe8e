//! Anyone with the address reads a picture of a profile.

use bytes::Bytes;
use profile_ports::Unavailable;

use crate::{Core, rendition_file};

/// Returns the bytes of the rendition `name`, if there is one.
///
/// # Errors
/// [`Unavailable`].
pub async fn get_picture(core: &Core, name: &str) -> Result<Option<Bytes>, Unavailable> {
    core.read_media(&rendition_file(name)).await
}
