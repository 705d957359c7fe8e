//! Uploaded files.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel::{dsl::sql, prelude::*, sql_types::Bool};
use profile_domain::{
    PersonId, Saved,
    users::{Upload, UploadId, UploadOwner, UploadStatus, Visibility},
};
use profile_ports::{Held, TakeOver, Unavailable};
use uuid::Uuid;

use crate::{
    column::{Id, Instant},
    engine::Queries,
    reading::{Unreadable, readable_by, text},
    schema::{client, upload, user_override, user_profile},
    selection::columns_of,
    statement::{Select, Statement},
    stored::{Mark, SavedRow, Stored, root_of, saved},
    update::Update,
};

/// How many uploads are compared in one go with what profiles show.
const PAGE: i64 = 1_000;

/// The row of an upload.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = upload, treat_none_as_null = true)]
pub struct UploadRow {
    upload_id: String,
    version: i64,
    owner: String,
    person_id: Option<Id>,
    token: String,
    filename: String,
    content_type: String,
    visibility: String,
    announced_at: Instant,
    status: String,
    file_size: Option<i64>,
    content: Option<String>,
    rendition: Option<String>,
    attached_at: Option<Instant>,
}

impl TryFrom<Upload> for UploadRow {
    type Error = Unreadable;

    fn try_from(upload: Upload) -> Result<Self, Unreadable> {
        let Upload {
            id,
            version,
            owner,
            person,
            token,
            filename,
            content_type,
            visibility,
            created_at,
            status,
            size,
            content,
            rendition,
            attached_at,
        } = upload;
        Ok(Self {
            upload_id: id.to_string(),
            version,
            owner: owner.as_str().to_owned(),
            person_id: person.map(Id::from),
            token: token.into_string(),
            filename: filename.into_string(),
            content_type,
            visibility: visibility.name().to_owned(),
            announced_at: created_at.into(),
            status: status.name().to_owned(),
            file_size: size.map(i64::try_from).transpose().map_err(|_| Unreadable("file_size"))?,
            content,
            rendition,
            attached_at: attached_at.map(Instant),
        })
    }
}

impl TryFrom<UploadRow> for Upload {
    type Error = Unreadable;

    fn try_from(row: UploadRow) -> Result<Self, Unreadable> {
        let UploadRow {
            upload_id,
            version,
            owner,
            person_id,
            token,
            filename,
            content_type,
            visibility,
            announced_at,
            status,
            file_size,
            content,
            rendition,
            attached_at,
        } = row;
        Ok(Self {
            id: UploadId::try_from(upload_id.as_str()).map_err(|_| Unreadable("id"))?,
            version,
            owner: UploadOwner::parse(&owner).ok_or(Unreadable("owner"))?,
            person: person_id.map(Id::person).transpose()?,
            token: text("token", token)?,
            filename: text("filename", filename)?,
            content_type,
            visibility: Visibility::from_name(&visibility).ok_or(Unreadable("visibility"))?,
            created_at: announced_at.into(),
            status: UploadStatus::from_name(&status).ok_or(Unreadable("status"))?,
            size: file_size.map(u64::try_from).transpose().map_err(|_| Unreadable("size"))?,
            content,
            rendition,
            attached_at: attached_at.map(DateTime::from),
        })
    }
}

impl Stored for Upload {
    type Row = UploadRow;
    type Found = UploadRow;

    fn by_key(id: &UploadId) -> impl Select<SavedRow<UploadRow>> + use<> {
        let key = (root_of::<Self>(id), id.to_string());
        upload::table.find(key).limit(1).select((
            columns_of::<UploadRow>(),
            upload::updated_at,
            upload::chain,
        ))
    }

    fn insert(row: UploadRow, root: String, Mark { at, chain }: Mark) -> impl Statement {
        let mark = (upload::created_at.eq(at), upload::updated_at.eq(at), upload::chain.eq(chain));
        diesel::insert_into(upload::table).values((upload::root.eq(root), row, mark))
    }

