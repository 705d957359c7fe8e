//! The one shape of every write: all of it becomes durable in one step, or nothing.

use profile_domain::{AnyRecord, Claim, Draft, Head, Reference, sealed::WrappedKey};

use crate::KeptReply;

/// Writes that become durable together or not at all.
#[derive(Debug, Clone, PartialEq)]
pub struct Commit {
    /// At most one for each record; each starts from the version before its own.
    pub writes: Vec<Write>,
    /// The reply of the request that asks for the writes, kept under its idempotency key in the same step.
    pub reply: Option<KeptReply>,
}

/// What one write does with its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Makes the record, which is not there.
    Begin,
    /// Replaces the state of the record.
    Change,
    /// Removes the record; its key stays its person's.
    End,
}

/// One step of one record.
#[derive(Debug, Clone, PartialEq)]
pub struct Write {
    /// What is done.
    pub step: Step,
    /// The state to be stored, or the last one of a record that ends.
    pub record: AnyRecord,
    /// What the log remembers. The store adds the position, the time and the digest.
    pub draft: Draft,
    /// The change before; `None` for version 1. That of an ended record, where it begins anew.
    pub head: Option<Head>,
    /// What the record claims from now on, and did not before.
    pub takes: Vec<Claim>,
    /// What the record claimed, and does not any more.
    pub frees: Vec<Claim>,
    /// The records that must be there, where they were not needed before.
    pub needs: Vec<Reference>,
    /// A new key of the record's person, to be stored in the same step; only clients have sealed values.
    pub fresh_key: Option<WrappedKey>,
}

impl Write {
    /// Returns the version that the write starts from: 0 for a record that has never been.
    #[must_use]
    pub const fn base(&self) -> i64 {
        self.draft.version - 1
    }
}
