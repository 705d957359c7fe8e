//! The PostgreSQL adapter: every commit is one statement, and those that come at the same time share a transaction.
//!
//! Rows and queries are those of `profile-rows`, which `profile-sqlite` shares; how they are read and committed is here.

mod commit;
mod connection;
mod database;
mod diesel_link;
mod engine;
mod error;
mod failure;
mod group;
mod link;
mod migration;
mod numbers;
mod order;
mod parts;
mod recorded;
mod repositories;
mod row;
mod server;
mod share;
mod statement;
mod writer;

pub use connection::{Options, PostgresStore};
