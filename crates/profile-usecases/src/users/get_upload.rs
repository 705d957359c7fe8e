//! A caller reads how far an upload has come.

use profile_domain::users::{Credential, Upload, UploadId, UploadStatus};

use super::UserRefusal;
use crate::Core;

/// Returns the upload `id`, if the caller made it.
///
/// # Errors
/// [`UserRefusal::NotFound`] alike for an unknown file and somebody else's.
pub async fn get_upload(core: &Core, credential: &Credential, id: &UploadId) -> Result<Upload, UserRefusal> {
    let found = core.find::<Upload>(id).await?;
    let owner = credential.upload_owner();
    let own = found.filter(|upload| upload.owner == owner && upload.status != UploadStatus::Removed);
    own.ok_or(UserRefusal::NotFound)
}
