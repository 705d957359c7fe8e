//! Anyone with the address reads a picture of a profile.

use bytes::Bytes;
use profile_ports::Unavailable;

use crate::{Ports, rendition_file};

/// Returns the bytes of the rendition `name`, if there is one.
///
/// # Errors
/// [`Unavailable`].
pub async fn get_picture(ports: &Ports, name: &str) -> Result<Option<Bytes>, Unavailable> {
    ports.read_media(&rendition_file(name)).await
}
