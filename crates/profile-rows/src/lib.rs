//! Rows, schema and mappings of the tables, once for both SQL stores.
//!
#![doc = include_str!("../README.md")]

pub mod access;
pub mod account;
pub mod api_key;
pub mod change;
pub mod checkpoint;
pub mod claim;
pub mod client;
pub mod copy;
pub mod delivery;
pub mod erasure;
pub mod file;
pub mod hold;
pub mod key_register;
pub mod language;
pub mod member;
pub mod membership;
pub mod operator_key;
pub mod password_attempts;
pub mod person;
pub mod person_key;
pub mod person_record;
pub mod records;
pub mod references;
pub mod reply;
pub mod schema;
pub mod search;
pub mod sql;
pub mod subscription;
pub mod tenant;
pub mod upload;
pub mod user;
pub mod user_list;
pub mod verification;

mod beside;
mod business;
mod column;
mod customer;
mod engine;
mod follower;
mod kinds;
mod moment;
mod probe;
mod reading;
mod selection;
mod statement;
mod step;
mod store;
mod stored;
mod update;
mod user_override;

pub use beside::{Beside, EndedMember, raise_number};
pub use column::{Id, Instant, Json};
pub use engine::{Engine, Queries};
pub use kinds::{KindVisitor, RecordVisitor, visit_kind, visit_record};
pub use probe::Probe;
pub use reading::Unreadable;
pub use statement::{Select, Statement};
pub use step::{StepSink, push_step};
pub use store::SqlStore;
pub use stored::{Mark, SavedRow, Stored};
