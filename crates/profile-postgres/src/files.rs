//! The records of media files.

use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use profile_domain::{
    PersonId, Text,
    media::{MediaFile, Scope},
};
use profile_ports::{Commit, CommitError, Files, Unavailable};
use uuid::Uuid;

use crate::{
    PostgresStore,
    error::{Unreadable, committed, unavailable},
    recorded::Recorded,
    schema::media_file,
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = media_file, check_for_backend(diesel::pg::Pg), treat_none_as_null = true)]
struct FileRow {
    uuid: Uuid,
    person_id: Option<Uuid>,
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
            uuid,
            person_id: person.map(|person| person.0),
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
        uuid,
        person: person_id.map(PersonId),
        version,
        extension,
        scope: Scope(scope),
        purpose,
        original_name: Text::try_from(original_name).map_err(|_| Unreadable)?,
        size: u64::try_from(file_size).map_err(|_| Unreadable)?,
    })
}

#[async_trait]
impl Files for PostgresStore {
    async fn find_file(&self, uuid: Uuid) -> Result<Option<MediaFile>, Unavailable> {
        let mut connection = self.connection().await?;
        let found: Option<FileRow> = media_file::table
            .find(uuid)
            .select(FileRow::as_select())
            .first(&mut connection)
            .await
            .optional()
            .map_err(unavailable)?;
        found.map(read).transpose().map_err(Unavailable::database)
    }

    async fn commit_file(&self, commit: Commit<MediaFile>) -> Result<(), CommitError> {
        let base = commit.base();
        let Commit { next, record } = commit;
        let row = FileRow::try_from(next).map_err(Unavailable::database)?;
        let mut connection = self.connection().await?;
        committed(match base {
            None => {
                let created = (media_file::created_at.eq(record.at), media_file::updated_at.eq(record.at));
                let creation = diesel::insert_into(media_file::table).values((row, created));
                Recorded::creation(creation, &record).execute(&mut connection).await
            }
            Some(base) => {
                let update = diesel::update(media_file::table)
                    .filter(media_file::uuid.eq(row.uuid).and(media_file::version.eq(base)))
                    .set((row, media_file::updated_at.eq(record.at)));
                Recorded::update(update, &record).execute(&mut connection).await
            }
        })
    }
}
