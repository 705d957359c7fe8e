//! How values of rows are read from each database.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::{
    QueryableByName,
    deserialize::{self, FromSql},
    pg::Pg,
    row::{Field as _, NamedRow, Row},
    sql_types::{self, Timestamptz},
    sqlite::{Sqlite, SqliteType},
};
use profile_ports::Cell;
use uuid::Uuid;

use super::table::ColumnType;
use crate::{moment, reading::Unreadable};

/// What `CURRENT_TIMESTAMP` of SQLite writes.
const SQLITE_NOW: &str = "%Y-%m-%d %H:%M:%S%.f";

/// A row as the database has it, before its values have the types of their columns.
pub(super) struct ReadRow(pub(super) Vec<Cell>);

impl QueryableByName<Pg> for ReadRow {
    fn build<'a>(row: &impl NamedRow<'a, Pg>) -> deserialize::Result<Self> {
        let cell = |index| {
            let field = Row::get(row, index).ok_or("a column is missing")?;
            let Some(value) = field.value() else { return Ok(Cell::Null) };
            let of = ColumnType::of_oid(value.get_oid().get()).ok_or("a column has a type of its own")?;
            Ok(match of {
                ColumnType::Bool => Cell::Bool(FromSql::<sql_types::Bool, Pg>::from_sql(value)?),
                ColumnType::Integer => {
                    Cell::Integer(<i32 as FromSql<sql_types::Integer, Pg>>::from_sql(value)?.into())
                }
                ColumnType::BigInt => Cell::Integer(FromSql::<sql_types::BigInt, Pg>::from_sql(value)?),
                ColumnType::Double => Cell::Double(FromSql::<sql_types::Double, Pg>::from_sql(value)?),
                ColumnType::Text | ColumnType::Json => {
                    Cell::Text(FromSql::<sql_types::Text, Pg>::from_sql(value)?)
                }
                ColumnType::Binary => Cell::Bytes(FromSql::<sql_types::Binary, Pg>::from_sql(value)?),
                ColumnType::Id => Cell::Id(FromSql::<sql_types::Uuid, Pg>::from_sql(value)?),
                ColumnType::Instant => Cell::Instant(FromSql::<Timestamptz, Pg>::from_sql(value)?),
            })
        };
        (0..row.field_count()).map(cell).collect::<deserialize::Result<_>>().map(Self)
    }
}

impl QueryableByName<Sqlite> for ReadRow {
    fn build<'a>(row: &impl NamedRow<'a, Sqlite>) -> deserialize::Result<Self> {
        let cell = |index| {
            let field = Row::get(row, index).ok_or("a column is missing")?;
            let Some(mut value) = field.value() else { return Ok(Cell::Null) };
            Ok(match value.value_type() {
                None => Cell::Null,
                Some(SqliteType::Text) => Cell::Text(value.read_text().to_owned()),
                Some(SqliteType::Binary) => Cell::Bytes(value.read_blob().to_owned()),
                Some(SqliteType::Float | SqliteType::Double) => Cell::Double(value.read_double()),
                Some(SqliteType::SmallInt | SqliteType::Integer | SqliteType::Long) => {
                    Cell::Integer(value.read_long())
                }
            })
        };
        (0..row.field_count()).map(cell).collect::<deserialize::Result<_>>().map(Self)
    }
}

/// Returns the value as its column has it, whatever the database has made of it.
pub(super) fn typed(cell: Cell, of: ColumnType) -> Result<Cell, Unreadable> {
    Ok(match (of, cell) {
        (ColumnType::Bool, Cell::Integer(number)) => Cell::Bool(number != 0),
        (ColumnType::Double, Cell::Integer(number)) => Cell::Double(
            // A whole number that is one in either form.
            i32::try_from(number).map_err(|_| Unreadable("a number with a fraction"))?.into(),
        ),
        (ColumnType::Id, Cell::Text(text)) => {
            Cell::Id(Uuid::try_parse(&text).map_err(|_| Unreadable("a UUID"))?)
        }
        (ColumnType::Instant, Cell::Text(text)) => {
            Cell::Instant(instant(&text).ok_or(Unreadable("a moment"))?)
        }
        (ColumnType::Integer, Cell::Integer(number)) => {
            Cell::Integer(i32::try_from(number).map_err(|_| Unreadable("a number"))?.into())
        }
        (_, Cell::Null) => Cell::Null,
        (ColumnType::Bool, cell @ Cell::Bool(_))
        | (ColumnType::BigInt, cell @ Cell::Integer(_))
        | (ColumnType::Double, cell @ Cell::Double(_))
        | (ColumnType::Text | ColumnType::Json, cell @ Cell::Text(_))
        | (ColumnType::Binary, cell @ Cell::Bytes(_))
        | (ColumnType::Id, cell @ Cell::Id(_))
        | (ColumnType::Instant, cell @ Cell::Instant(_)) => cell,
        _ => return Err(Unreadable("a column")),
    })
}

fn instant(text: &str) -> Option<DateTime<Utc>> {
    let own = moment::read(text);
    own.or_else(|| NaiveDateTime::parse_from_str(text, SQLITE_NOW).ok().map(|moment| moment.and_utc()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_get_the_type_of_their_column() {
        let moment = DateTime::from_timestamp_micros(1_772_600_767_000_000).unwrap();
        let text = |text: &str| Cell::Text(text.to_owned());
        for (of, read, expected) in [
            (ColumnType::Bool, Cell::Integer(1), Cell::Bool(true)),
            (ColumnType::Instant, text("2026-03-04 05:06:07"), Cell::Instant(moment)),
            (ColumnType::Instant, text("2026-03-04 05:06:07.000000+00:00"), Cell::Instant(moment)),
            (ColumnType::Id, text("00000000-0000-0000-0000-000000000001"), Cell::Id(Uuid::from_u128(1))),
            (ColumnType::Double, Cell::Double(0.1), Cell::Double(0.1)),
            (ColumnType::Json, text("1.10"), text("1.10")),
            (ColumnType::Text, Cell::Null, Cell::Null),
        ] {
            assert!(typed(read, of).unwrap() == expected, "{of:?}");
        }
        assert_eq!(typed(text("no uuid"), ColumnType::Id).unwrap_err(), Unreadable("a UUID"));
        assert!(typed(Cell::Integer(1 << 40), ColumnType::Integer).is_err());
        assert!(typed(Cell::Bytes(vec![1]), ColumnType::Text).is_err());
    }
}
