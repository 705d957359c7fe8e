//! The PostgreSQL adapter: every write is one statement, so one round trip and nothing to roll back.

mod accounts;
mod businesses;
mod changes;
mod connection;
mod customers;
mod database;
mod error;
mod files;
mod persons;
mod recorded;
mod schema;
mod tls;
mod user_list;
mod users;

pub use connection::PostgresStore;
