//! An operator imports a media file.

use bytes::Bytes;
use profile_domain::{Text, media::MediaFile};
use uuid::Uuid;

use super::{Imported, cause, person_of};
use crate::{Core, Origin, Refusal, write::Seen};

/// A file's bytes, and what its record is to say.
pub struct FileImport {
    /// The key.
    pub uuid: Uuid,
    /// The content, which never changes once stored.
    pub bytes: Bytes,
    /// What the operator calls the person; without one it belongs to nobody, or to whom it did.
    pub person: Option<Text>,
}

/// Imports a file; `adjust` writes what the row says of the record.
///
/// # Errors
/// [`Refusal`]; nothing of the record was written.
pub async fn import_file(
    core: &Core,
    row: FileImport,
    adjust: impl Fn(&mut MediaFile) + Send,
    origin: &Origin,
) -> Result<Imported, Refusal> {
    let written = core.write(row.uuid, Seen::Nothing, cause(origin), async |existing: Option<&MediaFile>| {
        let mut next = existing.cloned().unwrap_or_else(|| MediaFile::new(row.uuid));
        adjust(&mut next);
        if row.person.is_some() {
            next.person = Some(person_of(core, row.person.as_ref(), next.person).await?);
        }
        next.size = row.bytes.len() as u64;
        match core.read_media(&next.file_name()).await? {
            None => core.write_media(&next.file_name(), row.bytes.clone()).await?,
            Some(bytes) if bytes == row.bytes => {}
            Some(_) => {
                return Err(Refusal::invalid("uuid", "is stored with other bytes, and a file never changes"));
            }
        }
        Ok(next)
    });
    Imported::of(written.await)
}
