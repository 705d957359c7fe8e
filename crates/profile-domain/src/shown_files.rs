//! Which files a record shows: those that must stay where the record does.

use crate::{AnyRecord, change::RecordKind, media::FileReference, users::Picture};

impl AnyRecord {
    /// Returns the uploads and files that the record shows as its pictures.
    #[must_use]
    pub fn shown_files(&self) -> Vec<(RecordKind, String)> {
        let uploads = |pictures: [Option<&Picture>; 2]| {
            let upload = |picture: &Picture| (RecordKind::Upload, picture.upload.to_string());
            pictures.into_iter().flatten().map(upload).collect()
        };
        match self {
            Self::User(user) => uploads([user.picture.as_ref(), user.banner.as_ref()]),
            Self::Override(over) => uploads([over.picture.as_ref(), None]),
            Self::Account(account) => {
                let shown = FileReference::parse_avatar(account.profile.avatar.as_str());
                shown.map(|shown| (RecordKind::File, shown.uuid.to_string())).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }
}
