//! The picture that people are shown of an account, a user or a client.

use profile_domain::{
    account::Account,
    change::RecordKind,
    media::{FileReference, MediaFile},
};
use profile_ports::Unavailable;

use super::RecordName;
use crate::{Ports, record_media, verify::find_by_text};

/// The fields that hold a picture of whoever has the record, and no banner or document.
const PICTURES: [&str; 2] = ["profile_picture", "picture"];

/// Returns the name in the media store of the picture that a record shows; `None` if it has none there, or is not there.
///
/// # Errors
/// [`Unavailable`].
pub async fn record_picture(ports: &Ports, name: &RecordName) -> Result<Option<String>, Unavailable> {
    let store = &*ports.store;
    match name.kind {
        RecordKind::Account => {
            let Some(account) = find_by_text::<Account>(store, &name.key).await? else { return Ok(None) };
            let Some(reference) = FileReference::parse_avatar(account.record.profile.avatar.as_str()) else {
                return Ok(None);
            };
            let file = ports.find_saved::<MediaFile>(&reference.uuid).await?.map(|saved| saved.record);
            Ok(file.filter(|file| reference.may_show(Some(file))).map(|file| file.file_name()))
        }
        RecordKind::User | RecordKind::Override | RecordKind::Client => {
            let media = record_media(store, name.kind, &name.key).await?;
            Ok(media.into_iter().find(|one| PICTURES.contains(&one.field)).map(|one| one.name))
        }
        _ => Ok(None),
    }
}
