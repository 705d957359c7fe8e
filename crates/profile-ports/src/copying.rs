//! A store as its copy to another one sees it: tables of typed rows, and a mark of how far the copy has come.

use std::fmt;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use profile_domain::change::Digest;
use uuid::Uuid;

use crate::Unavailable;

/// A value of a row, in a form that belongs to no database.
#[derive(Clone, PartialEq)]
pub enum Cell {
    /// No value.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A number of either width.
    Integer(i64),
    /// A number with a fraction.
    Double(f64),
    /// Text, also that of a JSON value.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A UUID.
    Id(Uuid),
    /// A moment.
    Instant(DateTime<Utc>),
}

/// Says nothing of the value, which may be personal.
impl fmt::Debug for Cell {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Cell")
    }
}

/// A row, with a value for each column of its table.
pub type Row = Vec<Cell>;

/// What the rows of a table are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableContent {
    /// Records of one kind, which change only with the log.
    Records,
    /// The log.
    Log,
    /// What is no part of the log and may change without it.
    Facts,
}

/// A table that is copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopiedTable {
    /// Its name, the same in every store.
    pub name: String,
    /// What its rows are.
    pub content: TableContent,
}

/// Rows in the order of their key, and the place behind the last of them.
#[derive(Debug, Clone, PartialEq)]
pub struct RowPage {
    /// The rows.
    pub rows: Vec<Row>,
    /// Where the next page begins; `None` behind the last row of the table.
    pub next: Option<String>,
}

/// The first and the last change of a log, by their positions. Both are random, so two logs that begin with the same change
/// are of one origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogEnds {
    /// The oldest change.
    pub first: Uuid,
    /// The newest one.
    pub last: Uuid,
}

/// What a store holds of one table, to compare it with another store.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TableSum {
    /// How many rows there are.
    pub rows: u64,
    /// The digests of all chain heads, added up; zero where rows have none.
    pub heads: u128,
}

impl TableSum {
    /// Adds the head of a chain.
    pub fn add(&mut self, head: &Digest) {
        self.rows += 1;
        for part in head.0.chunks(size_of::<u128>()) {
            let part = part.iter().fold(0_u128, |part, byte| (part << u8::BITS) | u128::from(*byte));
            self.heads = self.heads.wrapping_add(part);
        }
    }
}

/// What a store that is being copied into says of the copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyMark {
    /// The log that is copied, by its first change.
    pub origin: String,
    /// Its last change, by which one sees whether it has gone on.
    pub head: String,
    /// How far the copy has come; only the story of the copy reads it.
    pub step: String,
}

/// A step of a copy, as its mark tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkMove {
    /// The mark before the step.
    pub from: CopyMark,
    /// The mark behind it.
    pub to: CopyMark,
}

/// A store whose tables are copied to another one, or from there. Nobody serves it meanwhile.
#[async_trait]
pub trait Copying: Send + Sync {
    /// Returns what tells this database from every other one, also where it is reached by several addresses.
    async fn database_name(&self) -> Result<String, Unavailable>;

    /// Returns every table that is copied, each behind those that it refers to.
    fn copied_tables(&self) -> Result<Vec<CopiedTable>, Unavailable>;

    /// Returns the ends of the log; `None` where it is empty.
    async fn log_ends(&self) -> Result<Option<LogEnds>, Unavailable>;

    /// Returns how many rows a table has.
    async fn count_rows(&self, table: &str) -> Result<u64, Unavailable>;

    /// Returns the number of rows of a table of records, and their chain heads added up.
    async fn sum_heads(&self, table: &str) -> Result<TableSum, Unavailable>;

    /// Returns rows of a table behind `after`, or from the beginning.
    async fn read_rows(&self, table: &str, after: Option<&str>) -> Result<RowPage, Unavailable>;

    /// Stores rows and moves the mark, both or neither; returns false where the mark is another.
    async fn write_rows(&self, table: &str, rows: Vec<Row>, mark: &MarkMove) -> Result<bool, Unavailable>;

    /// Removes every row of a table.
    async fn clear_rows(&self, table: &str) -> Result<(), Unavailable>;

    /// Returns the mark of a copy into this store that is not finished.
    async fn copy_mark(&self) -> Result<Option<CopyMark>, Unavailable>;

    /// Stores the mark of a new copy; returns false where there is one.
    async fn begin_copy(&self, mark: &CopyMark) -> Result<bool, Unavailable>;

    /// Moves the mark, if it is where the step begins; returns whether it was.
    async fn move_mark(&self, step: &MarkMove) -> Result<bool, Unavailable>;

    /// Has the database look at what was written, so that it plans its queries well.
    async fn settle(&self) -> Result<(), Unavailable>;

    /// Removes the mark: the copy is whole.
    async fn end_copy(&self) -> Result<(), Unavailable>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_show_nothing_of_their_values() {
        assert_eq!(format!("{:?}", vec![Cell::Text("a name".to_owned())]), "[Cell]");
    }

    #[test]
    fn a_sum_tells_other_heads_apart() {
        let sum = |heads: &[[u8; 32]]| {
            let mut sum = TableSum::default();
            for head in heads {
                sum.add(&Digest(*head));
            }
            sum
        };
        assert_eq!(sum(&[[1; 32], [2; 32]]), sum(&[[2; 32], [1; 32]]));
        assert_ne!(sum(&[[1; 32], [2; 32]]), sum(&[[1; 32], [3; 32]]));
        assert_ne!(sum(&[[1; 32]]), sum(&[[1; 32], [0; 32]]));
    }
}
