//! The log of changes.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use profile_domain::{
    Text,
    change::{Cause, ChangeRecord, Digest, Facet, Reason},
};
use profile_ports::{Changes, Unavailable, change_log};

use crate::{
    Store,
    column::{self, Id, Json},
    reading::{Unreadable, records},
    schema::{self, changes},
};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = changes, check_for_backend(crate::column::Database))]
pub(crate) struct ChangeRow {
    pub(crate) id: Id,
    pub(crate) person_id: Option<Id>,
    pub(crate) facet: String,
    pub(crate) key: String,
    pub(crate) version: i64,
    pub(crate) at: DateTime<Utc>,
    pub(crate) actor: String,
    pub(crate) contract: String,
    pub(crate) request_id: String,
    pub(crate) reason: Option<String>,
    pub(crate) fields: Json,
}

impl From<&ChangeRecord> for ChangeRow {
    fn from(record: &ChangeRecord) -> Self {
        // columns follow with the new schema
        let ChangeRecord { id, person, facet, key, root: _, version, at, cause, fields, .. } = record;
        let Cause { actor, door, request_id, reason } = cause;
        Self {
            id: column::id(*id),
            person_id: person.map(|person| column::id(person.0)),
            facet: facet.name().to_owned(),
            key: key.clone(),
            version: *version,
            at: *at,
            actor: actor.clone(),
            contract: door.clone(),
            request_id: request_id.clone(),
            reason: match reason {
                Some(Reason::Text(reason)) => Some(reason.as_str().to_owned()),
                // columns follow with the new schema
                Some(Reason::Redacted(_)) | None => None,
            },
            fields: column::json(change_log::encode(fields)),
        }
    }
}

impl TryFrom<ChangeRow> for ChangeRecord {
    type Error = Unreadable;

    fn try_from(row: ChangeRow) -> Result<Self, Unreadable> {
        let ChangeRow { id, person_id, facet, key, version, at, actor, contract, request_id, reason, fields } =
            row;
        let reason = reason.map(Text::try_from).transpose().map_err(|_| Unreadable)?;
        let facet = Facet::from_name(&facet).ok_or(Unreadable)?;
        Ok(Self {
            id: column::uuid(id)?,
            person: person_id.map(column::person).transpose()?,
            facet,
            root: facet.root_of(&key).to_owned(),
            key,
            version,
            at,
            cause: Cause { actor, door: contract, request_id, reason: reason.map(Reason::Text) },
            fields: change_log::decode(&column::read_json(fields)?).map_err(|_| Unreadable)?,
            // columns follow with the new schema
            ended: false,
            salt: None,
            digest: Digest::default(),
        })
    }
}

#[async_trait]
impl Changes for Store {
    async fn changes_of(&self, facet: Facet, key: &str) -> Result<Vec<ChangeRecord>, Unavailable> {
        let query = changes::table
            .filter(changes::facet.eq(facet.name()).and(changes::key.eq(key.to_owned())))
            .order(changes::version)
            .select(ChangeRow::as_select());
        records(load!(self, ChangeRow, query)?)
    }

    async fn changes_after(
        &self,
        facet: Facet,
        (key, version): (&str, i64),
        limit: u32,
    ) -> Result<Vec<ChangeRecord>, Unavailable> {
        let (key, facet) = (key.to_owned(), facet.name());
        let query = changes::table
            .filter(changes::facet.eq(facet))
            // The first of the two is what the index can seek by.
            .filter(changes::key.ge(key.clone()))
            .filter(changes::key.gt(key).or(changes::version.gt(version)))
            .order((changes::key, changes::version))
            .limit(limit.into())
            .select(ChangeRow::as_select());
        records(load!(self, ChangeRow, query)?)
    }

    async fn count_records(&self, facet: Facet) -> Result<i64, Unavailable> {
        macro_rules! count_by_facet {
            ($($facet:ident: $table:ident;)*) => {
                match facet {
                    $(Facet::$facet => count!(self, schema::$table::table.count()),)*
                }
            };
        }
        count_by_facet! {
            Customer: customer;
            Account: account;
            File: media_file;
            User: user_profile;
            Override: user_override;
            Business: business;
            App: app;
            ApiKey: api_key;
            Upload: upload;
            Client: client;
            Language: language;
            Tenant: tenant;
            Brand: brand;
            Group: member_group;
            Member: member;
            Membership: membership;
        }
    }
}
