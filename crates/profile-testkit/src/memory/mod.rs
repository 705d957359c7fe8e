//! Adapters that keep everything in memory: for tests of what lies above the ports.

mod accounts;
mod checkpoints;
mod clients;
mod commits;
mod erasure;
mod key_register;
mod media;
mod members;
mod operator;
mod records;
mod repositories;
mod search;
mod signer;
mod store;
mod subscriptions;
mod uploads;
mod users;
mod vault;
mod verifications;

pub use media::MemoryMedia;
pub use signer::PlainSigner;
pub use store::MemoryStore;
pub use vault::EmptyVault;
