//! Erasures: what was taken of a person, what had to stay, and how far the work has come (operator API page, section 11).

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{PersonId, Text, change::RecordKind};

/// The erasure of a person. It is kept for ever, and names no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasure {
    /// `UUIDv7`; the number of the receipt.
    pub id: Uuid,
    /// Who was erased.
    pub person: PersonId,
    /// When it began.
    pub at: DateTime<Utc>,
    /// Who asked for it.
    pub by: String,
    /// Why; it names a ticket.
    pub reason: Text,
    /// The records that it ended, each with the version that did.
    pub records: Vec<(RecordKind, String, i64)>,
    /// How many changes have lost their values.
    pub changes: i64,
    /// How many media were deleted, or are to be.
    pub media: i64,
    /// The records that a hold has kept.
    pub held: Vec<(RecordKind, String)>,
    /// Names in the media store that are still to be deleted.
    pub rest: Vec<String>,
    /// The receipt, byte for byte, once all is done.
    pub receipt: Option<String>,
}

impl Erasure {
    /// Returns an erasure that has taken nothing yet.
    #[must_use]
    pub const fn new(id: Uuid, person: PersonId, at: DateTime<Utc>, by: String, reason: Text) -> Self {
        Self {
            id,
            person,
            at,
            by,
            reason,
            records: Vec::new(),
            changes: 0,
            media: 0,
            held: Vec::new(),
            rest: Vec::new(),
            receipt: None,
        }
    }
}
