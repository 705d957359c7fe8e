//! Opens the database of a server beside it, to look at what it has stored.

use std::{path::Path, sync::Arc};

use profile_postgres::PostgresStore;
use profile_rows::SqlStore;
use profile_sqlite::SqliteStore;
use profile_testkit::fixed::{clock, ids};

pub fn sqlite(file: &Path) -> SqlStore<SqliteStore> {
    SqlStore::new(Arc::new(SqliteStore::open(file, 4, clock(), ids()).unwrap()))
}

pub fn postgres(url: &str) -> SqlStore<PostgresStore> {
    SqlStore::new(Arc::new(PostgresStore::new(url, 8, clock(), ids()).unwrap()))
}
