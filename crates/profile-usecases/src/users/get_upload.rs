//! A caller reads the record, and anyone with the address the bytes, of an upload.

use profile_domain::users::{Credential, Upload, UploadId, UploadStatus};
use profile_ports::Unavailable;

use super::UserRefusal;
use crate::Core;

/// The upload `id`, if the caller made it.
///
/// # Errors
/// [`UserRefusal::NotFound`] alike for an unknown file and somebody else's.
pub async fn get_upload(core: &Core, credential: &Credential, id: &UploadId) -> Result<Upload, UserRefusal> {
    let found = core.find::<Upload>(id).await?;
    let owner = credential.upload_owner();
    let own = found.filter(|upload| upload.owner == owner && upload.status != UploadStatus::Removed);
    own.ok_or(UserRefusal::NotFound)
}

/// The upload `id`, if its bytes can be read.
///
/// # Errors
/// [`Unavailable`].
pub async fn find_readable(core: &Core, id: &UploadId) -> Result<Option<Upload>, Unavailable> {
    Ok(core.find::<Upload>(id).await?.filter(|upload| upload.status == UploadStatus::Ready))
}