    fn update(row: UploadRow, root: String, base: i64, Mark { at, chain }: Mark) -> impl Statement {
        let found = upload::root
            .eq(root)
            .and(upload::upload_id.eq(row.upload_id.clone()))
            .and(upload::version.eq(base));
        Update::new(&upload::table, (row, upload::updated_at.eq(at), upload::chain.eq(chain)), found)
    }

    fn delete(id: &UploadId, base: i64) -> impl Statement + use<> {
        let key = (root_of::<Self>(id), id.to_string());
        diesel::delete(upload::table.find(key).filter(upload::version.eq(base)))
    }
}

/// Returns which of these uploads a profile shows. Each table is asked for itself, because uploads and what shows them have
/// different roots.
async fn shown(engine: &impl Queries, ids: Vec<String>) -> Result<HashSet<String>, Unavailable> {
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let ids: Vec<Option<String>> = ids.into_iter().map(Some).collect();
    let pictures = user_profile::picture_file.eq_any(ids.clone());
    let banners = user_profile::banner_file.eq_any(ids.clone());
    let overrides = user_override::picture_file.eq_any(ids);
    let mut shown: Vec<Option<String>> =
        engine.load(user_profile::table.filter(pictures).select(user_profile::picture_file)).await?;
    shown.extend(engine.load(user_profile::table.filter(banners).select(user_profile::banner_file)).await?);
    shown.extend(
        engine.load(user_override::table.filter(overrides).select(user_override::picture_file)).await?,
    );
    Ok(shown.into_iter().flatten().collect())
}

/// Returns at most `limit` uploads that no profile shows, that were last written before `before`, and that are not removed.
pub async fn unused_uploads(
    engine: &impl Queries,
    before: DateTime<Utc>,
    limit: u32,
) -> Result<Vec<Saved<Upload>>, Unavailable> {
    let (mut at, mut id) = (Instant(DateTime::UNIX_EPOCH), String::new());
    let mut unused = Vec::new();
    loop {
        let behind =
            upload::updated_at.gt(at).or(upload::updated_at.eq(at).and(upload::upload_id.gt(id.clone())));
        let page = upload::table
            .filter(upload::updated_at.lt(Instant(before)))
            .filter(upload::status.ne(UploadStatus::Removed.name().to_owned()))
            .filter(behind)
            .order((upload::updated_at, upload::upload_id))
            .limit(PAGE)
            .select((columns_of::<UploadRow>(), upload::updated_at, upload::chain));
        let mut rows: Vec<SavedRow<UploadRow>> = engine.load(page).await?;
        let Some((last, last_at, _)) = rows.last() else { break };
        (at, id) = (*last_at, last.upload_id.clone());
        let shown = shown(engine, rows.iter().map(|(row, ..)| row.upload_id.clone()).collect()).await?;
        rows.retain(|(row, ..)| !shown.contains(&row.upload_id));
        unused.extend(rows);
        if unused.len() >= limit as usize {
            break;
        }
    }
    unused.truncate(limit as usize);
    Ok(readable_by("upload", unused, saved::<UploadRow, Upload>))
}

/// Returns how much of an owner's uploads no profile shows.
pub async fn unattached_uploads_of(engine: &impl Queries, owner: &UploadOwner) -> Result<Held, Unavailable> {
    let mut held = Held { bytes: 0, files: 0 };
    let mut after = String::new();
    while held.files < Held::MOST_FILES {
        let page = upload::table
            .filter(upload::owner.eq(owner.as_str().to_owned()))
            .filter(upload::status.ne(UploadStatus::Removed.name().to_owned()))
            .filter(upload::upload_id.gt(after.clone()))
            .order(upload::upload_id)
            .limit(PAGE)
            .select((upload::upload_id, upload::content, upload::file_size));
        let rows: Vec<(String, Option<String>, Option<i64>)> = engine.load(page).await?;
        let Some((last, ..)) = rows.last() else { break };
        after.clone_from(last);
        let shown = shown(engine, rows.iter().map(|(id, ..)| id.clone()).collect()).await?;
        let unattached = rows.into_iter().filter(|(id, ..)| !shown.contains(id));
        for (_, content, size) in unattached.take(Held::MOST_FILES - held.files) {
            held.files += 1;
            // What failed for its size has no bytes here.
            held.bytes += content.and(size).and_then(|size| u64::try_from(size).ok()).unwrap_or_default();
        }
    }
    Ok(held)
}

