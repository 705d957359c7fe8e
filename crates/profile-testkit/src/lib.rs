//! For tests only: in-memory adapters, fixtures, a fixed clock, a throw-away PostgreSQL, and the conformance suites
//! with which every adapter, also a third party's, proves itself.
//!
//! # Examples
//! A test file of a store runs the suite against an empty store for each promise:
//! ```
//! use std::sync::Arc;
//!
//! use profile_ports::Store;
//! use profile_testkit::memory::MemoryStore;
//!
//! profile_testkit::store_conformance!(async { (Arc::new(MemoryStore::default()) as Arc<dyn Store>, ()) });
//! # fn main() {}
//! ```
//! Fixtures make records and commits, and the log of a record folds to it:
//! ```
//! use profile_domain::{Keyed as _, account::Account, change::RecordKind, history::State};
//! use profile_ports::{Changes as _, Commits as _};
//! use profile_testkit::{fixtures::{account, commit}, memory::MemoryStore};
//!
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! let (store, stored) = (MemoryStore::default(), Account { version: 1, ..account(70021) });
//! store.commit(commit(None, stored.clone())).await.unwrap();
//! let changes = store.changes_of(RecordKind::Account, &stored.id().to_string()).await.unwrap();
//! let folded = State::at_version(&changes, 1).unwrap().unwrap();
//! assert_eq!(folded.fields, State::of(&stored).fields);
//! # });
//! ```
//!
#![doc = include_str!("../README.md")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::must_use_candidate
)]

pub mod balancer;
pub mod child_process;
mod citus;
pub mod cluster;
pub mod conformance;
pub mod fixed;
pub mod fixtures;
pub mod issuer;
pub mod memory;
pub mod nats;
pub mod pooler;
pub mod proxy;
pub mod s3;
pub mod standby;
