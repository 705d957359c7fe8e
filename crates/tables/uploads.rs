//! Uploaded files.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use diesel::{
    dsl::{exists, not},
    prelude::*,
};
use profile_domain::{
    Text,
    users::{Upload, UploadId, UploadOwner, UploadStatus, Visibility},
};
use profile_ports::{Commit, CommitError, Held, Unavailable, Uploads};

use crate::{
    Store,
    reading::{Unreadable, readable, text},
    schema::{client, upload, user_override, user_profile},
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = upload, check_for_backend(crate::column::Database), treat_none_as_null = true)]
struct UploadRow {
    upload_id: String,
    version: i64,
    owner: String,
    token: String,
    filename: String,
    content_type: String,
    visibility: String,
    announced_at: DateTime<Utc>,
    status: String,
    file_size: Option<i64>,
    content: Option<String>,
    rendition: Option<String>,
    attached_at: Option<DateTime<Utc>>,
}

impl TryFrom<Upload> for UploadRow {
    type Error = Unreadable;

    fn try_from(upload: Upload) -> Result<Self, Unreadable> {
        let Upload {
            id,
            version,
            owner,
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
            token: token.into_string(),
            filename: filename.into_string(),
            content_type,
            visibility: visibility.name().to_owned(),
            announced_at: created_at,
            status: status.name().to_owned(),
            file_size: size.map(i64::try_from).transpose().map_err(|_| Unreadable)?,
            content,
            rendition,
            attached_at,
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
            id: UploadId::try_from(upload_id.as_str()).map_err(|_| Unreadable)?,
            version,
            owner: UploadOwner::parse(&owner).ok_or(Unreadable)?,
            token: text(token)?,
            filename: text(filename)?,
            content_type,
            visibility: Visibility::from_name(&visibility).ok_or(Unreadable)?,
            created_at: announced_at,
            status: UploadStatus::from_name(&status).ok_or(Unreadable)?,
            size: file_size.map(u64::try_from).transpose().map_err(|_| Unreadable)?,
            content,
            rendition,
            attached_at,
        })
    }
}

#[async_trait]
impl Uploads for Store {
    async fn find_upload(&self, id: &UploadId) -> Result<Option<Upload>, Unavailable> {
        find!(self, UploadRow, upload::table.filter(upload::upload_id.eq(id.to_string())))
    }

    async fn find_upload_by_token(&self, token: &Text) -> Result<Option<Upload>, Unavailable> {
        find!(self, UploadRow, upload::table.filter(upload::token.eq(token.as_str().to_owned())))
    }

    async fn commit_upload(&self, commit: Commit<Upload>) -> Result<(), CommitError> {
        commit!(self, commit, upload, UploadRow, |row| upload::upload_id.eq(row.upload_id.clone()))
    }

    async fn unused_uploads(&self, before: DateTime<Utc>, limit: u32) -> Result<Vec<Upload>, Unavailable> {
        let id = upload::upload_id.nullable();
        let picture = user_profile::table.filter(user_profile::picture_file.eq(id));
        let banner = user_profile::table.filter(user_profile::banner_file.eq(id));
        let override_picture = user_override::table.filter(user_override::picture_file.eq(id));
        let query = upload::table
            .filter(upload::updated_at.lt(before))
            .filter(upload::status.ne(UploadStatus::Removed.name()))
            .filter(not(exists(picture)).and(not(exists(banner))).and(not(exists(override_picture))))
            .order(upload::updated_at)
            .limit(limit.into())
            .select(UploadRow::as_select());
        Ok(readable("upload", load!(self, UploadRow, query)?))
    }

    async fn unattached_uploads_of(&self, owner: &UploadOwner) -> Result<Held, Unavailable> {
        let id = upload::upload_id.nullable();
        let picture = user_profile::table.filter(user_profile::picture_file.eq(id));
        let banner = user_profile::table.filter(user_profile::banner_file.eq(id));
        let override_picture = user_override::table.filter(user_override::picture_file.eq(id));
        let query = upload::table
            .filter(upload::owner.eq(owner.as_str().to_owned()))
            .filter(upload::status.ne(UploadStatus::Removed.name()))
            .filter(not(exists(picture)).and(not(exists(banner))).and(not(exists(override_picture))))
            .limit(i64::try_from(Held::MOST_FILES).unwrap_or(i64::MAX))
            .select((upload::content, upload::file_size));
        let rows = load!(self, (Option<String>, Option<i64>), query)?;
        // What failed for its size has no bytes here.
        let sizes = rows.iter().filter(|(content, _)| content.is_some()).filter_map(|(_, size)| *size);
        let bytes = sizes.filter_map(|size| u64::try_from(size).ok()).sum();
        Ok(Held { bytes, files: rows.len() })
    }

    async fn count_upload_try(&self, id: &UploadId) -> Result<u32, Unavailable> {
        let counted =
            diesel::update(upload::table.find(id.to_string())).set(upload::tries.eq(upload::tries + 1));
        execute!(self, counted)?;
        let query = upload::table.find(id.to_string()).select(upload::tries);
        let tries = first!(self, i32, query)?.unwrap_or_default();
        Ok(u32::try_from(tries).unwrap_or_default())
    }

    async fn known_contents(&self, names: &[String]) -> Result<Vec<String>, Unavailable> {
        let names: Vec<Option<String>> = names.iter().cloned().map(Some).collect();
        let known = upload::table.filter(upload::content.eq_any(names)).select(upload::content);
        Ok(load!(self, Option<String>, known)?.into_iter().flatten().collect())
    }

    async fn known_renditions(&self, names: &[String]) -> Result<Vec<String>, Unavailable> {
        let names: Vec<Option<String>> = names.iter().cloned().map(Some).collect();
        let uploads = upload::table.filter(upload::rendition.eq_any(names.clone())).select(upload::rendition);
        let clients = client::table.filter(client::picture.eq_any(names)).select(client::picture);
        let mut known = load!(self, Option<String>, uploads)?;
        known.extend(load!(self, Option<String>, clients)?);
        Ok(known.into_iter().flatten().collect())
    }

    async fn unprocessed_uploads(
        &self,
        before: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<Upload>, Unavailable> {
        let query = upload::table
            .filter(upload::updated_at.lt(before))
            .filter(upload::status.eq(UploadStatus::Processing.name()))
            .order(upload::updated_at)
            .limit(limit.into())
            .select(UploadRow::as_select());
        Ok(readable("upload", load!(self, UploadRow, query)?))
    }
}
