//! Numbers of clients and addresses, and what a commit writes beside the row of its record.

use diesel::{
    QueryResult,
    pg::Pg,
    query_builder::AstPass,
    sql_query,
    sql_types::{BigInt, Binary, Integer, Text, Uuid as SqlUuid},
};
use profile_domain::sealed::WrappedKey;
use profile_ports::Unavailable;
use profile_rows::{Beside, Instant, Queries as _, sql};

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

/// Writes what is beside a row as further parts of a common table expression, which act only if `written` has a row.
pub(crate) fn push<'b>(
    beside: &'b Beside,
    out: &mut AstPass<'_, 'b, Pg>,
    at: &'b Instant,
) -> QueryResult<()> {
    if let Some(number) = &beside.number {
        out.push_sql(", numbered AS (UPDATE client_number SET last = ");
        out.push_bind_param::<BigInt, _>(number)?;
        out.push_sql(" FROM written WHERE last < ");
        out.push_bind_param::<BigInt, _>(number)?;
        out.push_sql(")");
    }
    if let Some((person, WrappedKey { master, bytes })) = &beside.key {
        out.push_sql(", kept AS (INSERT INTO person_key (person_id, master, wrapped, created_at) SELECT ");
        out.push_bind_param::<SqlUuid, _>(&person.0)?;
        // No name, and so no row, where a rotation has just made another master key the current one.
        out.push_sql(", (SELECT name FROM known_key WHERE kind = 'master' AND name = ");
        out.push_bind_param::<Text, _>(master)?;
        out.push_sql("), ");
        out.push_bind_param::<Binary, _>(bytes)?;
        out.push_sql(", ");
        out.push_bind_param::<sql::Instant, _>(at)?;
        out.push_sql(" FROM written)");
    }
    if let Some(member) = &beside.ended_member {
        out.push_sql(", forgotten AS (DELETE FROM password_attempts USING written WHERE root = ");
        out.push_bind_param::<Text, _>(&member.root)?;
        out.push_sql(" AND member_id = ");
        out.push_bind_param::<Integer, _>(&member.id)?;
        out.push_sql(")");
    }
    Ok(())
}
