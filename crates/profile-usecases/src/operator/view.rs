//! A record as operators see it, before what their role may not read is left out.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use profile_domain::{
    PersonId, Text,
    change::{Cause, RecordKind, Value},
    history::State,
    operator::{OperatorKey, Role},
};
use profile_ports::LogEntry;

/// Who asks: the role decides what is shown and written, the actor is what changes name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// What they may do.
    pub role: Role,
    /// How changes name them.
    pub name: String,
}

impl Actor {
    /// Returns the actor behind a key.
    #[must_use]
    pub fn of(key: &OperatorKey) -> Self {
        Self { role: key.role, name: key.actor() }
    }
}

/// The change that set a field last.
#[derive(Debug, Clone, PartialEq)]
pub struct Provenance {
    /// The field.
    pub field: String,
    /// The version that the change made.
    pub version: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who, and through which door.
    pub cause: Cause,
}

/// One state of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordView {
    /// The kind.
    pub kind: RecordKind,
    /// The key.
    pub key: String,
    /// Whom it is about.
    pub person: Option<PersonId>,
    /// The version.
    pub version: i64,
    /// When the record began.
    pub created_at: DateTime<Utc>,
    /// When this version was made.
    pub updated_at: DateTime<Utc>,
    /// Who made it, and why.
    pub cause: Cause,
    /// The fields that are not empty; sensitive ones as digests.
    pub values: BTreeMap<String, Value>,
    /// Sensitive values in clear, if they are revealed.
    pub revealed: Option<BTreeMap<String, Text>>,
    /// The fields that a write has changed, in catalogue order.
    pub changed: Option<Vec<String>>,
    /// Which change set each field last, where that is asked for.
    pub provenance: Option<Vec<Provenance>>,
    /// Whether this version ended the record.
    pub ended: bool,
}

impl RecordView {
    /// Returns the view of a state of a record whose log ended with `entry` then.
    #[must_use]
    pub fn of(state: State, entry: LogEntry) -> Self {
        Self {
            kind: entry.kind,
            key: entry.key,
            person: state.person,
            version: state.version,
            created_at: entry.begun,
            updated_at: entry.at,
            cause: entry.cause,
            values: state.fields,
            revealed: None,
            changed: None,
            provenance: None,
            ended: state.ended,
        }
    }

    /// Returns whether a value of this state was erased.
    #[must_use]
    pub fn is_erased(&self) -> bool {
        self.values.values().any(|value| matches!(value, Value::Redacted(_)))
    }
}
