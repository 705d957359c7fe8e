//! Numbers of clients and addresses, and what a commit of a client writes beside its row.

use chrono::{DateTime, Utc};
use diesel::{
    QueryResult,
    pg::Pg,
    query_builder::AstPass,
    sql_query,
    sql_types::{BigInt, Binary, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl as _;
use profile_domain::sealed::WrappedKey;
use profile_ports::Unavailable;

use crate::{PostgresStore, beside::Beside};

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
        let mut connection = self.connection().await?;
        let Next { number } =
            sql_query(NEXT).get_result(&mut connection).await.map_err(Unavailable::database)?;
        Ok(number)
    }
}

impl Beside {
    pub(crate) const fn is_nothing(&self) -> bool {
        self.number.is_none() && self.key.is_none()
    }

    /// As further parts of a common table expression, which act only if `written` has a row.
    pub(crate) fn push<'b>(
        &'b self,
        out: &mut AstPass<'_, 'b, Pg>,
        at: &'b DateTime<Utc>,
    ) -> QueryResult<()> {
        if let Some(number) = &self.number {
            out.push_sql(", numbered AS (UPDATE client_number SET last = ");
            out.push_bind_param::<BigInt, _>(number)?;
            out.push_sql(" FROM written WHERE last < ");
            out.push_bind_param::<BigInt, _>(number)?;
            out.push_sql(")");
        }
        if let Some((person, WrappedKey { master, bytes })) = &self.key {
            out.push_sql(
                ", kept AS (INSERT INTO person_key (person_id, master, wrapped, created_at) SELECT ",
            );
            out.push_bind_param::<SqlUuid, _>(&person.0)?;
            // No name, and so no row, where a rotation has just made another master key the current one.
            out.push_sql(", (SELECT name FROM known_key WHERE kind = 'master' AND name = ");
            out.push_bind_param::<Text, _>(master)?;
            out.push_sql("), ");
            out.push_bind_param::<Binary, _>(bytes)?;
            out.push_sql(", ");
            out.push_bind_param::<Timestamptz, _>(at)?;
            out.push_sql(" FROM written)");
        }
        Ok(())
    }
}
