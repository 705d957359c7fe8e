//! Which files of the media store a record names, and in which field.

use profile_domain::{
    AnyRecord, Keyed,
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
    let record = match kind {
        RecordKind::File => find::<MediaFile>(store, key).await?,
        RecordKind::Upload => find::<Upload>(store, key).await?,
        RecordKind::User => find::<User>(store, key).await?,
        RecordKind::Override => find::<Override>(store, key).await?,
        RecordKind::Client => find::<Client>(store, key).await?,
        _ => None,
    };
    Ok(record.as_ref().map(media_of).unwrap_or_default())
}

async fn find<T: Keyed>(store: &(dyn Store + 'static), key: &str) -> Result<Option<AnyRecord>, Unavailable>
where
    dyn Store: Repository<T>,
{
    Ok(find_by_text::<T>(store, key).await?.map(|saved| saved.record.into()))
}

/// Returns the files that a record names.
pub(crate) fn media_of(record: &AnyRecord) -> Vec<RecordMedium> {
    let medium = |field, name| RecordMedium { field, name, may_be_gone: false };
    let shown = |field, picture: &Option<Picture>| {
        picture.as_ref().map(|picture| medium(field, rendition_file(&picture.rendition)))
    };
    match record {
        AnyRecord::MediaFile(file) => {
            let may_be_gone = file.is_hidden();
            vec![RecordMedium { may_be_gone, ..medium("base64", file.file_name()) }]
        }
        AnyRecord::Upload(upload) => {
            let content = upload.content.iter().map(|name| medium("content", name.clone()));
            let rendition = upload.rendition.iter().map(|name| medium("rendition", rendition_file(name)));
            content.chain(rendition).collect()
        }
        AnyRecord::User(user) => {
            let pictures = [shown("profile_picture", &user.picture), shown("banner", &user.banner)];
            pictures.into_iter().flatten().collect()
        }
        AnyRecord::Override(over) => shown("profile_picture", &over.picture).into_iter().collect(),
        AnyRecord::Client(client) => {
            client.picture.iter().map(|name| medium("picture", rendition_file(name))).collect()
        }
        _ => Vec::new(),
    }
}
