//! How PostgreSQL keeps what the two stores keep differently.
#![allow(
    clippy::needless_pass_by_value,
    clippy::unnecessary_wraps,
    reason = "the two stores share these signatures"
)]

pub(crate) use diesel::pg::Pg as Database;
use profile_domain::PersonId;
use uuid::Uuid;

use crate::reading::Unreadable;

pub(crate) type Id = Uuid;
pub(crate) type Json = serde_json::Value;

pub(crate) fn id(uuid: Uuid) -> Id {
    uuid
}

pub(crate) fn uuid(column: Id) -> Result<Uuid, Unreadable> {
    Ok(column)
}

pub(crate) fn person(column: Id) -> Result<PersonId, Unreadable> {
    Ok(PersonId(column))
}

pub(crate) fn json(value: serde_json::Value) -> Json {
    value
}

pub(crate) fn read_json(column: Json) -> Result<serde_json::Value, Unreadable> {
    Ok(column)
}

/// The columns' types in SQL.
pub(crate) mod sql_types {
    pub(crate) use diesel::sql_types::{Timestamptz as Moment, Uuid as Id};
}
