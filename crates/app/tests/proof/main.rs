//! Proof of the whole: who may do what, two stores that answer the same, and crashes that lose nothing.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a test fails by panicking
#![allow(unreachable_pub)] // a test binary has no outside

mod arrived;
mod authorisation;
mod backup;
mod callers;
mod crash_loop;
mod deliveries;
mod documents;
mod examples;
mod export;
mod failover;
mod feed;
mod fleet;
mod fold;
mod follower;
mod gate;
mod generate;
mod idempotency;
mod import;
mod ledger;
mod routes;
#[path = "../support/mod.rs"]
mod support;
mod twin;

const DATABASE: &str = "sqlite://data/profile.db";
