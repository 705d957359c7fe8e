//! The PostgreSQL adapter: a commit of one record is one statement, and commits that come at the same time share a transaction.
//!
#![doc = include_str!("../README.md")]

mod call_counts;
mod client_number;
mod cluster;
mod connection;
mod database;
mod diesel_link;
mod distribute;
mod engine;
mod error;
mod failure;
mod group;
mod hosts;
mod link;
mod migration;
mod order;
mod outage;
mod parts;
mod pool_shard;
mod recorded;
mod replica;
mod row;
mod server;
mod statement;
mod steps;
mod tables;
mod together;
mod transaction;
mod writer;

pub use connection::{Options, PostgresStore};
pub use tables::{Placement, TABLES, TablePlacement};
