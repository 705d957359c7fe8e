//! How much room a database takes.

/// How many bytes a database takes, as it says itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StorageSize {
    /// Bytes of tables and indexes, with those that are free.
    pub database: u64,
    /// Bytes within the database that are used again before it grows; `None` where it cannot tell without reading all of it.
    pub free: Option<u64>,
    /// Bytes of its write-ahead log; `None` where that belongs to other databases, too.
    pub log: Option<u64>,
    /// Whether records are also on other machines, whose bytes are not counted.
    pub is_partial: bool,
}
