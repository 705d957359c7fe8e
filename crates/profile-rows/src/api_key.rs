//! API keys.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use profile_domain::users::{ApiKey, KeyId, KeyOwner, VersionDate};
use profile_ports::{Page, Unavailable, columns};

use crate::{
    column::{Instant, Json},
    engine::Queries,
    reading::{Unreadable, words},
    schema::api_key,
    selection::columns_of,
    statement::{Select, Statement},
    stored::{Mark, SavedRow, Stored, root_of},
    update::Update,
};

/// The row of an API key.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = api_key, treat_none_as_null = true)]
pub struct KeyRow {
    key_id: String,
    version: i64,
    owner: String,
    hash: String,
    permissions: Json,
    expires_at: Option<Instant>,
    allow_cidrs: Json,
    api_version_date: Option<String>,
    revoked_at: Option<Instant>,
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
            permissions: Json::from(columns::words(permissions.iter().map(String::as_str))),
            expires_at: expires_at.map(Instant),
            allow_cidrs: Json::from(columns::networks(&allow_cidrs)),
            api_version_date: version_date.map(|date| date.as_str().to_owned()),
            revoked_at: revoked_at.map(Instant),
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
        let date = |date: String| VersionDate::try_from(date.as_str()).map_err(|_| Unreadable("date"));
        Ok(Self {
            id: KeyId::try_from(key_id.as_str()).map_err(|_| Unreadable("id"))?,
            version,
            owner: KeyOwner::parse(&owner).ok_or(Unreadable("owner"))?,
            hash,
            permissions: words("permissions", &permissions, |name| Some(name.to_owned()))?,
            expires_at: expires_at.map(DateTime::from),
            allow_cidrs: words("allow_cidrs", &allow_cidrs, |network| network.parse().ok())?,
            version_date: api_version_date.map(date).transpose()?,
            revoked_at: revoked_at.map(DateTime::from),
        })
    }
}

impl Stored for ApiKey {
    type Row = KeyRow;
    type Found = KeyRow;

    fn by_key(id: &KeyId) -> impl Select<SavedRow<KeyRow>> + use<> {
        let key = (root_of::<Self>(id), id.to_string());
        api_key::table.find(key).limit(1).select((
            columns_of::<KeyRow>(),
            api_key::updated_at,
            api_key::chain,
        ))
    }

    fn insert(row: KeyRow, root: String, Mark { at, chain }: Mark) -> impl Statement {
        let mark = (api_key::created_at.eq(at), api_key::updated_at.eq(at), api_key::chain.eq(chain));
        diesel::insert_into(api_key::table).values((api_key::root.eq(root), row, mark))
    }

    fn update(row: KeyRow, root: String, base: i64, Mark { at, chain }: Mark) -> impl Statement {
        let found =
            api_key::root.eq(root).and(api_key::key_id.eq(row.key_id.clone())).and(api_key::version.eq(base));
        Update::new(&api_key::table, (row, api_key::updated_at.eq(at), api_key::chain.eq(chain)), found)
    }

    fn delete(id: &KeyId, base: i64) -> impl Statement + use<> {
        let key = (root_of::<Self>(id), id.to_string());
        diesel::delete(api_key::table.find(key).filter(api_key::version.eq(base)))
    }
}

/// Returns a page of the API keys, by id, each with its creation.
pub async fn list_api_keys(
    engine: &impl Queries,
    page: Page<&KeyId>,
) -> Result<Vec<(DateTime<Utc>, ApiKey)>, Unavailable> {
    let after = page.after.map_or("", KeyId::as_str).to_owned();
    let query = api_key::table
        .filter(api_key::key_id.gt(after))
        .order(api_key::key_id)
        .limit(page.limit.into())
        .select((api_key::created_at, columns_of::<KeyRow>()));
    let rows: Vec<(Instant, KeyRow)> = engine.load(query).await?;
    let read = |(Instant(created), row): (_, KeyRow)| {
        Ok((created, row.try_into().map_err(|unreadable: Unreadable| unreadable.of("api_key", "of a list"))?))
    };
    rows.into_iter().map(read).collect()
}
