//! Overwrites what SQLite leaves of removed rows in the unused part of its pages.
//!
//! `secure_delete` overwrites a row where it is removed. Earlier SQLite may have moved it within its page or to another one, to even
//! out how full pages are, and leaves the bytes where they were, between the list of the page's cells and the cells. Only the page
//! itself tells: `sqlite_dbpage` shows and takes pages as they are (`.cargo/config.toml` builds SQLite with it).

use std::ops::Range;

use diesel::{
    QueryResult, QueryableByName, RunQueryDsl as _, SqliteConnection,
    connection::DefaultLoadingMode,
    sql_query,
    sql_types::{BigInt, Binary},
};

/// Pages that are overwritten in one step, between which others write.
pub(crate) const PAGES_AT_ONCE: usize = 64;
/// From this number on, the number of a page, with which other pages begin, may look like the kind of a page.
const MAX_PAGES: i64 = 1 << 25;
/// Where the first page, which begins with the header of the file, has its own.
const FIRST_HEADER: usize = 100;

#[derive(QueryableByName)]
struct Page {
    #[diesel(sql_type = BigInt)]
    pgno: i64,
    #[diesel(sql_type = Binary)]
    data: Vec<u8>,
}

#[derive(QueryableByName)]
struct PageCount {
    #[diesel(sql_type = BigInt)]
    page_count: i64,
}

impl Page {
    /// The unused part, if there is anything in it.
    fn leftovers(&self) -> Option<Range<usize>> {
        let unused = unused(self.pgno, &self.data)?;
        self.data.get(unused.clone())?.iter().any(|byte| *byte != 0).then_some(unused)
    }
}

/// Returns the unused part of a page of a table or an index (SQLite documentation, "Database File Format", b-tree pages).
fn unused(number: i64, page: &[u8]) -> Option<Range<usize>> {
    let header = page.get(if number == 1 { FIRST_HEADER } else { 0 }..)?;
    let (&kind, counts) = header.split_first()?;
    let header_bytes = match kind {
        2 | 5 => 12,
        10 | 13 => 8,
        _ => return None,
    };
    let &[_, _, cells_high, cells_low, begin_high, begin_low, ..] = counts else { return None };
    let cells = usize::from(u16::from_be_bytes([cells_high, cells_low]));
    let begin = page.len() - header.len() + header_bytes + 2 * cells;
    let end = match u16::from_be_bytes([begin_high, begin_low]) {
        0 => 1 << 16,
        end => usize::from(end),
    };
    (begin <= end && end <= page.len()).then_some(begin..end)
}

/// Returns the numbers of the pages in whose unused part anything is; none of a file that has too many to tell. Reads the whole file.
pub(crate) fn find(connection: &mut SqliteConnection) -> QueryResult<Vec<i64>> {
    let PageCount { page_count } = sql_query("PRAGMA page_count").get_result(connection)?;
    if page_count > MAX_PAGES {
        tracing::warn!(page_count, "the file is too large: what was moved in it before it was removed stays");
        return Ok(Vec::new());
    }
    let pages = sql_query("SELECT pgno, data FROM sqlite_dbpage");
    let mut found = Vec::new();
    for page in pages.load_iter::<Page, DefaultLoadingMode>(connection)? {
        let page = page?;
        found.extend(page.leftovers().map(|_| page.pgno));
    }
    Ok(found)
}

