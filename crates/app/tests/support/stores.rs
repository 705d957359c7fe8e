//! Opens the database of a server beside it, to look at what it has stored.

use std::{path::Path, sync::Arc};

use profile_ports::{Cell, Copying, Row};
use profile_postgres::PostgresStore;
use profile_rows::SqlStore;
use profile_sqlite::SqliteStore;
use profile_testkit::fixed::{clock, ids};

/// What the row begins with by which a copy asks who serves a store.
const ROLL_CALL: &str = "known_key: \"roll call\"";

pub fn sqlite(file: &Path) -> SqlStore<SqliteStore> {
    SqlStore::new(Arc::new(SqliteStore::open(file, 4, clock(), ids()).unwrap()))
}

pub fn postgres(url: &str) -> SqlStore<PostgresStore> {
    SqlStore::new(Arc::new(PostgresStore::new(url, 8, clock(), ids()).unwrap()))
}

fn text(cell: &Cell) -> String {
    match cell {
        Cell::Null => "null".to_owned(),
        Cell::Bool(value) => value.to_string(),
        Cell::Integer(value) => value.to_string(),
        Cell::Double(value) => format!("{value:?}"),
        Cell::Text(value) => format!("{value:?}"),
        Cell::Bytes(value) => format!("{value:?}"),
        Cell::Id(value) => value.to_string(),
        Cell::Instant(value) => format!("{value:?}"),
    }
}

/// Every row of every table that is copied, in one order for all databases; without the roll call, which a copy itself holds.
pub async fn everything(store: &dyn Copying) -> Vec<String> {
    let mut lines = Vec::new();
    for table in store.copied_tables().unwrap() {
        let mut after = None;
        loop {
            let page = store.read_rows(&table.name, after.as_deref()).await.unwrap();
            let line =
                |row: &Row| format!("{}: {}", table.name, row.iter().map(text).collect::<Vec<_>>().join(" "));
            lines.extend(page.rows.iter().map(line).filter(|line| !line.starts_with(ROLL_CALL)));
            after = match page.next {
                Some(next) => Some(next),
                None => break,
            };
        }
    }
    lines.sort();
    lines
}
