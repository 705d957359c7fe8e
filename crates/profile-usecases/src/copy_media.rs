//! Copy the files of a media store into another one; files that are there whole are not written again.

use futures_util::{StreamExt as _, TryStreamExt as _};
use profile_ports::{Media, StoredFile, Unavailable};

/// Files that are copied at the same time.
const MAX_AT_ONCE: usize = 8;

/// What was copied of media.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MediaCopied {
    /// Files that the target has now.
    pub files: u64,
    /// Bytes that were written.
    pub bytes: u64,
}

/// Copies every file of `source` into `target`.
///
/// # Errors
/// [`Unavailable`]; files that were copied stay.
pub async fn copy_media(source: &dyn Media, target: &dyn Media) -> Result<MediaCopied, Unavailable> {
    target.ready().await?;
    let copies = source.list().map_ok(|StoredFile { name, .. }| copy_file(source, target, name));
    let mut copies = copies.try_buffer_unordered(MAX_AT_ONCE);
    let mut copied = MediaCopied::default();
    while let Some(bytes) = copies.try_next().await? {
        copied.files += 1;
        copied.bytes += bytes;
    }
    Ok(copied)
}

/// Copies a file unless it is there; returns how many bytes were written.
async fn copy_file(source: &dyn Media, target: &dyn Media, name: String) -> Result<u64, Unavailable> {
    let Some(size) = source.size(&name).await? else { return Ok(0) };
    if target.size(&name).await? == Some(size) {
        return Ok(0);
    }
    let Some(mut stream) = source.read(&name, None).await? else { return Ok(0) };
    let mut writer = target.create(&name).await?;
    while let Some(bytes) = stream.next().await {
        writer.write(bytes?).await?;
    }
    writer.finish().await?;
    Ok(size)
}
