//! The bytes of an announced file arrive, and are looked at.

use bytes::Bytes;
use profile_domain::{
    Text,
    change::Facet,
    users::{PICTURE_MAX_BYTES, Upload, UploadStatus},
};
use profile_ports::{Chain, CommitError, ImageFault, MediaWriter, Unavailable, UnknownOutcome};

use crate::{Core, Origin, commit::counted};

/// Who the change record names: whoever has the address may send the bytes.
const ACTOR: &str = "upload address";

/// Why bytes are not taken (contract users, section 8).
#[derive(Debug, thiserror::Error)]
pub enum ReceiveFault {
    /// The address was not made by this service, or its time is over.
    #[error("The upload address is not valid, or has expired.")]
    Forbidden,
    /// The header that came with the address is missing or another.
    #[error("The Content-Type must be the one of upload_headers.")]
    WrongHeader,
    /// The bytes are there already.
    #[error("The file has been uploaded already.")]
    Repeated,
    /// Too many bytes; the upload has failed.
    #[error("The file is larger than {PICTURE_MAX_BYTES} bytes.")]
    TooLarge,
    /// The outside world did not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// The change may have been written, or not: the store did not answer in time.
    #[error(transparent)]
    Unknown(#[from] UnknownOutcome),
}

/// What the address of an upload is sealed with.
#[must_use]
pub fn sealed(token: &str) -> String {
    format!("upload address\n{token}")
}

/// The bytes of an upload on their way in.
pub struct Receiving {
    core: Core,
    upload: Upload,
    content: String,
    writer: Box<dyn MediaWriter>,
    size: u64,
}

/// Whether bytes may be sent to the address of `token` and `seal`, with this content type.
///
/// # Errors
/// [`ReceiveFault`].
pub async fn admit_bytes(
    core: &Core,
    token: &str,
    seal: &str,
    content_type: Option<&str>,
) -> Result<Receiving, ReceiveFault> {
    if !core.keyed_hash.seals(&sealed(token), seal) {
        return Err(ReceiveFault::Forbidden);
    }
    let token = Text::try_from(token).map_err(|_| ReceiveFault::Forbidden)?;
    let upload = core.store.find_upload_by_token(&token).await?.ok_or(ReceiveFault::Forbidden)?;
    match upload.status_at(core.clock.now()) {
        UploadStatus::Pending => {}
        // Late, whether or not the sweep has been here.
        UploadStatus::Failed | UploadStatus::Removed if upload.content.is_none() && upload.size.is_none() => {
            return Err(ReceiveFault::Forbidden);
        }
        _ => return Err(ReceiveFault::Repeated),
    }
    if content_type != Some(&upload.content_type) {
        return Err(ReceiveFault::WrongHeader);
    }
    let content = format!("upload-{}", core.ids.secret_name());
    let writer = core.media.create(&content).await?;
    Ok(Receiving { core: core.clone(), upload, content, writer, size: 0 })
}

impl Receiving {
    /// Takes the next bytes.
    ///
    /// # Errors
    /// [`ReceiveFault::Unavailable`]; too many are told at the end.
    pub async fn write(&mut self, bytes: Bytes) -> Result<(), Unavailable> {
        self.size += bytes.len() as u64;
        if self.size > PICTURE_MAX_BYTES { Ok(()) } else { self.writer.write(bytes).await }
    }

    /// The upload fails, as its bytes are too many.
    pub async fn refuse_as_too_large(self, origin: &Origin) -> ReceiveFault {
        let Self { core, upload, writer, size, .. } = self;
        writer.abort().await;
        let failed = Upload { status: UploadStatus::Failed, size: Some(size), ..upload.clone() };
        match write(&core, &upload, failed, origin).await {
            Ok(_) => ReceiveFault::TooLarge,
            Err(fault) => fault,
        }
    }

    /// The bytes did not come to their end; they may be sent again.
    pub async fn abandon(self) {
        self.writer.abort().await;
    }

    /// Keeps the bytes, and has them looked at. Answers the name under which they are kept.
    ///
    /// # Errors
    /// [`ReceiveFault`].
    pub async fn finish(self, origin: Origin) -> Result<String, ReceiveFault> {
        if self.size > PICTURE_MAX_BYTES {
            return Err(self.refuse_as_too_large(&origin).await);
        }
        // In a task of its own: once the bytes are in place, a caller who hangs up must not keep the record from them.
        let kept = tokio::spawn(keep(self, origin));
        kept.await.map_err(Unavailable::media)?
    }
}

async fn keep(receiving: Receiving, origin: Origin) -> Result<String, ReceiveFault> {
    let Receiving { core, upload, content, writer, size } = receiving;
    writer.finish().await?;
    let next = Upload {
        status: UploadStatus::Processing,
        size: Some(size),
        content: Some(content.clone()),
        ..upload.clone()
    };
    match write(&core, &upload, next, &origin).await {
        Ok(kept) => {
            tokio::spawn(async move {
                if let Err(error) = process_upload(&core, kept, &origin).await {
                    // The sweep tries again.
                    tracing::warn!(error = %Chain(&error), "an upload was not looked at");
                }
            });
            Ok(content)
        }
        // The record may name the bytes.
        Err(fault @ ReceiveFault::Unknown(_)) => Err(fault),
        Err(fault) => {
            core.media.delete(&content).await?;
            Err(fault)
        }
    }
}

/// Looks at the bytes of an upload, and makes the rendition of a picture. Doing it twice does no harm.
///
/// # Errors
/// [`Unavailable`]; the upload is as before.
pub async fn process_upload(core: &Core, upload: Upload, origin: &Origin) -> Result<(), Unavailable> {
    let content = upload.content.as_deref().unwrap_or_default();
    let bytes = core.read_media(content).await?.unwrap_or_default();
    let mut next = Upload { status: UploadStatus::Ready, ..upload.clone() };
    if upload.promises_picture(&bytes) {
        match core.images.render(bytes).await {
            Ok(rendition) => {
                let name = format!("{}.{}", core.ids.secret_name(), rendition.extension);
                core.write_media(&rendition_file(&name), rendition.bytes).await?;
                next.rendition = Some(name);
            }
            Err(ImageFault::Unreadable) => next.status = UploadStatus::Failed,
            Err(ImageFault::Unavailable(error)) => return Err(error),
        }
    }
    metrics::counter!("profile_uploads_processed_total", "status" => next.status.name()).increment(1);
    match write(core, &upload, next, origin).await {
        Ok(_) | Err(ReceiveFault::Repeated) => Ok(()),
        Err(ReceiveFault::Unavailable(error)) => Err(error),
        Err(fault) => Err(Unavailable::database(fault)),
    }
}

/// The name of a rendition's bytes in the media store, where other files have other names.
#[must_use]
pub fn rendition_file(name: &str) -> String {
    format!("picture-{name}")
}

async fn write(core: &Core, upload: &Upload, next: Upload, origin: &Origin) -> Result<Upload, ReceiveFault> {
    let next = Upload { version: upload.version + 1, ..next };
    let commit = core.commit_of(Some(upload), next.clone(), origin.cause(ACTOR.to_owned(), None));
    match counted(Facet::Upload, core.store.commit_upload(commit).await) {
        Ok(()) => Ok(next),
        Err(CommitError::Stale | CommitError::Taken(_) | CommitError::Missing(_)) => {
            Err(ReceiveFault::Repeated)
        }
        Err(CommitError::Unavailable(error)) => Err(error.into()),
        Err(CommitError::Unknown(error)) => Err(error.into()),
    }
}
