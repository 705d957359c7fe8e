//! How SQLite keeps what the two stores keep differently: as text that the database's own people can read.
#![allow(
    clippy::needless_pass_by_value,
    clippy::unnecessary_wraps,
    reason = "the two stores share these signatures"
)]

pub(crate) use diesel::sqlite::Sqlite as Database;
use profile_domain::PersonId;
use uuid::Uuid;

use crate::reading::Unreadable;

pub(crate) type Id = String;
pub(crate) type Json = String;

pub(crate) fn id(uuid: Uuid) -> Id {
    uuid.to_string()
}

pub(crate) fn uuid(column: Id) -> Result<Uuid, Unreadable> {
    Uuid::try_parse(&column).map_err(|_| Unreadable)
}

pub(crate) fn person(column: Id) -> Result<PersonId, Unreadable> {
    uuid(column).map(PersonId)
}

pub(crate) fn json(value: serde_json::Value) -> Json {
    value.to_string()
}

pub(crate) fn read_json(column: Json) -> Result<serde_json::Value, Unreadable> {
    serde_json::from_str(&column).map_err(|_| Unreadable)
}

/// The columns' types in SQL.
pub(crate) mod sql_types {
    pub(crate) use diesel::sql_types::{Text as Id, TimestamptzSqlite as Moment};
}
