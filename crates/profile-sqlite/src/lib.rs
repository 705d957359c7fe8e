//! The embedded adapter: one SQLite file, one writer that groups commits, readers beside it.
//!
//! Rows and queries of the tables are the same source as in `profile-postgres`; what differs is here.

#[macro_use]
mod query;
#[macro_use]
#[path = "../../tables/reading.rs"]
mod reading;
#[macro_use]
#[path = "../../tables/update.rs"]
mod update;

mod checkpoints;
mod column;
mod database;
mod error;
mod list;
mod numbers;
mod persons;
mod schema;
mod store;
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

pub use store::SqliteStore;
use store::SqliteStore as Store;
