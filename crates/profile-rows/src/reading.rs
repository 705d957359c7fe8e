//! What reading any row shares.

use std::convert::Infallible;

use profile_domain::{Search, Text};
use profile_ports::{Broken, Unavailable, columns};

use crate::column::Json;

/// A column holds a value that this service never writes: somebody else did. It names the column, or what is read of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} holds a value that this service never writes")]
pub struct Unreadable(pub &'static str);

impl Unreadable {
    /// Returns the failure of reading the row with this key.
    pub(crate) fn of(self, table: &'static str, key: impl Into<String>) -> Unavailable {
        Unavailable::broken(Broken { table, key: key.into(), column: self.0 })
    }
}

impl From<Infallible> for Unreadable {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

pub(crate) fn text(name: &'static str, column: String) -> Result<Text, Unreadable> {
    Text::try_from(column).map_err(|_| Unreadable(name))
}

/// Returns the items of a column that has a list of words, each read by `read`.
pub(crate) fn words<T>(
    name: &'static str,
    column: &Json,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Vec<T>, Unreadable> {
    columns::read_words(&column.value()?, read).map_err(|_| Unreadable(name))
}

/// Returns the records of all rows, or none of them.
pub(crate) fn records<R, T: TryFrom<R, Error = Unreadable>>(
    table: &'static str,
    rows: Vec<R>,
) -> Result<Vec<T>, Unavailable> {
    let read = |row| T::try_from(row).map_err(|unreadable| unreadable.of(table, "of a list"));
    rows.into_iter().map(read).collect()
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