/// Overwrites the unused parts of pages, as they are now.
pub(crate) fn overwrite(connection: &mut SqliteConnection, pages: &[i64]) -> QueryResult<()> {
    for number in pages {
        let page = sql_query("SELECT pgno, data FROM sqlite_dbpage WHERE pgno = ?").bind::<BigInt, _>(number);
        let mut page: Page = page.get_result(connection)?;
        if let Some(unused) = page.leftovers() {
            page.data.get_mut(unused).unwrap_or_default().fill(0);
            sql_query("UPDATE sqlite_dbpage SET data = ? WHERE pgno = ?")
                .bind::<Binary, _>(&page.data)
                .bind::<BigInt, _>(number)
                .execute(connection)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs};

    use diesel::{Connection as _, connection::SimpleConnection as _, sql_types::Text};

    use super::*;
    use crate::store::connect;

    #[derive(QueryableByName)]
    struct Checked {
        #[diesel(sql_type = Text)]
        integrity_check: String,
    }

    /// Words that are in a file and in no row.
    fn left(file: &std::path::Path, removed: &BTreeSet<String>) -> usize {
        let text = String::from_utf8_lossy(&fs::read(file).unwrap()).into_owned();
        let places = text.match_indices("canary-");
        places.filter(|(at, _)| text.get(*at..at + 15).is_some_and(|word| removed.contains(word))).count()
    }

    /// Runs a statement with each of the words.
    fn sql<'a>(connection: &mut SqliteConnection, sql: &str, words: impl IntoIterator<Item = &'a String>) {
        let run = |connection: &mut SqliteConnection| {
            for word in words {
                sql_query(sql).bind::<Text, _>(word).execute(connection)?;
            }
            QueryResult::Ok(())
        };
        connection.transaction(run).unwrap();
    }

    #[test]
    fn what_was_moved_before_it_was_removed_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pages.db");
        let mut connection = connect(&file).unwrap();
        let schema =
            "CREATE TABLE word (id INTEGER PRIMARY KEY, word TEXT); CREATE INDEX word_word ON word (word);";
        connection.batch_execute(schema).unwrap();
        // In no order, so that rows are moved between pages; every other one is removed.
        let words: Vec<String> = (0_u64..20_000)
            .map(|number| format!("canary-{:08x}", number.wrapping_mul(2_654_435_761) & 0xffff_ffff))
            .collect();
        sql(&mut connection, "INSERT INTO word (word) VALUES (?)", words.iter());
        sql(&mut connection, "DELETE FROM word WHERE word = ?", words.iter().step_by(2));
        let removed: BTreeSet<String> = words.iter().step_by(2).cloned().collect();
        let empty_wal = "PRAGMA wal_checkpoint(TRUNCATE)";
        connection.batch_execute(empty_wal).unwrap();
        assert!(left(&file, &removed) > 0, "SQLite leaves some; without any this test shows nothing");

        let pages = find(&mut connection).unwrap();
        overwrite(&mut connection, &pages).unwrap();
        assert_eq!(find(&mut connection).unwrap(), [0_i64; 0]);
        connection.batch_execute(empty_wal).unwrap();
        assert_eq!(left(&file, &removed), 0);
        // The very connection that has the pages in memory goes on with them.
        sql(&mut connection, "INSERT INTO word (word) VALUES (?)", words.iter().step_by(2));
        let checked: Checked = sql_query("PRAGMA integrity_check").get_result(&mut connection).unwrap();
        assert_eq!(checked.integrity_check, "ok");
    }

    #[test]
    fn what_is_no_page_of_a_table_or_an_index_has_no_unused_part() {
        let page = |kind: u8, cells: u8, begin: [u8; 2]| {
            let mut page = vec![0; 4096];
            page[..8].copy_from_slice(&[kind, 0, 0, 0, cells, begin[0], begin[1], 0]);
            page
        };
        assert_eq!(unused(2, &page(13, 3, [15, 0])), Some(14..3840));
        assert_eq!(unused(2, &page(5, 3, [15, 0])), Some(18..3840));
        assert_eq!(unused(2, &page(0, 3, [15, 0])), None, "a page that goes on from another one");
        assert_eq!(unused(2, &page(13, 3, [0, 9])), None, "damaged");
        assert_eq!(unused(2, &page(13, 3, [255, 0])), None, "damaged");
        assert_eq!(unused(2, &[]), None);
    }
}
