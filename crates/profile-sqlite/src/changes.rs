//! The log of changes.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use profile_domain::{
    Text,
    change::{Cause, ChangeRecord, Facet},
};
use profile_ports::{
    Changes, Unavailable,
    change_log::{self, Damaged},
};

use crate::{
    SqliteStore,
    ids::{person, uuid_of},
    schema::changes,
};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = changes, check_for_backend(diesel::sqlite::Sqlite))]
pub(crate) struct ChangeRow {
    pub(crate) id: String,
    pub(crate) person_id: Option<String>,
    pub(crate) facet: String,
    pub(crate) key: String,
    pub(crate) version: i64,
    pub(crate) at: DateTime<Utc>,
    pub(crate) actor: String,
    pub(crate) contract: String,
    pub(crate) request_id: String,
    pub(crate) reason: Option<String>,
    pub(crate) fields: String,
}

impl From<&ChangeRecord> for ChangeRow {
    fn from(record: &ChangeRecord) -> Self {
        let ChangeRecord { id, person, facet, key, version, at, cause, fields } = record;
        let Cause { actor, contract, request_id, reason } = cause;
        Self {
            id: id.to_string(),
            person_id: person.map(|person| person.0.to_string()),
            facet: facet.name().to_owned(),
            key: key.clone(),
            version: *version,
            at: *at,
            actor: actor.clone(),
            contract: contract.clone(),
            request_id: request_id.clone(),
            reason: reason.as_ref().map(|reason| reason.as_str().to_owned()),
            fields: change_log::encode(fields).to_string(),
        }
    }
}

impl TryFrom<ChangeRow> for ChangeRecord {
    type Error = Damaged;

    fn try_from(row: ChangeRow) -> Result<Self, Damaged> {
        let ChangeRow { id, person_id, facet, key, version, at, actor, contract, request_id, reason, fields } =
            row;
        let reason = reason.map(Text::try_from).transpose().map_err(|_| Damaged)?;
        Ok(Self {
            id: uuid_of(&id).map_err(|_| Damaged)?,
            person: person_id.as_deref().map(person).transpose().map_err(|_| Damaged)?,
            facet: Facet::from_name(&facet).ok_or(Damaged)?,
            key,
            version,
            at,
            cause: Cause { actor, contract, request_id, reason },
            fields: change_log::decode(&serde_json::from_str(&fields).map_err(|_| Damaged)?)?,
        })
    }
}

#[async_trait]
impl Changes for SqliteStore {
    async fn changes_of(&self, facet: Facet, key: &str) -> Result<Vec<ChangeRecord>, Unavailable> {
        let key = key.to_owned();
        let query = move |connection: &mut SqliteConnection| {
            changes::table
                .filter(changes::facet.eq(facet.name()).and(changes::key.eq(key)))
                .order(changes::version)
                .select(ChangeRow::as_select())
                .load::<ChangeRow>(connection)
        };
        let rows = self.read(query).await?;
        rows.into_iter().map(|row| row.try_into().map_err(Unavailable::database)).collect()
    }
}
