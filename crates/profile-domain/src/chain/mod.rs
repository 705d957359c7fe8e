//! The chain of digests: it shows whether a change was altered, moved or taken away (operator page, section 5.3).

mod checkpoint;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use uuid::Uuid;

pub use checkpoint::{Checkpoint, LogDigest, SignedCheckpoint};

use crate::{
    Draft,
    change::{Cause, ChangeRecord, Digest, FieldChange, Reason, Salt, Value, hex, moment},
};

/// Names the encoding, so that a later one cannot be taken for it.
const FORMAT: &str = "profile-change-1";
/// Stands in for the length of an item that is null.
const NULL: [u8; 4] = [0xff; 4];
/// Room for what a change of a few fields takes.
const TYPICAL_BYTES: usize = 1024;

/// The commitments of one change. Each is SHA-256(salt ‖ number ‖ text), where the number tells the values of a change apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commitments {
    /// Of the reason, if there is one.
    pub reason: Option<Digest>,
    /// Of the values of each field, in the order of the change.
    pub fields: Vec<FieldCommitments>,
}

/// The commitments of one field's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldCommitments {
    /// Of the value before.
    pub old: Digest,
    /// Of the value after.
    pub new: Digest,
}

impl Commitments {
    /// Returns the commitments of `change`: those of its values, or those that are left of them.
    #[must_use]
    pub fn of(change: &ChangeRecord) -> Self {
        // What stands in clear in a change without a salt was put there later; with any other salt it does not verify.
        Self::under(change.salt.unwrap_or(Salt([0; 16])), &change.cause, &change.fields)
    }

    fn under(salt: Salt, cause: &Cause, fields: &[FieldChange]) -> Self {
        let of_value = |number, value: &Value| match value {
            Value::Redacted(commitment) => *commitment,
            value => commitment(&salt, number, &value.canonical().unwrap_or_default()),
        };
        let of_field = |(number, field): (u32, &FieldChange)| FieldCommitments {
            old: of_value(number, &field.old),
            new: of_value(number + 1, &field.new),
        };
        let reason = cause.reason.as_ref().map(|reason| match reason {
            Reason::Text(text) => commitment(&salt, 0, text.as_str()),
            Reason::Redacted(commitment) => *commitment,
        });
        Self { reason, fields: (1..).step_by(2).zip(fields).map(of_field).collect() }
    }
}

impl ChangeRecord {
    /// Returns the log's entry for `draft`. The store assigns the rest at commit: the position, the time, and the digest,
    /// which covers `before`, that of the record's last change; `None` before version 1.
    #[must_use]
    pub fn new(
        draft: impl Into<CommittedDraft>,
        id: Uuid,
        at: DateTime<Utc>,
        before: Option<&Digest>,
    ) -> Self {
        let CommittedDraft { draft, commitments } = draft.into();
        let Draft { person, kind, key, root, version, cause, fields, ended, salt } = draft;
        let digest = Digest::default();
        let salt = Some(salt);
        let expired = false;
        let change =
            Self { id, person, kind, key, root, version, at, cause, fields, ended, salt, expired, digest };
        Self { digest: Digest::of([encoded(&change, &commitments, before).as_slice()]), ..change }
    }
}

/// A draft with the commitments of its values, which take most of the time that a digest takes, and do not depend on the place
/// of the change in the log: a store can make them before it is a commit's turn.
#[derive(Debug, Clone, PartialEq)]
pub struct CommittedDraft {
    draft: Draft,
    commitments: Commitments,
}

impl From<Draft> for CommittedDraft {
    fn from(draft: Draft) -> Self {
        Self { commitments: Commitments::under(draft.salt, &draft.cause, &draft.fields), draft }
    }
}

fn commitment(salt: &Salt, number: u32, text: &str) -> Digest {
    Digest::of([salt.0.as_slice(), &number.to_be_bytes(), text.as_bytes()])
}

/// Returns the digest that `change` must carry after a change with the digest `before`; `None` before version 1. Its own is
/// not looked at.
#[must_use]
pub fn digest(change: &ChangeRecord, before: Option<&Digest>) -> Digest {
    Digest::of([encoded(change, &Commitments::of(change), before).as_slice()])
}

/// Returns whether `change` is as it was written, and follows the change with the digest `before`.
#[must_use]
pub fn verify(change: &ChangeRecord, before: Option<&Digest>) -> bool {
    digest(change, before) == change.digest
}

/// Returns `change` without its values and its reason: each becomes its commitment, and the salt goes, so that nobody can
/// find them by trying. The digest stays as it is, and still verifies.
#[must_use]
pub fn redact(change: ChangeRecord) -> ChangeRecord {
    let Commitments { reason, fields: commitments } = Commitments::of(&change);
    let redacted = |(field, commitments): (FieldChange, FieldCommitments)| FieldChange {
        old: Value::Redacted(commitments.old),
        new: Value::Redacted(commitments.new),
        ..field
    };
    ChangeRecord {
        fields: change.fields.into_iter().zip(commitments).map(redacted).collect(),
        cause: Cause { reason: reason.map(Reason::Redacted), ..change.cause },
        salt: None,
        expired: false,
        ..change
    }
}

/// Returns `change` without its values and its reason, as [`redact`] does, because they have become too old.
#[must_use]
pub fn expire(change: ChangeRecord) -> ChangeRecord {
    ChangeRecord { expired: true, ..redact(change) }
}

/// Returns the digest of a checkpoint after one more change, in the order of the feed; the first follows
/// [`Digest::default`], which is all zeros.
#[must_use]
pub fn fold(previous: Digest, change: &Digest) -> Digest {
    Digest::of([previous.0.as_slice(), &change.0])
}

/// The bytes that the digest is made of.
fn encoded(change: &ChangeRecord, commitments: &Commitments, before: Option<&Digest>) -> Vec<u8> {
    let ChangeRecord { id, person, kind, key, root, version, at, cause, fields, ended, .. } = change;
    let Cause { actor, door, request_id, reason: _ } = cause;
    let mut items = Items(Vec::with_capacity(TYPICAL_BYTES));
    items.push(FORMAT);
    items.push(&hex(&before.copied().unwrap_or_default().0));
    items.push(&id.to_string());
    items.push(kind.name());
    items.push(key);
    items.push(root);
    items.push_optional(person.map(|person| person.0.to_string()).as_deref());
    items.push(&version.to_string());
    items.push(&moment(*at));
    items.push(actor);
    items.push(door);
    items.push(request_id);
    items.push_optional(commitments.reason.map(|reason| hex(&reason.0)).as_deref());
    items.push(if *ended { "true" } else { "false" });
    for (field, commitments) in fields.iter().zip(&commitments.fields) {
        items.push(&field.field);
        items.push(&hex(&commitments.old.0));
        items.push(&hex(&commitments.new.0));
    }
    items.0
}

/// Texts one after another, each behind its length in bytes, so that none can lend characters to the next.
struct Items(Vec<u8>);

impl Items {
    fn push(&mut self, text: &str) {
        // A text of 4 GiB fits into no column.
        let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
        self.0.extend(length.to_be_bytes());
        self.0.extend(text.as_bytes());
    }

    fn push_optional(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.push(text),
            None => self.0.extend(NULL),
        }
    }
}
