//! Numbers of clients and addresses, and what a commit writes beside the row of its record.

use diesel::{
    dsl::sql,
    prelude::*,
    result::DatabaseErrorKind,
    sql_query,
    sql_types::{BigInt, Text},
};
use profile_domain::sealed::WrappedKey;
use profile_ports::CommitError;
use profile_rows::{
    Beside, EndedMember, Id, Instant,
    schema::{password_attempts, person_key},
};

use crate::error::{failed, kind};

#[derive(diesel::QueryableByName)]
struct Next {
    #[diesel(sql_type = BigInt)]
    last: i64,
}

/// Gives a number that lies beyond every one that is in use.
pub(crate) fn next(connection: &mut SqliteConnection) -> QueryResult<i64> {
    let next = sql_query("UPDATE client_number SET last = last + 1 RETURNING last");
    Ok(next.get_result::<Next>(connection)?.last)
}

/// Writes what is beside a row.
pub(crate) fn write(
    beside: Beside,
    connection: &mut SqliteConnection,
    at: Instant,
) -> Result<(), CommitError> {
    if let Some(number) = beside.number {
        sql_query("UPDATE client_number SET last = max(last, ?)")
            .bind::<BigInt, _>(number)
            .execute(connection)
            .map_err(failed)?;
    }
    if let Some((person, WrappedKey { master, bytes })) = beside.key {
        // No name, and so no row, where a rotation has just made another master key the current one.
        let current = sql::<Text>("(SELECT name FROM known_key WHERE kind = 'master' AND name = ")
            .bind::<Text, _>(master)
            .sql(")");
        diesel::insert_into(person_key::table)
            .values((
                person_key::person_id.eq(Id::from(person)),
                person_key::master.eq(current),
                person_key::wrapped.eq(bytes),
                person_key::created_at.eq(at),
            ))
            .execute(connection)
            .map_err(|error| match kind(&error) {
                // Somebody has given the person another one.
                Some(DatabaseErrorKind::UniqueViolation) => CommitError::Stale,
                Some(DatabaseErrorKind::NotNullViolation) => CommitError::Missing("master_key"),
                _ => failed(error),
            })?;
    }
    if let Some(EndedMember { id, root }) = beside.ended_member {
        let attempts = password_attempts::table.find((root, id));
        diesel::delete(attempts).execute(connection).map_err(failed)?;
    }
    Ok(())
}
