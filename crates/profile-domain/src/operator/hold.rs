//! Holds: which records of a person must stay, whatever anybody asks for (operator API page, section 11).

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::{AnyRecord, Text, change::RecordKind};

/// Records of some kinds of one person, which can be neither ended nor erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// The kinds, in the order in which they were given, each once.
    pub kinds: Vec<RecordKind>,
    /// Why.
    pub reason: Text,
    /// When it is over; never, until somebody releases it, where this is `None`.
    pub until: Option<DateTime<Utc>>,
    /// When it was placed.
    pub at: DateTime<Utc>,
    /// Who has placed it.
    pub by: String,
}

impl Hold {
    /// Returns whether it is in force at an instant.
    #[must_use]
    pub fn is_in_force(&self, now: DateTime<Utc>) -> bool {
        self.until.is_none_or(|until| now < until)
    }

    /// Returns whether it names a kind.
    #[must_use]
    pub fn names(&self, kind: RecordKind) -> bool {
        self.kinds.contains(&kind)
    }

    /// Returns which of a person's living records stay: those of its kinds, the user, member or customer that these need, and the
    /// files that any of them show, without which they would not read as before.
    #[must_use]
    pub fn held<'a>(
        &self,
        living: impl Iterator<Item = &'a AnyRecord> + Clone,
    ) -> BTreeSet<(RecordKind, String)> {
        let mut held: BTreeSet<_> =
            living.clone().map(AnyRecord::name).filter(|(kind, _)| self.names(*kind)).collect();
        let of_held = |held: &BTreeSet<_>, record: &AnyRecord| held.contains(&record.name());
        let direct = held.clone();
        let needed = living.clone().filter(|record| of_held(&direct, record));
        held.extend(needed.flat_map(AnyRecord::references).map(|needed| (needed.kind, needed.key)));
        let all = held.clone();
        held.extend(living.filter(|record| of_held(&all, record)).flat_map(AnyRecord::shown_files));
        held
    }
}

impl RecordKind {
    /// Returns whether records of this kind are about persons (operator API page, section 5).
    #[must_use]
    pub const fn has_person(self) -> bool {
        // Without a branch for the rest, so that whoever adds a kind decides.
        match self {
            Self::Customer
            | Self::Account
            | Self::File
            | Self::User
            | Self::Override
            | Self::Upload
            | Self::Client
            | Self::Member
            | Self::Membership => true,
            Self::Business
            | Self::App
            | Self::ApiKey
            | Self::Language
            | Self::Tenant
            | Self::Brand
            | Self::Group => false,
        }
    }

    /// Returns the kind of the records that hold a record of this kind because they need it: a user's overrides, a member's
    /// memberships, a customer's accounts.
    #[must_use]
    pub const fn held_through(self) -> Option<Self> {
        match self {
            Self::User => Some(Self::Override),
            Self::Member => Some(Self::Membership),
            Self::Customer => Some(Self::Account),
            _ => None,
        }
    }
}
