//! For tests only: in-memory adapters, fixtures, a fixed clock, a throw-away PostgreSQL, and the conformance suites
//! with which every adapter, also a third party's, proves itself.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::must_use_candidate
)]

pub mod child_process;
pub mod cluster;
pub mod conformance;
pub mod fixed;
pub mod fixtures;
pub mod issuer;
pub mod memory;
pub mod pooler;
pub mod proxy;
pub mod s3;
