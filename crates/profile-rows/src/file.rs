//! The records of media files.

use diesel::prelude::*;
use profile_domain::{
    PersonId, Text,
    media::{MediaFile, Scope},
};
use profile_ports::Unavailable;
use uuid::Uuid;

use crate::{
    column::Id,
    engine::Queries,
    reading::Unreadable,
    schema::media_file,
    selection::columns_of,
    statement::{Select, Statement},
    stored::{Mark, SavedRow, Stored, root_of},
    update::Update,
};

/// The row of a media file.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = media_file, treat_none_as_null = true)]
pub struct FileRow {
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
            uuid: uuid.into(),
            person_id: person.map(Id::from),
            version,
            extension,
            scope: scope.0,
            purpose,
            original_name: original_name.into_string(),
            file_size: i64::try_from(size).map_err(|_| Unreadable("file_size"))?,
        })
    }
}

impl TryFrom<FileRow> for MediaFile {
    type Error = Unreadable;

    fn try_from(row: FileRow) -> Result<Self, Unreadable> {
        let FileRow { uuid, person_id, version, extension, scope, purpose, original_name, file_size } = row;
        Ok(Self {
            uuid: uuid.uuid()?,
            person: person_id.map(Id::person).transpose()?,
            version,
            extension,
            scope: Scope(scope),
            purpose,
            original_name: Text::try_from(original_name).map_err(|_| Unreadable("original_name"))?,
            size: u64::try_from(file_size).map_err(|_| Unreadable("size"))?,
        })
    }
}

impl Stored for MediaFile {
    type Row = FileRow;
    type Found = FileRow;

    fn by_key(uuid: &Uuid) -> impl Select<SavedRow<FileRow>> + use<> {
        let key = (root_of::<Self>(uuid), Id::from(*uuid));
        media_file::table.find(key).limit(1).select((
            columns_of::<FileRow>(),
            media_file::updated_at,
            media_file::chain,
        ))
    }

    fn insert(row: FileRow, root: String, Mark { at, chain }: Mark) -> impl Statement {
        let mark =
            (media_file::created_at.eq(at), media_file::updated_at.eq(at), media_file::chain.eq(chain));
        diesel::insert_into(media_file::table).values((media_file::root.eq(root), row, mark))
    }

    fn update(row: FileRow, root: String, base: i64, Mark { at, chain }: Mark) -> impl Statement {
        let found =
            media_file::root.eq(root).and(media_file::uuid.eq(row.uuid)).and(media_file::version.eq(base));
        Update::new(
            &media_file::table,
            (row, media_file::updated_at.eq(at), media_file::chain.eq(chain)),
            found,
        )
    }

    fn delete(uuid: &Uuid, base: i64) -> impl Statement + use<> {
        let key = (root_of::<Self>(uuid), Id::from(*uuid));
        diesel::delete(media_file::table.find(key).filter(media_file::version.eq(base)))
    }
}

/// Returns at most `limit` public files of a person, with their bytes, in any order.
pub async fn public_files_of(
    engine: &impl Queries,
    person: PersonId,
    limit: u32,
) -> Result<Vec<(Uuid, u64)>, Unavailable> {
    let query = media_file::table
        .filter(media_file::person_id.eq(Id::from(person)))
        .filter(media_file::scope.eq(Scope::PUBLIC.0))
        .limit(limit.into())
        .select((media_file::uuid, media_file::file_size));
    let rows: Vec<(Id, i64)> = engine.load(query).await?;
    let read =
        |(uuid, size): (Id, i64)| Ok((uuid.uuid()?, u64::try_from(size).map_err(|_| Unreadable("read"))?));
    rows.into_iter()
        .map(read)
        .collect::<Result<_, _>>()
        .map_err(|unreadable: Unreadable| unreadable.of("media_file", "of a list"))
}