/// Has a server look at the bytes of an upload, if the one that did still is the one that was read; returns how many times it has
/// been taken.
pub async fn take_upload(
    engine: &impl Queries,
    id: &UploadId,
    TakeOver { from, to }: TakeOver,
) -> Result<Option<u32>, Unavailable> {
    let row = || upload::table.find((root_of::<Upload>(id), id.to_string()));
    let taken = (upload::worker.eq(Some(Id::from(to))), upload::tries.eq(upload::tries + 1));
    let count = match from {
        Some(from) => {
            let same = upload::worker.eq(Some(Id::from(from)));
            engine.execute(diesel::update(row().filter(same)).set(taken)).await?
        }
        None => engine.execute(diesel::update(row().filter(upload::worker.is_null())).set(taken)).await?,
    };
    if count == 0 {
        return Ok(None);
    }
    let tries: Option<i32> = engine.first(row().select(upload::tries).limit(1)).await?;
    Ok(tries.and_then(|tries| u32::try_from(tries).ok()))
}

/// Returns which of these names any upload calls its content.
pub async fn known_contents(engine: &impl Queries, names: &[String]) -> Result<Vec<String>, Unavailable> {
    let names: Vec<Option<String>> = names.iter().cloned().map(Some).collect();
    let known = upload::table.filter(upload::content.eq_any(names)).select(upload::content);
    let known: Vec<Option<String>> = engine.load(known).await?;
    Ok(known.into_iter().flatten().collect())
}

/// Returns which of these names any upload or client calls a rendition.
pub async fn known_renditions(engine: &impl Queries, names: &[String]) -> Result<Vec<String>, Unavailable> {
    let names: Vec<Option<String>> = names.iter().cloned().map(Some).collect();
    let uploads = upload::table.filter(upload::rendition.eq_any(names.clone())).select(upload::rendition);
    let clients = client::table.filter(client::picture.eq_any(names)).select(client::picture);
    let mut known: Vec<Option<String>> = engine.load(uploads).await?;
    known.extend(engine.load(clients).await?);
    Ok(known.into_iter().flatten().collect())
}

/// Returns whether a user or an override of another person shows an upload.
pub async fn is_shown_by_another(
    engine: &impl Queries,
    id: &UploadId,
    person: PersonId,
) -> Result<bool, Unavailable> {
    let (file, person) = (Some(id.to_string()), Id::from(person));
    let shown = user_profile::picture_file.eq(file.clone()).or(user_profile::banner_file.eq(file.clone()));
    let users = user_profile::table.filter(shown).filter(user_profile::person_id.ne(person));
    let overrides = user_override::table.filter(user_override::picture_file.eq(file));
    let overrides = overrides.filter(user_override::person_id.ne(person));
    Ok(engine.count(users.count()).await? > 0 || engine.count(overrides.count()).await? > 0)
}

/// Returns at most `limit` uploads whose bytes are still to be processed, each with the server that does.
pub async fn unprocessed_uploads(
    engine: &impl Queries,
    limit: u32,
) -> Result<Vec<(Saved<Upload>, Option<Uuid>)>, Unavailable> {
    let query = upload::table
        // As it is: with a parameter neither database uses the index of these few.
        .filter(sql::<Bool>("status = 'processing'"))
        .order(upload::updated_at)
        .limit(limit.into())
        .select(((columns_of::<UploadRow>(), upload::updated_at, upload::chain), upload::worker));
    let read = |(row, worker): (_, Option<Id>)| {
        Ok((saved::<UploadRow, Upload>(row)?, worker.map(Id::uuid).transpose()?))
    };
    Ok(readable_by("upload", engine.load(query).await?, read))
}
