//! What a look at sensitive values, an export, an erasure or a hold leaves behind (operator API page, section 11).

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{PersonId, Text, change::RecordKind};

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Sensitive values of a record were shown.
    Reveal,
    /// Everything about a person was exported.
    Export,
    /// A person was erased.
    Erase,
    /// Records of a person were held.
    Hold,
    /// A hold ended.
    Release,
}

impl Action {
    const ALL: [Self; 5] = [Self::Reveal, Self::Export, Self::Erase, Self::Hold, Self::Release];

    /// Returns the name on the wire and in the store.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reveal => "reveal",
            Self::Export => "export",
            Self::Erase => "erase",
            Self::Hold => "hold",
            Self::Release => "release",
        }
    }

    /// Returns the action of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.name() == name)
    }
}

/// One access, kept for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// `UUIDv7`; the order of accesses.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// About whom; nobody, for a record without a person.
    pub person: Option<PersonId>,
    /// Who.
    pub actor: String,
    /// The request's id.
    pub request_id: String,
    /// What was done.
    pub action: Action,
    /// The kind of the record, where one was accessed.
    pub kind: Option<RecordKind>,
    /// Its key.
    pub key: Option<String>,
    /// The fields that were shown.
    pub fields: Vec<String>,
    /// Why.
    pub reason: Text,
}
