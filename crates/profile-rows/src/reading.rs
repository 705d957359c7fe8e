//! What reading any row shares.

use std::convert::Infallible;

use diesel::{Selectable, pg::Pg};
use profile_domain::{Search, Text};
use profile_ports::Unavailable;

/// A row holds a value that this service never writes: somebody else did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a row holds a value that this service never writes")]
pub struct Unreadable;

impl From<Infallible> for Unreadable {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// The columns of a row.
pub(crate) type ColumnsOf<R> = <R as Selectable<Pg>>::SelectExpression;

/// Returns the columns of a row in its own order, which is the same in every database. Diesel's `as_select` would tie a
/// query to one of them.
pub(crate) fn columns_of<R: Selectable<Pg>>() -> ColumnsOf<R> {
    R::construct_selection()
}

pub(crate) fn text(column: String) -> Result<Text, Unreadable> {
    Text::try_from(column).map_err(|_| Unreadable)
}

/// Returns the records of all rows, or none of them.
pub(crate) fn records<R, T: TryFrom<R, Error = Unreadable>>(rows: Vec<R>) -> Result<Vec<T>, Unavailable> {
    rows.into_iter().map(|row| row.try_into().map_err(Unavailable::database)).collect()
}

/// Returns the records of a list. A row that cannot be read, damaged or written by a newer version, is left out and counted,
/// so that it does not hide the others.
pub(crate) fn readable<R, T: TryFrom<R, Error = Unreadable>>(table: &'static str, rows: Vec<R>) -> Vec<T> {
    readable_by(table, rows, T::try_from)
}

/// The same with another way to read a row.
pub(crate) fn readable_by<R, T>(
    table: &'static str,
    rows: Vec<R>,
    read: impl Fn(R) -> Result<T, Unreadable>,
) -> Vec<T> {
    let all = rows.len();
    let records: Vec<T> = rows.into_iter().filter_map(|row| read(row).ok()).collect();
    if records.len() < all {
        let left_out = all - records.len();
        metrics::counter!("profile_unreadable_rows_total", "table" => table).increment(left_out as u64);
        tracing::warn!(table, left_out, "rows that this service cannot read are left out of a list");
    }
    records
}

/// What finds `search` anywhere, as a pattern of `LIKE … ESCAPE '!'`: a mark that needs no escaping in SQL itself.
pub(crate) fn anywhere(search: &Search) -> String {
    format!("%{}%", search.as_str().replace('!', "!!").replace('%', "!%").replace('_', "!_"))
}
