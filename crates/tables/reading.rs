//! What reading any row shares.

use profile_domain::{Search, Text};
use profile_ports::Unavailable;

/// A row holds a value that this service never writes: somebody else did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a row holds a value that this service never writes")]
pub(crate) struct Unreadable;

pub(crate) fn text(column: String) -> Result<Text, Unreadable> {
    Text::try_from(column).map_err(|_| Unreadable)
}

pub(crate) fn records<R, T: TryFrom<R, Error = Unreadable>>(rows: Vec<R>) -> Result<Vec<T>, Unavailable> {
    rows.into_iter().map(|row| row.try_into().map_err(Unavailable::database)).collect()
}

/// The records of a list. A row that cannot be read, damaged or written by a newer version, is left out and counted, so that it
/// does not hide the others.
pub(crate) fn readable<R, T: TryFrom<R, Error = Unreadable>>(table: &'static str, rows: Vec<R>) -> Vec<T> {
    let all = rows.len();
    let records: Vec<T> = rows.into_iter().filter_map(|row| row.try_into().ok()).collect();
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

/// The first row that has the key which a query asks for.
macro_rules! first {
    ($store:expr, $row:ty, $query:expr) => {
        look_up!($store, $row, diesel::QueryDsl::limit($query, 1)).map(|rows| rows.into_iter().next())
    };
}

/// The record of the first row that a filter lets through.
macro_rules! find {
    ($store:expr, $row:ty, $rows:expr) => {{
        let found = first!($store, $row, $rows.select(<$row>::as_select()))?;
        found.map(TryInto::try_into).transpose().map_err(profile_ports::Unavailable::database)
    }};
}

/// How many rows a query counts, which may take its time.
macro_rules! count {
    ($store:expr, $query:expr) => {
        load!($store, i64, $query).map(|counts| counts.first().copied().unwrap_or_default())
    };
}
