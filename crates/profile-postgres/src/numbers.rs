//! Numbers of clients and addresses.

use diesel::{sql_query, sql_types::BigInt};
use diesel_async::RunQueryDsl as _;
use profile_ports::Unavailable;

use crate::PostgresStore;

#[derive(diesel::QueryableByName)]
struct Next {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

impl PostgresStore {
    pub(crate) async fn next_number(&self) -> Result<i64, Unavailable> {
        let mut connection = self.connection().await?;
        let Next { number } = sql_query("SELECT nextval('client_number_seq') AS number")
            .get_result(&mut connection)
            .await
            .map_err(Unavailable::database)?;
        Ok(number)
    }
}
