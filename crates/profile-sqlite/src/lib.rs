//! The embedded adapter: one SQLite file, one writer that groups commits, readers beside it.

mod accounts;
mod businesses;
mod changes;
mod customers;
mod database;
mod error;
mod files;
mod ids;
mod persons;
mod schema;
mod store;
mod user_list;
mod users;
mod writer;

pub use store::SqliteStore;
