//! Numbers of clients and addresses.

use diesel::{RunQueryDsl as _, SqliteConnection, sql_query, sql_types::BigInt};
use profile_ports::Unavailable;

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
