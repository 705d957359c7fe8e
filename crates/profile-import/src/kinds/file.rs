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
use serde::Deserialize;
use uuid::Uuid;

use super::{
    ImportRow,
    fields::{ImportText, check, clean},
};
use crate::{
    folder::{Folder, MAX_BYTES},
    work::{Imported, Work},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileRow {
    uuid: Uuid,
    extension: String,
    scope: Option<i32>,
    purpose: Option<String>,
    path: Option<String>,
    base64: Option<String>,
    #[serde(default)]
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
        if let Some(Ok(name)) = path.map(Text::try_from) {
            file.original_name = name;
        }
    }
}
