//! Numbers of clients and addresses, and what a commit of a client writes beside its row.

use diesel::{
    dsl::sql,
    prelude::*,
    sql_query,
    sql_types::{BigInt, Text},
};
use profile_domain::sealed::WrappedKey;
use profile_ports::Unavailable;
use profile_rows::{Beside, Id, Instant, schema::person_key};

use crate::SqliteStore;

#[derive(diesel::QueryableByName)]
struct Next {
    #[diesel(sql_type = BigInt)]
    last: i64,
}

impl SqliteStore {
    pub(crate) async fn next_number(&self) -> Result<i64, Unavailable> {
        let next = |connection: &mut SqliteConnection| {
            let Next { last } = sql_query("UPDATE client_number SET last = last + 1 RETURNING last")
                .get_result(connection)?;
            // The writer counts rows; a number is one as well.
            Ok(usize::try_from(last).unwrap_or_default())
        };
        let number = self.write(next).await.map_err(Unavailable::database)?;
        i64::try_from(number).map_err(Unavailable::database)
    }
}

/// Writes what is beside a client's row.
pub(crate) fn write(beside: Beside, connection: &mut SqliteConnection, at: Instant) -> QueryResult<()> {
    if let Some(number) = beside.number {
        sql_query("UPDATE client_number SET last = max(last, ?)")
            .bind::<BigInt, _>(number)
            .execute(connection)?;
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
            .execute(connection)?;
    }
    Ok(())
}
