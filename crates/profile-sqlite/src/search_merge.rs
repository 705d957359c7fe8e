//! Overwrites what the full-text search keeps of names that were removed.
//!
//! FTS5 marks what is removed from a table without content, and keeps the pieces of the name until it merges the part of the index
//! in which they are; `secure-delete` does nothing for such tables. A merge of everything rewrites the index, so it goes on in small
//! steps, between which others write.

use diesel::{
    QueryResult, QueryableByName, RunQueryDsl as _, SqliteConnection, sql_query, sql_types::BigInt,
};

/// Merges everything into one part, at most so many pages (of four kilobytes) in one step; without a number below zero FTS5 merges
/// only what it would merge some time.
const MERGE: &str = "INSERT INTO search_gram (search_gram, rank) VALUES ('merge', -256)";

#[derive(QueryableByName)]
struct Total {
    #[diesel(sql_type = BigInt)]
    total: i64,
}

/// Merges a little; returns whether there was anything to merge.
pub(crate) fn step(connection: &mut SqliteConnection) -> QueryResult<bool> {
    let before = total_changes(connection)?;
    sql_query(MERGE).execute(connection)?;
    // The command itself counts as one.
    Ok(total_changes(connection)? - before >= 2)
}

fn total_changes(connection: &mut SqliteConnection) -> QueryResult<i64> {
    let row: Total = sql_query("SELECT total_changes() AS total").get_result(connection)?;
    Ok(row.total)
}
