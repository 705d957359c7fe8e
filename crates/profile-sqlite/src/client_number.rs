//! Numbers of clients and addresses, and what a commit writes beside the row of its record.

use diesel::{prelude::*, sql_query, sql_types::BigInt};
use profile_ports::CommitError;
use profile_rows::{Beside, Instant, person_key::add_person_key, raise_number};

use crate::error::{failed, unless_unique};

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
    let Beside { number, key, ended_member } = beside;
    if let Some(number) = number {
        connection.execute_returning_count(&raise_number(number)).map_err(failed)?;
    }
    if let Some((person, key)) = key {
        let added = connection.execute_returning_count(&add_person_key(person, &key, at));
        // Unique: somebody has given the person another one.
        if added.map_err(unless_unique(CommitError::Stale))? == 0 {
            return Err(CommitError::Missing("master_key"));
        }
    }
    if let Some(member) = ended_member {
        connection.execute_returning_count(&member.forget_attempts()).map_err(failed)?;
    }
    Ok(())
}
