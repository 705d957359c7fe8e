//! The embedded adapter: one SQLite file, one writer that groups commits, readers beside it.
//!
#![doc = include_str!("../README.md")]

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
