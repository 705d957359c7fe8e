//! The repositories of the ports: each method names a query of `profile-rows`, or finds or commits one kind of record.

mod account;
mod client;
mod keys;
mod log;
mod tenant;
mod users;
