//! Adapters that keep everything in memory: for tests of what lies above the ports.

mod accounts;
mod clients;
mod commits;
mod key_register;
mod media;
mod members;
mod operator;
mod records;
mod repositories;
mod search;
mod store;
mod uploads;
mod users;
mod vault;

pub use media::MemoryMedia;
pub use store::MemoryStore;
pub use vault::EmptyVault;
