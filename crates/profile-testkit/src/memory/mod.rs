//! Adapters that keep everything in memory: for tests of what lies above the ports.

mod media;
mod store;

pub use media::MemoryMedia;
pub use store::MemoryStore;
