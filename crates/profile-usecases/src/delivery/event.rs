//! What targets are told of a change, and how the format of the operator API gets to the one who sends.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use profile_domain::{change::ChangeRecord, operator::SubscriptionValues};
use profile_ports::{Page, RecordRef, Store, Unavailable};
use uuid::Uuid;

/// What a change did to its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// It made the record, or began it anew.
    Created,
    /// It changed the record.
    Updated,
    /// It ended the record.
    Ended,
}

impl EventKind {
    /// Returns the name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Ended => "ended",
        }
    }
}

/// Writes the bodies of deliveries, with changes as the operator API shows them.
pub trait EventFormat: Send + Sync {
    /// Returns the body that tells of a change.
    fn change(&self, change: &ChangeRecord, kind: EventKind, values: SubscriptionValues) -> Bytes;

    /// Returns the body of a delivery that only tests the target.
    fn test(&self, id: Uuid, at: DateTime<Utc>) -> Bytes;
}

/// Returns what a change did. The log is asked where the change alone does not tell: a record that begins anew goes on with its
/// version, and nothing of it was there before.
pub(super) async fn event_kind(store: &dyn Store, change: &ChangeRecord) -> Result<EventKind, Unavailable> {
    if change.ended {
        return Ok(EventKind::Ended);
    }
    if change.version == 1 {
        return Ok(EventKind::Created);
    }
    if !change.may_begin() {
        return Ok(EventKind::Updated);
    }
    let record = RecordRef { kind: change.kind, key: &change.key };
    let before = store.record_changes(record, Page { after: Some(change.version), limit: 1 }).await?;
    let begins_anew = before.first().is_some_and(|before| before.ended);
    Ok(if begins_anew { EventKind::Created } else { EventKind::Updated })
}
