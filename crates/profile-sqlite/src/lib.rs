//! The embedded adapter: one SQLite file, one writer that groups commits, readers beside it.

mod accounts;
mod changes;
mod customers;
mod database;
mod error;
mod files;
mod ids;
mod persons;
mod schema;
mod store;
mod writer;

pub use store::SqliteStore;
