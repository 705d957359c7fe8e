//! The embedded adapter: one SQLite file, one writer that groups commits, readers beside it.
//!
//! Rows and queries are those of `profile-rows`, which `profile-postgres` shares, and so are the ports over both; how queries
//! are run and commits are made is here.

mod checkpoints;
mod client_number;
mod commit;
mod database;
mod engine;
mod error;
mod order;
mod prepared;
mod search_merge;
mod steps;
mod storage_size;
mod store;
mod unused_bytes;
mod writer;

pub use store::SqliteStore;
