//! The PostgreSQL adapter: every commit is one statement, and those that come at the same time share a transaction.
//!
//! Rows and queries of the tables are the same source as in `profile-sqlite`; what differs is here.

#[macro_use]
mod query;
#[macro_use]
#[path = "../../tables/reading.rs"]
mod reading;
#[macro_use]
#[path = "../../tables/update.rs"]
mod update;

mod column;
mod connection;
mod database;
mod diesel_link;
mod error;
mod failure;
mod group;
mod link;
mod list;
mod migration;
mod numbers;
mod persons;
mod recorded;
mod row;
mod schema;
mod server;
mod share;
mod statement;
mod writer;

#[path = "../../tables/accounts.rs"]
mod accounts;
#[path = "../../tables/beside.rs"]
mod beside;
#[path = "../../tables/businesses.rs"]
mod businesses;
#[path = "../../tables/changes.rs"]
mod changes;
#[path = "../../tables/client_records.rs"]
mod client_records;
#[path = "../../tables/clients.rs"]
mod clients;
#[path = "../../tables/customers.rs"]
mod customers;
#[path = "../../tables/files.rs"]
mod files;
#[path = "../../tables/folding.rs"]
mod folding;
#[path = "../../tables/key_register.rs"]
mod key_register;
#[path = "../../tables/members.rs"]
mod members;
#[path = "../../tables/memberships.rs"]
mod memberships;
#[path = "../../tables/person_keys.rs"]
mod person_keys;
#[path = "../../tables/probe.rs"]
mod probe;
#[path = "../../tables/replies.rs"]
mod replies;
#[path = "../../tables/uploads.rs"]
mod uploads;
#[path = "../../tables/user_list.rs"]
mod user_list;
#[path = "../../tables/users.rs"]
mod users;
#[path = "../../tables/workspaces.rs"]
mod workspaces;

use connection::PostgresStore as Store;
pub use connection::{Options, PostgresStore};
