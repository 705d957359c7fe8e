//! A caller puts an uploaded picture on a profile.

use profile_domain::{
    Claim, Patch, Saved, Text,
    users::{Caller, Picture, PictureFault, Upload, UploadId},
};
use profile_ports::Unavailable;

use super::UserRefusal;
use crate::{
    Ports, RequestOrigin,
    write::{OnceError, Seen},
};

/// How a caller names an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PictureChoice {
    /// By its id, again and again.
    Id(String),
    /// By its unguessable name, once.
    DirectUpload(Text),
}

/// The upload that is to be shown, and what it was before.
pub(super) struct Attachment {
    upload: Saved<Upload>,
    pub(super) picture: Picture,
}

/// What `choice` means for `param`; nothing is written.
pub(super) async fn find_picture(
    ports: &Ports,
    credential: &Caller,
    param: &'static str,
    choice: &PictureChoice,
) -> Result<Attachment, UserRefusal> {
    let (member, found) = match choice {
        PictureChoice::Id(id) => match UploadId::try_from(id.as_str()) {
            Ok(id) => ("id", ports.find_saved::<Upload>(&id).await?),
            Err(_) => ("id", None),
        },
        PictureChoice::DirectUpload(token) => {
            let found = ports.find_claimed::<Upload>(&Claim::token(token.as_str())).await?;
            ("direct_upload_id", found.filter(|upload| upload.attached_at.is_none()))
        }
    };
    let refused = |fault| UserRefusal::Picture(fault, format!("{param}.{member}"));
    let upload = found.ok_or_else(|| refused(PictureFault::NotFound))?;
    let picture = upload.as_picture(&credential.upload_owner(), ports.clock.now()).map_err(refused)?;
    Ok(Attachment { upload, picture })
}

/// The patch that names the pictures of `attachments`.
pub(super) fn picture_patch(patch: &Patch<Attachment>) -> Patch<Picture> {
    match patch {
        Patch::Absent => Patch::Absent,
        Patch::Null => Patch::Null,
        Patch::Value(attachment) => Patch::Value(attachment.picture.clone()),
    }
}

/// Marks an upload as attached, before the profile shows it: from then on the sweep leaves it alone for a while, and its
/// unguessable name is used up. Answers what takes the mark back.
pub(super) async fn mark_attached(
    ports: &Ports,
    credential: &Caller,
    param: &'static str,
    patch: Patch<Attachment>,
    choice: &Patch<PictureChoice>,
    origin: &RequestOrigin,
) -> Result<Option<Mark>, UserRefusal> {
    let Patch::Value(Attachment { upload: before, .. }) = patch else { return Ok(None) };
    let once = matches!(choice, Patch::Value(PictureChoice::DirectUpload(_)));
    let refused = |fault| UserRefusal::Picture(fault, param.to_owned());
    let cause = origin.cause(credential.actor(), None);
    let written = ports.write(
        before.id.clone(),
        Seen::Record(Some(before.clone())),
        cause,
        async |current: Option<&Upload>| {
            let current = current.filter(|current| !once || current.attached_at.is_none());
            let current = current.ok_or_else(|| refused(PictureFault::NotFound))?;
            let now = ports.clock.now();
            // Whoever was faster may have removed it.
            current.as_picture(&credential.upload_owner(), now).map_err(refused)?;
            Ok::<_, UserRefusal>(Upload { attached_at: Some(now), ..current.clone() })
        },
    );
    let upload = written.await?.saved;
    Ok(Some(Mark { before: before.attached_at, upload }))
}

/// An attached upload whose profile may still refuse.
pub(super) struct Mark {
    before: Option<chrono::DateTime<chrono::Utc>>,
    upload: Saved<Upload>,
}

impl Mark {
    /// Takes the mark back, as the profile was refused; if somebody else has changed the upload since, it stays.
    pub(super) async fn take_back(
        self,
        ports: &Ports,
        credential: &Caller,
        origin: &RequestOrigin,
    ) -> Result<(), Unavailable> {
        let Self { before, upload } = self;
        let next = Upload { attached_at: before, ..upload.record.clone() };
        match ports.write_once(&upload, next, origin.cause(credential.actor(), None)).await {
            Ok(_) | Err(OnceError::Changed) => Ok(()),
            Err(OnceError::Unavailable(error)) => Err(error),
            Err(OnceError::Unknown(error)) => Err(Unavailable::database(error)),
        }
    }
}
