//! The records of media files.

use async_trait::async_trait;
use diesel::prelude::*;
use profile_domain::{
    Text,
    media::{MediaFile, Scope},
};
use profile_ports::{Commit, CommitError, Files, Unavailable};
use uuid::Uuid;

use crate::{
    SqliteStore,
    error::Unreadable,
    ids::{person, uuid_of},
    schema::media_file,
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = media_file, check_for_backend(diesel::sqlite::Sqlite), treat_none_as_null = true)]
struct FileRow {
    uuid: String,
    person_id: Option<String>,
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
            uuid: uuid.to_string(),
            person_id: person.map(|person| person.0.to_string()),
            version,
            extension,
            scope: scope.0,
            purpose,
            original_name: original_name.into_string(),
            file_size: i64::try_from(size).map_err(|_| Unreadable)?,
        })
    }
}

fn read(row: FileRow) -> Result<MediaFile, Unreadable> {
    let FileRow { uuid, person_id, version, extension, scope, purpose, original_name, file_size } = row;
    Ok(MediaFile {
        uuid: uuid_of(&uuid)?,
        person: person_id.as_deref().map(person).transpose()?,
        version,
        extension,
        scope: Scope(scope),
        purpose,
        original_name: Text::try_from(original_name).map_err(|_| Unreadable)?,
        size: u64::try_from(file_size).map_err(|_| Unreadable)?,
    })
}

#[async_trait]
impl Files for SqliteStore {
    async fn find_file(&self, uuid: Uuid) -> Result<Option<MediaFile>, Unavailable> {
        let query = move |connection: &mut SqliteConnection| {
            media_file::table.find(uuid.to_string()).select(FileRow::as_select()).first(connection).optional()
        };
        self.read(query).await?.map(read).transpose().map_err(Unavailable::database)
    }

    async fn commit_file(&self, commit: Commit<MediaFile>) -> Result<(), CommitError> {
        let base = commit.base();
        let Commit { next, record } = commit;
        let row = FileRow::try_from(next).map_err(Unavailable::database)?;
        let at = media_file::updated_at.eq(record.at);
        let write = move |connection: &mut SqliteConnection| match base {
            None => diesel::insert_into(media_file::table)
                .values((row, media_file::created_at.eq(record.at), at))
                .execute(connection),
            Some(base) => diesel::update(media_file::table)
                .filter(media_file::uuid.eq(row.uuid.clone()).and(media_file::version.eq(base)))
                .set((row, at))
                .execute(connection),
        };
        self.commit(base, record, write).await
    }
}
