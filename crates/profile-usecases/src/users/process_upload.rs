//! The bytes of an upload are looked at, and a picture gets its rendition.

use bytes::Bytes;
use profile_domain::Saved;
use profile_domain::users::{Upload, UploadStatus};
use profile_ports::{ImageFault, TakeOver, Unavailable};
use uuid::Uuid;

use super::upload_bytes::actor;
use crate::{
    Ports, RequestOrigin, collect::remove, media::rendition_file, picture_queue::QueueFull, write::OnceError,
};

/// Why an upload was not looked at; it is as before.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProcessFault {
    /// Too many wait already; the sweep comes back to it.
    #[error(transparent)]
    Full(#[from] QueueFull),
    /// The outside world did not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// How often servers begin to look at the bytes of an upload, before it has failed: a file that ends the process is given up
/// as well.
const MOST_TRIES: u32 = 6;

/// Looks at the bytes of an upload, which the server `from` had in hand before (`None`: nobody), and makes the rendition of a
/// picture. The bytes are read when it is their turn, not before. Nothing happens if the upload is in other hands already; if
/// another server is faster, what was made here is removed.
pub(crate) async fn process_upload(
    ports: &Ports,
    upload: Saved<Upload>,
    from: Option<Uuid>,
    origin: &RequestOrigin,
) -> Result<(), ProcessFault> {
    let Some(_in_hand) = ports.upload_limits.take_in_hand(&upload.id) else { return Ok(()) };
    let taken = ports.store.take_upload(&upload.id, TakeOver { from, to: ports.peers.own() }).await?;
    let Some(tries) = taken else { return Ok(()) };
    if tries > MOST_TRIES {
        tracing::warn!(upload = %upload.id, "an upload has failed, as it was tried too often");
        let failed = Upload { status: UploadStatus::Failed, ..upload.record.clone() };
        return Ok(settle(ports, &upload, failed, origin).await?);
    }
    let _turn = ports.upload_limits.pictures.wait(upload.owner.as_str()).await?;
    let bytes = match &upload.content {
        Some(content) => ports.read_media(content).await?,
        None => None,
    };
    let next = if let Some(bytes) = bytes {
        judged(ports, &upload, bytes).await?
    } else {
        tracing::warn!(upload = %upload.id, "the bytes of an upload are missing");
        Upload { status: UploadStatus::Failed, ..upload.record.clone() }
    };
    Ok(settle(ports, &upload, next, origin).await?)
}

async fn judged(ports: &Ports, upload: &Upload, bytes: Bytes) -> Result<Upload, Unavailable> {
    let ready = Upload { status: UploadStatus::Ready, ..upload.clone() };
    if !upload.promises_picture(&bytes) {
        return Ok(ready);
    }
    match ports.images.render(bytes).await {
        Ok(rendition) => {
            let name = format!("{}.{}", ports.ids.secret_name(), rendition.extension);
            ports.write_media(&rendition_file(&name), rendition.bytes).await?;
            Ok(Upload { rendition: Some(name), ..ready })
        }
        Err(ImageFault::Unavailable(error)) => Err(error),
        Err(ImageFault::Unreadable | ImageFault::TooManyPixels | ImageFault::TooMuchMemory) => {
            Ok(Upload { status: UploadStatus::Failed, ..ready })
        }
    }
}

async fn settle(
    ports: &Ports,
    upload: &Saved<Upload>,
    next: Upload,
    origin: &RequestOrigin,
) -> Result<(), Unavailable> {
    let (status, rendition) = (next.status, next.rendition.clone());
    match ports.write_once(upload, next, origin.cause(actor(upload, origin), None)).await {
        Ok(_) => {
            metrics::counter!("profile_uploads_processed_total", "status" => status.name()).increment(1);
            Ok(())
        }
        // The record may name the rendition; if it does not, that is collected.
        Err(OnceError::Unknown(error)) => Err(Unavailable::database(error)),
        Err(other) => {
            if let Some(name) = rendition {
                remove(ports, &rendition_file(&name)).await;
            }
            match other {
                OnceError::Unavailable(error) => Err(error),
                // Another server was faster.
                _ => Ok(()),
            }
        }
    }
}
