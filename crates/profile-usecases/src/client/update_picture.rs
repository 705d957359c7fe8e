//! A client uploads a picture, which replaces the one before.

use bytes::Bytes;
use profile_domain::{client::Client, media::ImageFormat};
use profile_ports::ImageFault;

use super::{
    ClientRefusal,
    change_client::{Admitted, WriteContext, change_client},
};
use crate::{Core, Origin, UploadRefused, collect::remove, rendition_file};

/// Stores the rendition of a JPEG or PNG, and returns its name.
///
/// # Errors
/// [`ClientRefusal`]; the picture is as before, except perhaps when the outcome is unknown.
pub async fn update_picture(
    core: &Core,
    admitted: Admitted,
    bytes: Bytes,
    origin: &Origin,
) -> Result<String, ClientRefusal> {
    if ![ImageFormat::Jpeg, ImageFormat::Png].iter().any(|format| format.signs(&bytes)) {
        return Err(ClientRefusal::NoPicture);
    }
    let turn = core.upload_limits.pictures.wait(&admitted.actor()).await.map_err(|_| UploadRefused::Busy)?;
    let rendition = core.images.render(bytes).await.map_err(|fault| match fault {
        ImageFault::Unreadable => ClientRefusal::NoPicture,
        ImageFault::TooManyPixels | ImageFault::TooMuchMemory => ClientRefusal::LargePicture(fault),
        ImageFault::Unavailable(error) => error.into(),
    })?;
    drop(turn);
    let name = format!("{}.{}", core.ids.secret_name(), rendition.extension);
    core.write_media(&rendition_file(&name), rendition.bytes).await?;
    let replaced = std::sync::Mutex::new(None);
    let change = |client: &mut Client, _: &WriteContext<'_>| {
        let before = client.picture.replace(name.clone());
        *replaced.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = before;
        Ok(())
    };
    let changed = change_client(core, admitted, origin, None, change).await;
    // The service removes the picture that the client does not show, and neither if it is unknown which one that is. What
    // cannot be removed is collected.
    let unused = match &changed {
        Err(ClientRefusal::Unknown(_)) => None,
        Ok(_) => replaced.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner),
        Err(_) => Some(name.clone()),
    };
    if let Some(unused) = unused {
        remove(core, &rendition_file(&unused)).await;
    }
    changed.map(|_| name)
}
