//! Numbers of clients and addresses.

use diesel::{sql_query, sql_types::BigInt};
use profile_ports::Unavailable;
use profile_rows::Queries as _;

use crate::PostgresStore;

#[derive(diesel::QueryableByName)]
struct Next {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// The disk is not waited for: the number is in the log of the database before the commit that uses it, which does wait,
/// and if both are lost, nobody has seen it.
const NEXT: &str = "WITH unhurried AS (SELECT set_config('synchronous_commit', 'off', true)) \
                    UPDATE client_number SET last = last + 1 FROM unhurried RETURNING last AS number";

impl PostgresStore {
    pub(crate) async fn next_number(&self) -> Result<i64, Unavailable> {
        let next: Vec<Next> = self.load(sql_query(NEXT)).await?;
        let next = next.first().ok_or_else(|| Unavailable::database("there is no row of the last number"))?;
        Ok(next.number)
    }
}
