//! The records of media files.
#![allow(clippy::clone_on_copy, reason = "an id is a copy in one store and text in the other")]

use async_trait::async_trait;
use diesel::prelude::*;
use profile_domain::{
    PersonId, Text,
    media::{MediaFile, Scope},
};
use profile_ports::{Commit, CommitError, Files, Unavailable};
use uuid::Uuid;

use crate::{
    Store,
    column::{self, Id},
    reading::Unreadable,
    schema::media_file,
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = media_file, check_for_backend(crate::column::Database), treat_none_as_null = true)]
struct FileRow {
    uuid: Id,
    person_id: Option<Id>,
    version: i64,
    extension: String,
    scope: i32,
    purpose: String,
    original_name: String,
    file_size: i64,
}

impl TryFrom<MediaFile> for FileRow {
    type Error = Unreadable;

    fn try_from(file: MediaFile) -> Result<Self, Unreadable> {
        let MediaFile { uuid, person, version, extension, scope, purpose, original_name, size } = file;
        Ok(Self {
            uuid: column::id(uuid),
            person_id: person.map(|person| column::id(person.0)),
            version,
            extension,
            scope: scope.0,
            purpose,
            original_name: original_name.into_string(),
            file_size: i64::try_from(size).map_err(|_| Unreadable)?,
        })
    }
}

impl TryFrom<FileRow> for MediaFile {
    type Error = Unreadable;

    fn try_from(row: FileRow) -> Result<Self, Unreadable> {
        let FileRow { uuid, person_id, version, extension, scope, purpose, original_name, file_size } = row;
        Ok(Self {
            uuid: column::uuid(uuid)?,
            person: person_id.map(column::person).transpose()?,
            version,
            extension,
            scope: Scope(scope),
            purpose,
            original_name: Text::try_from(original_name).map_err(|_| Unreadable)?,
            size: u64::try_from(file_size).map_err(|_| Unreadable)?,
        })
    }
}

#[async_trait]
impl Files for Store {
    async fn find_file(&self, uuid: Uuid) -> Result<Option<MediaFile>, Unavailable> {
        find!(self, FileRow, media_file::table.find(column::id(uuid)))
    }

    async fn public_files_of(&self, person: PersonId, limit: u32) -> Result<Vec<(Uuid, u64)>, Unavailable> {
        let files = media_file::table
            .filter(media_file::person_id.eq(column::id(person.0)))
            .filter(media_file::scope.eq(Scope::PUBLIC.0))
            .limit(limit.into())
            .select((media_file::uuid, media_file::file_size));
        let read =
            |(uuid, size): (Id, i64)| Ok((column::uuid(uuid)?, u64::try_from(size).map_err(|_| Unreadable)?));
        let rows = load!(self, (Id, i64), files)?;
        rows.into_iter().map(read).collect::<Result<_, Unreadable>>().map_err(Unavailable::database)
    }

    async fn commit_file(&self, commit: Commit<MediaFile>) -> Result<(), CommitError> {
        let uuid = commit.next.uuid;
        commit!(self, commit, media_file, FileRow, |_row| media_file::uuid.eq(column::id(uuid)))
    }
}
