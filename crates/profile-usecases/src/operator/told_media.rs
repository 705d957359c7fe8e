//! The bytes in the media store that the values of changes tell, and whether a living record still names them.

use profile_domain::{
    change::{ChangeRecord, RecordKind, Value},
    media::MediaFile,
};
use profile_ports::Unavailable;

use crate::{
    Ports,
    media::{RENDITION_PREFIX, rendition_file},
};

/// Returns the names of bytes in the media store that the values of a change tell.
pub(crate) fn told_files(change: &ChangeRecord) -> impl Iterator<Item = String> {
    values(change).filter_map(|(field, value)| {
        let Value::Text(text) = value else { return None };
        match (change.kind, field) {
            (RecordKind::Client, "picture") | (RecordKind::Upload, "rendition") => {
                Some(rendition_file(text.as_str()))
            }
            (RecordKind::Upload, "content") => Some(text.as_str().to_owned()),
            (RecordKind::File, "extension") => Some(format!("{}.{}", change.key, text.as_str())),
            _ => None,
        }
    })
}

/// Returns the keys of the uploads that a change of a user or an override has shown as pictures.
pub(super) fn told_pictures(change: &ChangeRecord) -> impl Iterator<Item = String> {
    values(change).filter_map(|(field, value)| {
        let Value::Object(picture) = value else { return None };
        let is_picture = matches!(
            (change.kind, field),
            (RecordKind::User | RecordKind::Override, "profile_picture") | (RecordKind::User, "banner")
        );
        let mut members = picture.members().iter().filter(|_| is_picture);
        members.find_map(|member| match member {
            (name, Value::Text(id)) if name == "id" => Some(id.as_str().to_owned()),
            _ => None,
        })
    })
}

fn values(change: &ChangeRecord) -> impl Iterator<Item = (&str, &Value)> {
    let fields = change.fields.iter();
    fields.flat_map(|field| [(field.field.as_str(), &field.old), (field.field.as_str(), &field.new)])
}

/// Returns whether a living file, upload or client names these bytes.
pub(crate) async fn is_named(ports: &Ports, file: &str) -> Result<bool, Unavailable> {
    if let Some(uuid) = file.split_once('.').and_then(|(uuid, _)| uuid.parse().ok()) {
        return Ok(ports.find_saved::<MediaFile>(&uuid).await?.is_some());
    }
    let named = match file.strip_prefix(RENDITION_PREFIX) {
        Some(rendition) => ports.store.known_renditions(&[rendition.to_owned()]).await?,
        None => ports.store.known_contents(&[file.to_owned()]).await?,
    };
    Ok(!named.is_empty())
}
