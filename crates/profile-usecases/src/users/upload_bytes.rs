//! The bytes of an announced file arrive, and are looked at.

use bytes::Bytes;
use profile_domain::{
    Claim, Saved, Text,
    users::{PICTURE_MAX_BYTES, Upload, UploadStatus},
};
use profile_ports::{Chain, MediaWriter, Purpose, Unavailable, UnknownOutcome};

use super::process_upload::process_upload;
use crate::{
    Ports, RequestOrigin,
    collect::remove,
    ports::{SERVICE, SWEEP},
    upload_limits::{Address, UploadRefused, UploadSlot, begin_upload},
    write::OnceError,
};

/// What the bytes of uploads are called in the media store, before a random name.
pub(crate) const CONTENT_PREFIX: &str = "upload-";

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
    /// Bytes are being sent to the same address.
    #[error("The file is being uploaded already.")]
    Underway,
    /// There is no place for it now, or the owner has stored too much; the bytes may be sent again later.
    #[error(transparent)]
    Refused(#[from] UploadRefused),
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

/// The bytes of an upload on their way in.
pub struct Receiving {
    ports: Ports,
    upload: Saved<Upload>,
    content: String,
    writer: Box<dyn MediaWriter>,
    size: u64,
    /// Bytes that the owner may store besides those there are; none, if there are too many already.
    allowance: Option<u64>,
    _slot: UploadSlot,
    _address: Address,
}

/// Whether bytes may be sent to the address of `token` and `seal`, with this content type. Whether the owner may store them is
/// said at their end: who is told in the middle of them often does not hear it.
///
/// # Errors
/// [`ReceiveFault`].
pub async fn admit_bytes(
    ports: &Ports,
    token: &str,
    seal: &str,
    content_type: Option<&str>,
) -> Result<Receiving, ReceiveFault> {
    if !ports.keyed_hash.seals(Purpose::UploadAddress, token, seal) {
        return Err(ReceiveFault::Forbidden);
    }
    let token = Text::try_from(token).map_err(|_| ReceiveFault::Forbidden)?;
    let upload =
        ports.find_claimed::<Upload>(&Claim::token(token.as_str())).await?.ok_or(ReceiveFault::Forbidden)?;
    match upload.status_at(ports.clock.now()) {
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
    let address = ports.upload_limits.reserve_address(token.as_str()).ok_or(ReceiveFault::Underway)?;
    let slot = begin_upload(ports, upload.owner.as_str(), ports.media.buffer_bytes()).await?;
    let held = ports.store.unattached_uploads_of(&upload.owner).await?;
    let allowance = ports.upload_limits.allowance(held, 0).ok();
    let content = format!("{CONTENT_PREFIX}{}", ports.ids.secret_name());
    let writer = ports.media.create(&content).await?;
    let ports = ports.clone();
    Ok(Receiving { ports, upload, content, writer, size: 0, allowance, _slot: slot, _address: address })
}

impl Receiving {
    /// Whose upload it is.
    #[must_use]
    pub fn owner(&self) -> &str {
        self.upload.owner.as_str()
    }

    /// Whether there are more bytes already than any upload may have.
    #[must_use]
    pub fn is_too_large(&self) -> bool {
        self.size > PICTURE_MAX_BYTES
    }

    /// Whether there are no more bytes than the owner may store.
    fn is_allowed(&self) -> bool {
        self.allowance.is_some_and(|allowance| self.size <= allowance)
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// [`ReceiveFault::Unavailable`]; too many are told at the end.
    pub async fn write(&mut self, bytes: Bytes) -> Result<(), Unavailable> {
        self.size += bytes.len() as u64;
        if self.is_too_large() || !self.is_allowed() { Ok(()) } else { self.writer.write(bytes).await }
    }

    /// The upload fails, as its bytes are too many.
    pub async fn refuse_as_too_large(self, origin: &RequestOrigin) -> ReceiveFault {
        let Self { ports, upload, writer, size, .. } = self;
        writer.abort().await;
        let failed = Upload { status: UploadStatus::Failed, size: Some(size), ..upload.record.clone() };
        match write(&ports, &upload, failed, origin).await {
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
    pub async fn finish(self, origin: RequestOrigin) -> Result<String, ReceiveFault> {
        if self.is_too_large() {
            return Err(self.refuse_as_too_large(&origin).await);
        }
        if !self.is_allowed() {
            self.abandon().await;
            return Err(UploadRefused::Quota.into());
        }
        // In a task of its own: once the bytes are in place, a caller who hangs up must not keep the record from them.
        let kept = tokio::spawn(keep(self, origin));
        kept.await.map_err(Unavailable::media)?
    }
}

async fn keep(receiving: Receiving, origin: RequestOrigin) -> Result<String, ReceiveFault> {
    let Receiving { ports, upload, content, writer, size, _address, _slot, .. } = receiving;
    writer.finish().await?;
    let next = Upload {
        status: UploadStatus::Processing,
        size: Some(size),
        content: Some(content.clone()),
        ..upload.record.clone()
    };
    match write(&ports, &upload, next, &origin).await {
        Ok(kept) => {
            tokio::spawn(async move {
                if let Err(error) = process_upload(&ports, kept, None, &origin).await {
                    // The sweep tries again.
                    tracing::warn!(error = %Chain(&error), "an upload was not looked at");
                }
            });
            Ok(content)
        }
        // The record may name the bytes.
        Err(fault @ ReceiveFault::Unknown(_)) => Err(fault),
        Err(fault) => {
            remove(&ports, &content).await;
            Err(fault)
        }
    }
}

/// Who the log names: the service, where it finishes what was left lying, and else the owner, whoever sent the bytes to the
/// owner's address.
pub(super) fn actor(upload: &Upload, origin: &RequestOrigin) -> String {
    if origin.contract == SWEEP { SERVICE.to_owned() } else { upload.owner.actor() }
}

async fn write(
    ports: &Ports,
    upload: &Saved<Upload>,
    next: Upload,
    origin: &RequestOrigin,
) -> Result<Saved<Upload>, ReceiveFault> {
    let written = ports.write_once(upload, next, origin.cause(actor(upload, origin), None)).await;
    written.map_err(|error| match error {
        OnceError::Changed => ReceiveFault::Repeated,
        OnceError::Unavailable(error) => error.into(),
        OnceError::Unknown(error) => error.into(),
    })
}
