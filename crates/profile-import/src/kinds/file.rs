//! Rows of kind `file`.

use std::{io, sync::Arc};

use async_trait::async_trait;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use profile_domain::{
    Text,
    media::{AVATAR_PURPOSE, MediaFile, Scope, base_name, fields},
    person,
};
use profile_usecases::Refusal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    ImportRow,
    fields::{ImportText, check, clean},
};
use crate::{
    folder::{Folder, MAX_BYTES},
    work::{Imported, Work},
};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileRow {
    uuid: Uuid,
    extension: String,
    scope: Option<i32>,
    purpose: Option<String>,
    path: Option<String>,
    #[serde(skip_serializing)]
    base64: Option<String>,
    #[serde(default, skip_serializing)]
    legacy_svg: bool,
    person: Option<ImportText>,
}

#[async_trait(?Send)]
impl ImportRow for FileRow {
    fn key(&self) -> String {
        format!("file {}", self.uuid)
    }

    async fn import(mut self: Box<Self>, work: &Work) -> Result<Imported, Refusal> {
        clean(fields::EXTENSION, &self.extension)?;
        clean(fields::PURPOSE, self.purpose.as_deref().unwrap_or(AVATAR_PURPOSE))?;
        check(&[(person::ALIAS, &self.person)])?;
        let bytes = self.content(&work.folder).await?;
        work.write(self.uuid, async |existing: Option<&MediaFile>| {
            let mut next = existing.cloned().unwrap_or_else(|| MediaFile::new(self.uuid));
            self.write_to(&mut next);
            if self.person.is_some() {
                next.person = Some(work.person_of(self.person.as_ref(), next.person).await?);
            }
            next.size = bytes.len() as u64;
            match work.ports.read_media(&next.file_name()).await? {
                None => work.ports.write_media(&next.file_name(), bytes.clone()).await?,
                Some(stored) if stored == bytes => {}
                Some(_) => {
                    let problem = "is stored with other bytes, and a file never changes";
                    return Err(Refusal::invalid("uuid", problem));
                }
            }
            Ok(next)
        })
        .await
    }
}

impl FileRow {
    /// Returns the row of a record whose bytes an archive has at `path`. The extension is the stored one, so that nothing is
    /// left to say of a legacy name.
    pub(super) fn of(file: &MediaFile, path: String, person: Option<ImportText>) -> Self {
        let MediaFile { uuid, person: _, version: _, extension, scope, purpose, original_name: _, size: _ } =
            file;
        Self {
            uuid: *uuid,
            extension: extension.clone(),
            scope: Some(scope.0),
            purpose: Some(purpose.clone()),
            path: Some(path),
            base64: None,
            legacy_svg: false,
            person,
        }
    }

    async fn content(&mut self, folder: &Arc<Folder>) -> Result<Bytes, Refusal> {
        match (&self.path, self.base64.take()) {
            (None, Some(text)) => {
                let bytes = STANDARD.decode(text).map_err(|_| Refusal::invalid("base64", "is not base64"))?;
                if bytes.len() as u64 > MAX_BYTES {
                    return Err(Refusal::invalid("base64", format!("has more than {MAX_BYTES} bytes")));
                }
                Ok(bytes.into())
            }
            (Some(path), None) => {
                let (path, folder) = (path.clone(), Arc::clone(folder));
                let read = tokio::task::spawn_blocking(move || folder.read(&path)).await;
                let read = read.unwrap_or_else(|error| Err(io::Error::other(error).into()));
                read.map(Bytes::from).map_err(|error| Refusal::invalid("path", error.to_string()))
            }
            _ => Err(Refusal::invalid("path", "or base64 must be given, and not both")),
        }
    }

    fn write_to(&self, file: &mut MediaFile) {
        file.extension = if self.legacy_svg {
            MediaFile::LEGACY_EXTENSION.to_owned()
        } else {
            self.extension.to_ascii_lowercase()
        };
        file.scope = self.scope.map_or(file.scope, Scope);
        if let Some(purpose) = &self.purpose {
            file.purpose.clone_from(purpose);
        }
        let path = self.path.as_deref().and_then(base_name);
        // The name under which an archive has a file without another one says nothing.
        if let Some(Ok(name)) = path.map(Text::try_from)
            && name.as_str() != file.file_name()
        {
            file.original_name = name;
        }
    }
}

/// Most bytes of a name in most file systems, less what programs put behind it.
const MAX_NAME_BYTES: usize = 200;

/// Returns where an archive has the bytes of a file. An import reads the original name from the path, so that is its end, unless
/// some system could not unpack it.
pub(super) fn path_of(file: &MediaFile) -> String {
    let (stored, original) = (file.file_name(), file.original_name.as_str());
    if original == stored || !can_be_unpacked(original) {
        format!("media/{stored}")
    } else {
        format!("media/{}/{original}", file.uuid)
    }
}

fn can_be_unpacked(name: &str) -> bool {
    let is_odd = |letter: char| {
        letter.is_control() || matches!(letter, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
    };
    let is_bare = name.trim_matches(['.', ' ']) == name && !name.is_empty();
    is_bare && name.len() <= MAX_NAME_BYTES && !name.contains(is_odd)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_ends_with_the_original_name_where_every_system_can_unpack_that() {
        let uuid = Uuid::from_u128(7);
        let path = |original: &str| {
            let original_name = Text::try_from(original).unwrap();
            let file = MediaFile { extension: "png".to_owned(), original_name, ..MediaFile::new(uuid) };
            (path_of(&file), format!("media/{uuid}/{original}"))
        };
        for fine in ["me.png", "Zoë på stranden.png", "a b"] {
            let (path, own) = path(fine);
            assert_eq!(path, own);
        }
        let long = "é".repeat(101);
        let stored = format!("{uuid}.png");
        for odd in ["", ".", "..", ".hidden", "a.", "a/b", "a\\b", "C:me", "a\u{1}b", "what?", &long, &stored]
        {
            assert_eq!(path(odd).0, format!("media/{uuid}.png"), "{odd}");
        }
    }
}
