//! The log of changes.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use profile_domain::{
    PersonId, Text,
    change::{Cause, ChangeRecord, Facet},
};
use profile_ports::{
    Changes, Unavailable,
    change_log::{self, Damaged},
};
use uuid::Uuid;

use crate::{PostgresStore, error::unavailable, schema::changes};

#[derive(Queryable, Selectable)]
#[diesel(table_name = changes, check_for_backend(diesel::pg::Pg))]
pub(crate) struct ChangeRow {
    pub(crate) id: Uuid,
    pub(crate) person_id: Option<Uuid>,
    pub(crate) facet: String,
    pub(crate) key: String,
    pub(crate) version: i64,
    pub(crate) at: DateTime<Utc>,
    pub(crate) actor: String,
    pub(crate) contract: String,
    pub(crate) request_id: String,
    pub(crate) reason: Option<String>,
    pub(crate) fields: serde_json::Value,
}

impl From<&ChangeRecord> for ChangeRow {
    fn from(record: &ChangeRecord) -> Self {
        let ChangeRecord { id, person, facet, key, version, at, cause, fields } = record;
        let Cause { actor, contract, request_id, reason } = cause;
        Self {
            id: *id,
            person_id: person.map(|person| person.0),
            facet: facet.name().to_owned(),
            key: key.clone(),
            version: *version,
            at: *at,
            actor: actor.clone(),
            contract: contract.clone(),
            request_id: request_id.clone(),
            reason: reason.as_ref().map(|reason| reason.as_str().to_owned()),
            fields: change_log::encode(fields),
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
            id,
            person: person_id.map(PersonId),
            facet: Facet::from_name(&facet).ok_or(Damaged)?,
            key,
            version,
            at,
            cause: Cause { actor, contract, request_id, reason },
            fields: change_log::decode(&fields)?,
        })
    }
}

#[async_trait]
impl Changes for PostgresStore {
    async fn changes_of(&self, facet: Facet, key: &str) -> Result<Vec<ChangeRecord>, Unavailable> {
        let mut connection = self.connection().await?;
        let rows: Vec<ChangeRow> = changes::table
            .filter(changes::facet.eq(facet.name()).and(changes::key.eq(key)))
            .order(changes::version)
            .select(ChangeRow::as_select())
            .load(&mut connection)
            .await
            .map_err(unavailable)?;
        rows.into_iter().map(|row| row.try_into().map_err(Unavailable::database)).collect()
    }
}
