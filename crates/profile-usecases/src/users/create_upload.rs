//! A caller announces a file.

use profile_domain::{
    Text,
    users::{Credential, Upload, UploadOwner, UploadStatus, User, Visibility},
};

use profile_ports::KeptReply;

use super::UserRefusal;
use crate::{Core, Origin};

/// What a caller says about a file before its bytes.
pub struct NewUpload {
    /// The client's name for it.
    pub filename: Text,
    /// The media type that its name stands for.
    pub content_type: String,
    /// Who may read it.
    pub visibility: Visibility,
    /// How many bytes it will have, if that is told.
    pub byte_size: Option<u64>,
}

/// Makes an upload whose bytes are waited for, and keeps the `reply` to it in the same step.
///
/// # Errors
/// [`UserRefusal::Upload`] if the caller has stored too much already, [`UserRefusal::Repeated`] if the key of `reply` has been
/// used, [`UserRefusal::Unavailable`]; nothing was written.
pub async fn create_upload(
    core: &Core,
    credential: &Credential,
    new: NewUpload,
    origin: &Origin,
    reply: impl FnOnce(&Upload) -> Option<KeptReply>,
) -> Result<Upload, UserRefusal> {
    let NewUpload { filename, content_type, visibility, byte_size } = new;
    let owner = credential.upload_owner();
    let held = core.store.unattached_uploads_of(&owner).await?;
    core.upload_limits.allowance(held, byte_size.unwrap_or_default())?;
    let person = match &owner {
        UploadOwner::User(id) => core.find::<User>(id).await?.map(|user| user.person),
        UploadOwner::Business(_) | UploadOwner::App(_) => None,
    };
    let token = Text::try_from(format!("du_{}", core.ids.secret_name())).unwrap_or_default();
    let upload = Upload {
        id: core.ids.upload(),
        version: 0,
        owner,
        person,
        token,
        filename,
        content_type,
        visibility,
        created_at: core.clock.now(),
        status: UploadStatus::Pending,
        size: None,
        content: None,
        rendition: None,
        attached_at: None,
    };
    let reply = reply(&upload);
    Ok(core.create(upload, origin.cause(credential.actor(), None), reply).await?.record)
}
