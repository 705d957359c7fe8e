//! A caller announces a file.

use profile_domain::{
    Text,
    users::{Caller, Upload, UploadOwner, UploadStatus, User, Visibility},
};

use profile_ports::KeyedResponse;

use super::UserRefusal;
use crate::{Ports, RequestOrigin};

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
    ports: &Ports,
    credential: &Caller,
    new: NewUpload,
    origin: &RequestOrigin,
    reply: impl FnOnce(&Upload) -> Option<KeyedResponse>,
) -> Result<Upload, UserRefusal> {
    let NewUpload { filename, content_type, visibility, byte_size } = new;
    let owner = credential.upload_owner();
    let held = ports.store.unattached_uploads_of(&owner).await?;
    ports.upload_limits.allowance(held, byte_size.unwrap_or_default())?;
    let person = match &owner {
        UploadOwner::User(id) => ports.find::<User>(id).await?.map(|user| user.person),
        UploadOwner::Business(_) | UploadOwner::App(_) => None,
    };
    let token = Text::try_from(format!("du_{}", ports.ids.secret_name())).unwrap_or_default();
    let upload = Upload {
        id: ports.ids.upload(),
        version: 0,
        owner,
        person,
        token,
        filename,
        content_type,
        visibility,
        created_at: ports.clock.now(),
        status: UploadStatus::Pending,
        size: None,
        content: None,
        rendition: None,
        attached_at: None,
    };
    let reply = reply(&upload);
    Ok(ports.create(upload, origin.cause(credential.actor(), None), reply).await?.record)
}
