//! A value on its way into a statement, with the type of its column.

use diesel::{
    QueryResult,
    query_builder::{AstPass, QueryFragment},
    serialize::ToSql,
    sql_types::{HasSqlType, Nullable},
};
use profile_ports::Cell;

use super::table::ColumnType;
use crate::{
    change::TakesChanges,
    column::{Id, Instant, Json},
    reading::Unreadable,
    sql,
};

/// A value; each type has its own absence.
pub(super) enum Bound {
    Bool(Option<bool>),
    Integer(Option<i32>),
    BigInt(Option<i64>),
    Double(Option<f64>),
    Text(Option<String>),
    Json(Option<Json>),
    Binary(Option<Vec<u8>>),
    Id(Option<Id>),
    Instant(Option<Instant>),
}

impl Bound {
    /// Returns the value of a column of this type.
    pub(super) fn of(cell: Cell, of: ColumnType) -> Result<Self, Unreadable> {
        Ok(match (of, cell) {
            (ColumnType::Bool, Cell::Null) => Self::Bool(None),
            (ColumnType::Bool, Cell::Bool(value)) => Self::Bool(Some(value)),
            (ColumnType::Integer, Cell::Null) => Self::Integer(None),
            (ColumnType::Integer, Cell::Integer(value)) => {
                Self::Integer(Some(i32::try_from(value).map_err(|_| Unreadable("a number"))?))
            }
            (ColumnType::BigInt, Cell::Null) => Self::BigInt(None),
            (ColumnType::BigInt, Cell::Integer(value)) => Self::BigInt(Some(value)),
            (ColumnType::Double, Cell::Null) => Self::Double(None),
            (ColumnType::Double, Cell::Double(value)) => Self::Double(Some(value)),
            (ColumnType::Text, Cell::Null) => Self::Text(None),
            (ColumnType::Text, Cell::Text(value)) => Self::Text(Some(value)),
            (ColumnType::Json, Cell::Null) => Self::Json(None),
            (ColumnType::Json, Cell::Text(value)) => Self::Json(Some(Json::of_text(value))),
            (ColumnType::Binary, Cell::Null) => Self::Binary(None),
            (ColumnType::Binary, Cell::Bytes(value)) => Self::Binary(Some(value)),
            (ColumnType::Id, Cell::Null) => Self::Id(None),
            (ColumnType::Id, Cell::Id(value)) => Self::Id(Some(value.into())),
            (ColumnType::Instant, Cell::Null) => Self::Instant(None),
            (ColumnType::Instant, Cell::Instant(value)) => Self::Instant(Some(value.into())),
            _ => return Err(Unreadable("a column")),
        })
    }
}

/// A parameter.
impl<DB> QueryFragment<DB> for Bound
where
    DB: TakesChanges + HasSqlType<sql::Integer> + HasSqlType<sql::Double>,
    bool: ToSql<sql::Bool, DB>,
    i32: ToSql<sql::Integer, DB>,
    i64: ToSql<sql::BigInt, DB>,
    f64: ToSql<sql::Double, DB>,
    String: ToSql<sql::Text, DB>,
    Vec<u8>: ToSql<sql::Binary, DB>,
    Json: ToSql<sql::Json, DB>,
    Id: ToSql<sql::Id, DB>,
    Instant: ToSql<sql::Instant, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        match self {
            Self::Bool(value) => out.push_bind_param::<Nullable<sql::Bool>, _>(value),
            Self::Integer(value) => out.push_bind_param::<Nullable<sql::Integer>, _>(value),
            Self::BigInt(value) => out.push_bind_param::<Nullable<sql::BigInt>, _>(value),
            Self::Double(value) => out.push_bind_param::<Nullable<sql::Double>, _>(value),
            Self::Text(value) => out.push_bind_param::<Nullable<sql::Text>, _>(value),
            Self::Json(value) => out.push_bind_param::<Nullable<sql::Json>, _>(value),
            Self::Binary(value) => out.push_bind_param::<Nullable<sql::Binary>, _>(value),
            Self::Id(value) => out.push_bind_param::<Nullable<sql::Id>, _>(value),
            Self::Instant(value) => out.push_bind_param::<Nullable<sql::Instant>, _>(value),
        }
    }
}
