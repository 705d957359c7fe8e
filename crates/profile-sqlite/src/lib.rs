//! The embedded adapter: one SQLite file, one writer that groups commits, readers beside it.
//!
//! Rows and queries are those of `profile-rows`, which `profile-postgres` shares; how they are read and committed is here.

mod checkpoints;
mod commit;
mod database;
mod engine;
mod error;
mod numbers;
mod order;
mod repositories;
mod store;
mod writer;

pub use store::SqliteStore;
