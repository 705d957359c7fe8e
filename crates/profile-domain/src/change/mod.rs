//! The change record: what every accepted write leaves behind, in the same commit.

mod canonical;
mod digest;
mod field_change;
mod json;
mod kind;
mod value;

use chrono::{DateTime, Utc};
use uuid::Uuid;

pub use digest::{Digest, MalformedHex, Salt, hex, unhex};
pub use field_change::FieldChange;
pub use kind::{RecordKind, joined_key, split_key};
pub use value::{Object, Value, moment};

use crate::{PersonId, Text};

/// Why something was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The reason.
    Text(Text),
    /// What is left of an erased reason: its commitment, by which the chain still verifies.
    Redacted(Digest),
}

/// Who caused a write, through which door, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// The caller: `account-user:70021`, `user:user_…@biz_…`, `operator`, `service` (operator page, section 5.1).
    pub actor: String,
    /// The contract, or `operator`, `console`, `import`, `sweep`.
    pub door: String,
    /// The request's id, as answered in `X-Request-Id`.
    pub request_id: String,
    /// Why, where a contract asks for a reason.
    pub reason: Option<Reason>,
}

/// One entry of the append-only log of changes.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeRecord {
    /// `UUIDv7` whose order is that of all changes: its position.
    pub id: Uuid,
    /// The person; absent for a record that belongs to nobody.
    pub person: Option<PersonId>,
    /// The kind of record that changed.
    pub kind: RecordKind,
    /// The record's key within the kind.
    pub key: String,
    /// The aggregate that the record belongs to; see [`Record::root`](crate::Record::root).
    pub root: String,
    /// The version that this write made; counts from 1 without gaps for each key, also past an end.
    pub version: i64,
    /// When; later than the record's change before, to the microsecond.
    pub at: DateTime<Utc>,
    /// Who, through which door, and why.
    pub cause: Cause,
    /// What changed, in catalogue order; empty when only a time stamp moved.
    pub fields: Vec<FieldChange>,
    /// Whether the record ended with this change.
    pub ended: bool,
    /// The salt of the commitments; `None` once the values are removed.
    pub salt: Option<Salt>,
    /// Whether the values were removed because they had become too old, and not by the erasure of a person.
    pub expired: bool,
    /// The digest of this change, which covers the record's change before as well; see [`chain`](crate::chain).
    pub digest: Digest,
}

impl ChangeRecord {
    /// Returns whether the values were removed, by an erasure or because they had become too old.
    #[must_use]
    pub const fn is_redacted(&self) -> bool {
        self.salt.is_none()
    }

    /// Returns whether an erasure has removed the values: a record that ended with such a change does not begin anew.
    #[must_use]
    pub const fn is_erased(&self) -> bool {
        self.is_redacted() && !self.expired
    }

    /// Returns whether its record may begin with it, or begin anew: it was not there before, as far as the values tell.
    #[must_use]
    pub fn may_begin(&self) -> bool {
        let was_empty = |value: &Value| matches!(value, Value::Null | Value::Redacted(_));
        self.version == 1 || !self.ended && self.fields.iter().all(|field| was_empty(&field.old))
    }
}
