//! What both stores can run: a query whose rows they read alike, and a statement that writes.

use diesel::{
    QueryResult, SqliteConnection,
    deserialize::{self, FromSqlRow},
    pg::Pg,
    query_builder::{Query, QueryFragment, QueryId},
    query_dsl::{CompatibleType, LoadQuery},
    row::Row,
    sql_query,
    sql_types::Text,
    sqlite::Sqlite,
};
use serde_json::Value;

use crate::engine::Queries;

/// A query that finds rows of type `R`.
///
/// It is implemented for every query of Diesel that both databases understand, so that a function returns
/// `impl Select<R>` and neither it nor a store names the query's type.
pub trait Select<R>: QueryFragment<Pg> + QueryId + Send + 'static {
    /// Returns every row that an SQLite database finds.
    fn load_from(self, connection: &mut SqliteConnection) -> QueryResult<Vec<R>>;

    /// Reads a row that a PostgreSQL server found.
    fn read<'row>(row: &impl Row<'row, Pg>) -> deserialize::Result<R>;
}

impl<Q, R> Select<R> for Q
where
    Q: LoadQuery<'static, SqliteConnection, R> + Query + QueryFragment<Pg> + QueryId + Send + 'static,
    Q::SqlType: CompatibleType<R, Pg>,
    R: FromSqlRow<<Q::SqlType as CompatibleType<R, Pg>>::SqlType, Pg>,
{
    fn load_from(self, connection: &mut SqliteConnection) -> QueryResult<Vec<R>> {
        self.load(connection)
    }

    fn read<'row>(row: &impl Row<'row, Pg>) -> deserialize::Result<R> {
        R::build_from_row(row)
    }
}

/// A statement that writes, for both databases; whoever runs it learns how many rows it touched.
pub trait Statement: QueryFragment<Pg> + QueryFragment<Sqlite> + QueryId + Send + Sync + 'static {}

impl<S: QueryFragment<Pg> + QueryFragment<Sqlite> + QueryId + Send + Sync + 'static> Statement for S {}

/// Returns a statement with one parameter, a JSON object that both databases take apart alike, in the words of a database.
pub(crate) fn json_statement<E: Queries>(text: &str, parameter: &Value) -> impl Statement + use<E> {
    sql_query(E::SEARCH.translated(text)).bind::<Text, _>(parameter.to_string())
}
