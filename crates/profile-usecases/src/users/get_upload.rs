//! A caller reads how far an upload has come.

use profile_domain::users::{Caller, Upload, UploadId, UploadStatus};

use super::UserRefusal;
use crate::Ports;

/// Returns the upload `id`, if the caller made it.
///
/// # Errors
/// [`UserRefusal::NotFound`] alike for an unknown file and somebody else's.
pub async fn get_upload(ports: &Ports, credential: &Caller, id: &UploadId) -> Result<Upload, UserRefusal> {
    let found = ports.find::<Upload>(id).await?;
    let owner = credential.upload_owner();
    let own = found.filter(|upload| upload.owner == owner && upload.status != UploadStatus::Removed);
    own.ok_or(UserRefusal::NotFound)
}
