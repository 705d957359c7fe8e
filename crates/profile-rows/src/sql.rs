//! SQL types of the tables: those that Diesel has for both databases, and ours for what each of them stores in its own way.

pub use diesel::sql_types::{BigInt, Binary, Bool, Double, Integer, Nullable, Text};
use diesel::{
    QueryResult,
    backend::Backend,
    expression::{AppearsOnTable, Expression, ValidGrouping},
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::SqlType,
};

/// A UUID: `uuid` in PostgreSQL, and in SQLite text, which the people of the database can read.
#[derive(Debug, Clone, Copy, QueryId, SqlType)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951))]
#[diesel(sqlite_type(name = "Text"))]
pub struct Id;

/// A moment: `timestamptz` in PostgreSQL, and text in SQLite.
#[derive(Debug, Clone, Copy, QueryId, SqlType)]
#[diesel(postgres_type(oid = 1184, array_oid = 1185))]
#[diesel(sqlite_type(name = "Text"))]
pub struct Instant;

/// A JSON value: `json` in PostgreSQL, and text in SQLite.
#[derive(Debug, Clone, Copy, QueryId, SqlType)]
#[diesel(postgres_type(oid = 114, array_oid = 199))]
#[diesel(sqlite_type(name = "Text"))]
pub struct Json;

/// The database's own time. Diesel's `now` cannot be written to a column of another crate's type.
#[derive(Debug, Clone, Copy, QueryId, ValidGrouping)]
pub struct Now;

impl Expression for Now {
    type SqlType = Instant;
}

impl<QS> AppearsOnTable<QS> for Now {}

impl<DB: Backend> QueryFragment<DB> for Now {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("CURRENT_TIMESTAMP");
        Ok(())
    }
}
