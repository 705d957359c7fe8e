//! Which files of the media store a record names, and in which field.

use profile_domain::{
    Keyed,
    change::RecordKind,
    client::Client,
    media::MediaFile,
    users::{Override, Picture, Upload, User},
};
use profile_ports::{Repository, Store, Unavailable};

use crate::{rendition_file, verify::find_by_text};

/// A file that a record names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordMedium {
    /// The field of the operator API.
    pub field: &'static str,
    /// The name in the media store.
    pub name: String,
    /// Whether the media store need not have it: the bytes of a hidden file are removed some time.
    pub may_be_gone: bool,
}

/// Returns the files that the record with this key names as it stands.
///
/// # Errors
/// [`Unavailable`].
pub async fn record_media(
    store: &(dyn Store + 'static),
    kind: RecordKind,
    key: &str,
) -> Result<Vec<RecordMedium>, Unavailable> {
    let medium =
        |field, name: Option<String>| name.map(|name| RecordMedium { field, name, may_be_gone: false });
    let shown = |picture: Option<Picture>| picture.map(|picture| rendition_file(&picture.rendition));
    let media = match kind {
        RecordKind::File => {
            let file = find::<MediaFile>(store, key).await?;
            let medium = |file: MediaFile| RecordMedium {
                field: "base64",
                name: file.file_name(),
                may_be_gone: file.is_hidden(),
            };
            vec![file.map(medium)]
        }
        RecordKind::Upload => find::<Upload>(store, key).await?.map_or_else(Vec::new, |upload| {
            let rendition = upload.rendition.map(|name| rendition_file(&name));
            vec![medium("content", upload.content), medium("rendition", rendition)]
        }),
        RecordKind::User => find::<User>(store, key).await?.map_or_else(Vec::new, |user| {
            vec![medium("profile_picture", shown(user.picture)), medium("banner", shown(user.banner))]
        }),
        RecordKind::Override => {
            let picture = find::<Override>(store, key).await?.and_then(|over| over.picture);
            vec![medium("profile_picture", shown(picture))]
        }
        RecordKind::Client => {
            let picture = find::<Client>(store, key).await?.and_then(|client| client.picture);
            vec![medium("picture", picture.map(|name| rendition_file(&name)))]
        }
        _ => Vec::new(),
    };
    Ok(media.into_iter().flatten().collect())
}

async fn find<T: Keyed>(store: &(dyn Store + 'static), key: &str) -> Result<Option<T>, Unavailable>
where
    dyn Store: Repository<T>,
{
    Ok(find_by_text::<T>(store, key).await?.map(|saved| saved.record))
}
