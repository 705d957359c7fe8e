//! How much room the file takes, and its log beside it.

use std::{fs, path::Path};

use diesel::{
    QueryResult, QueryableByName, RunQueryDsl as _, SqliteConnection, sql_query, sql_types::BigInt,
};
use profile_ports::StorageSize;

/// The pages, those that only the log has so far among them.
const PAGES: &str = "SELECT page_count, page_size, freelist_count \
                     FROM pragma_page_count, pragma_page_size, pragma_freelist_count";

#[derive(QueryableByName)]
struct Pages {
    #[diesel(sql_type = BigInt)]
    page_count: i64,
    #[diesel(sql_type = BigInt)]
    page_size: i64,
    #[diesel(sql_type = BigInt)]
    freelist_count: i64,
}

/// Returns the size of the database that is the file at `path`.
pub(crate) fn of(connection: &mut SqliteConnection, path: &Path) -> QueryResult<StorageSize> {
    let Pages { page_count, page_size, freelist_count } = sql_query(PAGES).get_result(connection)?;
    let bytes = |pages: i64| u64::try_from(pages.saturating_mul(page_size)).unwrap_or_default();
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    Ok(StorageSize {
        database: bytes(page_count),
        free: Some(bytes(freelist_count)),
        log: fs::metadata(log).ok().map(|log| log.len()),
        is_partial: false,
    })
}
