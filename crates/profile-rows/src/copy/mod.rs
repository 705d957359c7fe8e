//! Tables as typed rows, as the copy of a store to another one reads and writes them.
//!
//! Names and types of columns are those of the [schema](crate::schema), so a new column is copied without a word. A new table
//! is added to [`tables`] or to [`NOT_COPIED`]; a test compares both lists with the catalog of each database.

mod bound;
mod cells;
mod dialect;
mod place;
mod rows;
mod sql_text;
mod table;

pub use dialect::CopyDialect;
pub use rows::{
    begin_copy, clear_rows, copy_mark, count_rows, database_name, end_copy, log_ends, move_mark, read_rows,
    settle, sum_heads, write_rows,
};
pub use table::{NOT_COPIED, TableShape, tables};
