//! UUIDs as SQLite keeps them: text that the database's own people can read.

use profile_domain::PersonId;
use uuid::Uuid;

use crate::error::Unreadable;

pub(crate) fn uuid_of(column: &str) -> Result<Uuid, Unreadable> {
    Uuid::try_parse(column).map_err(|_| Unreadable)
}

pub(crate) fn person(column: &str) -> Result<PersonId, Unreadable> {
    uuid_of(column).map(PersonId)
}
