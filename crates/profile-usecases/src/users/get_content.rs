//! Anyone with the address reads the bytes of an upload.

use profile_domain::users::{Upload, UploadId, UploadStatus};
use profile_ports::Unavailable;

use crate::Ports;

/// Returns the upload `id`, if its bytes can be read. Whether the address is valid is up to the caller.
///
/// # Errors
/// [`Unavailable`].
pub async fn get_content(ports: &Ports, id: &UploadId) -> Result<Option<Upload>, Unavailable> {
    Ok(ports.find::<Upload>(id).await?.filter(|upload| upload.status == UploadStatus::Ready))
}
