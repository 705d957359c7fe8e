//! Anyone reads a public file.

use profile_domain::media::{FileReference, MediaFile};

use crate::{Ports, Refusal};

/// The record of the public file that `reference` names; the bytes are in the media store under its file name.
///
/// # Errors
/// [`Refusal::NotFound`] alike for an unknown file, a private one, and another extension.
pub async fn get_file(ports: &Ports, reference: &FileReference) -> Result<MediaFile, Refusal> {
    ports
        .find::<MediaFile>(&reference.uuid)
        .await?
        .filter(|file| file.is_public() && reference.names(file))
        .ok_or(Refusal::NotFound("file"))
}
