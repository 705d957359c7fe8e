//! A record as a store returns it, with what its next change follows.

use std::ops::Deref;

use chrono::{DateTime, Utc};

use crate::change::Digest;

/// The last change of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// When it was; the next one is later, whatever clocks say.
    pub at: DateTime<Utc>,
    /// Its digest, which that of the next one covers.
    pub chain: Digest,
}

/// A stored record. It derefs to the record, as most callers only read that.
#[derive(Debug, Clone, PartialEq)]
pub struct Saved<T> {
    /// The record.
    pub record: T,
    /// Its last change.
    pub head: Head,
}

impl<T> Deref for Saved<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.record
    }
}
