//! Businesses, apps and API keys.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use profile_domain::users::{ApiKey, App, AppId, Business, BusinessId, KeyId, KeyOwner, VersionDate};
use profile_ports::{Businesses, Commit, CommitError, Unavailable, columns};

use crate::{
    Store,
    column::{self, Json},
    reading::{Unreadable, text},
    schema::{api_key, app, business},
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = business, check_for_backend(crate::column::Database), treat_none_as_null = true)]
struct BusinessRow {
    business_id: String,
    version: i64,
    title: String,
    parent_id: Option<String>,
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = app, check_for_backend(crate::column::Database), treat_none_as_null = true)]
struct AppRow {
    app_id: String,
    version: i64,
    installs: Json,
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = api_key, check_for_backend(crate::column::Database), treat_none_as_null = true)]
struct KeyRow {
    key_id: String,
    version: i64,
    owner: String,
    hash: String,
    permissions: Json,
    expires_at: Option<DateTime<Utc>>,
    allow_cidrs: Json,
    api_version_date: Option<String>,
    revoked_at: Option<DateTime<Utc>>,
}

impl From<Business> for BusinessRow {
    fn from(business: Business) -> Self {
        let Business { id, version, title, parent } = business;
        Self {
            business_id: id.to_string(),
            version,
            title: title.into_string(),
            parent_id: parent.map(|parent| parent.to_string()),
        }
    }
}

impl TryFrom<BusinessRow> for Business {
    type Error = Unreadable;

    fn try_from(row: BusinessRow) -> Result<Self, Unreadable> {
        let BusinessRow { business_id, version, title, parent_id } = row;
        let id = |id: String| BusinessId::try_from(id.as_str()).map_err(|_| Unreadable);
        Ok(Self {
            id: id(business_id)?,
            version,
            title: text(title)?,
            parent: parent_id.map(id).transpose()?,
        })
    }
}

impl From<App> for AppRow {
    fn from(app: App) -> Self {
        let App { id, version, installs } = app;
        Self { app_id: id.to_string(), version, installs: column::json(columns::installs(&installs)) }
    }
}

impl TryFrom<AppRow> for App {
    type Error = Unreadable;

    fn try_from(row: AppRow) -> Result<Self, Unreadable> {
        let AppRow { app_id, version, installs } = row;
        Ok(Self {
            id: AppId::try_from(app_id.as_str()).map_err(|_| Unreadable)?,
            version,
            installs: columns::read_installs(&column::read_json(installs)?).map_err(|_| Unreadable)?,
        })
    }
}

impl From<ApiKey> for KeyRow {
    fn from(key: ApiKey) -> Self {
        let ApiKey {
            id,
            version,
            owner,
            hash,
            permissions,
            expires_at,
            allow_cidrs,
            version_date,
            revoked_at,
        } = key;
        Self {
            key_id: id.to_string(),
            version,
            owner: owner.as_str().to_owned(),
            hash,
            permissions: column::json(columns::words(permissions.iter().map(String::as_str))),
            expires_at,
            allow_cidrs: column::json(columns::networks(&allow_cidrs)),
            api_version_date: version_date.map(|date| date.as_str().to_owned()),
            revoked_at,
        }
    }
}

impl TryFrom<KeyRow> for ApiKey {
    type Error = Unreadable;

    fn try_from(row: KeyRow) -> Result<Self, Unreadable> {
        let KeyRow {
            key_id,
            version,
            owner,
            hash,
            permissions,
            expires_at,
            allow_cidrs,
            api_version_date,
            revoked_at,
        } = row;
        let date = |date: String| VersionDate::try_from(date.as_str()).map_err(|_| Unreadable);
        Ok(Self {
            id: KeyId::try_from(key_id.as_str()).map_err(|_| Unreadable)?,
            version,
            owner: KeyOwner::parse(&owner).ok_or(Unreadable)?,
            hash,
            permissions: columns::read_words(&column::read_json(permissions)?, |name| Some(name.to_owned()))
                .map_err(|_| Unreadable)?,
            expires_at,
            allow_cidrs: columns::read_words(&column::read_json(allow_cidrs)?, |network| {
                network.parse().ok()
            })
            .map_err(|_| Unreadable)?,
            version_date: api_version_date.map(date).transpose()?,
            revoked_at,
        })
    }
}

#[async_trait]
impl Businesses for Store {
    async fn find_business(&self, id: &BusinessId) -> Result<Option<Business>, Unavailable> {
        find!(self, BusinessRow, business::table.filter(business::business_id.eq(id.to_string())))
    }

    async fn commit_business(&self, commit: Commit<Business>) -> Result<(), CommitError> {
        commit!(self, commit, business, BusinessRow, |row| business::business_id.eq(row.business_id.clone()))
    }

    async fn find_app(&self, id: &AppId) -> Result<Option<App>, Unavailable> {
        find!(self, AppRow, app::table.filter(app::app_id.eq(id.to_string())))
    }

    async fn commit_app(&self, commit: Commit<App>) -> Result<(), CommitError> {
        commit!(self, commit, app, AppRow, |row| app::app_id.eq(row.app_id.clone()))
    }

    async fn find_api_key(&self, id: &KeyId) -> Result<Option<ApiKey>, Unavailable> {
        find!(self, KeyRow, api_key::table.filter(api_key::key_id.eq(id.to_string())))
    }

    async fn find_api_key_by_hash(&self, hash: &str) -> Result<Option<ApiKey>, Unavailable> {
        find!(self, KeyRow, api_key::table.filter(api_key::hash.eq(hash.to_owned())))
    }

    async fn list_api_keys(
        &self,
        after: Option<&KeyId>,
        limit: u32,
    ) -> Result<Vec<(DateTime<Utc>, ApiKey)>, Unavailable> {
        let after = after.map_or("", KeyId::as_str).to_owned();
        let query = api_key::table
            .filter(api_key::key_id.gt(after))
            .order(api_key::key_id)
            .limit(limit.into())
            .select((api_key::created_at, KeyRow::as_select()));
        let rows = load!(self, (DateTime<Utc>, KeyRow), query)?;
        let read =
            |(created, row): (_, KeyRow)| Ok((created, row.try_into().map_err(Unavailable::database)?));
        rows.into_iter().map(read).collect()
    }

    async fn commit_api_key(&self, commit: Commit<ApiKey>) -> Result<(), CommitError> {
        commit!(self, commit, api_key, KeyRow, |row| api_key::key_id.eq(row.key_id.clone()))
    }
}
