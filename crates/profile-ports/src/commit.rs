//! The one shape of every write.

use profile_domain::{Record, change::ChangeRecord, sealed::WrappedKey};

/// The next state of a record and its change record, to be written together or not at all.
///
/// The commit starts from version `next.version - 1`; a store refuses it as [`Stale`](crate::CommitError::Stale) when
/// the stored version is another one. Version 1 makes the record, and its person if that is new.
#[derive(Debug, Clone, PartialEq)]
pub struct Commit<T> {
    /// The state to be stored.
    pub next: T,
    /// What is remembered of the step; carries the same version.
    pub record: ChangeRecord,
    /// A new key of the record's person, to be stored in the same step; only clients have sealed values.
    pub fresh_key: Option<WrappedKey>,
}

impl<T: Record> Commit<T> {
    /// The version that must be stored for this commit to be accepted; `None` if the record must not exist yet.
    pub fn base(&self) -> Option<i64> {
        Some(self.next.version() - 1).filter(|base| *base > 0)
    }
}
