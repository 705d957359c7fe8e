//! Holds and erasures: what is stored of them, and what a commit does about a person beside writing records.

use async_trait::async_trait;
use profile_domain::{
    PersonId,
    change::{ChangeRecord, RecordKind},
    operator::{Access, Erasure, Hold},
};

use crate::{Page, Unavailable};

/// The hold of a person, and how often it has been decided upon.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HoldState {
    /// Moves whenever a hold is placed or released, a record of the person is ended by an operator, the person is erased, or values
    /// of theirs that are too old are removed; 0 before the first time. Each of these starts from the version that it has read, so that none decides by what another
    /// one has just changed.
    pub version: i64,
    /// The hold that was placed last and was not released; it may be over.
    pub hold: Option<Hold>,
}

/// What a commit does about a person beside writing records, in the same step.
#[derive(Debug, Clone, PartialEq)]
pub enum PersonStep {
    /// Moves the version of the person's hold; the commit is stale if it is not `base` any more. Comes before all others.
    Decide {
        /// The person.
        person: PersonId,
        /// The version that was read.
        base: i64,
    },
    /// Places a hold, in place of the one before, or releases it.
    Hold(PersonId, Option<Box<Hold>>),
    /// Stores an access.
    Access(Box<Access>),
    /// Replaces changes that are in the log by these, which have lost their values.
    Redact(Vec<ChangeRecord>),
    /// Removes what hangs on a person beside records.
    Forget(Box<Forget>),
    /// Stores an erasure as it has come along; the commit is stale if that has its receipt.
    Erase(Box<Erasure>),
}

/// What hangs on an erased person beside records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forget {
    /// The person.
    pub person: PersonId,
    /// The records that were erased: replies about them are removed, as those about the person are.
    pub records: Vec<(RecordKind, String)>,
    /// Whether the wrapped key and the alias go: nothing of the person is held.
    pub is_whole: bool,
}

/// The holds of people. They are written by a commit.
#[async_trait]
pub trait Holds: Send + Sync {
    /// Returns the hold of a person, and its version.
    async fn find_hold(&self, person: PersonId) -> Result<HoldState, Unavailable>;
}

/// The erasures of people. Commits write them; here they are found and finished.
#[async_trait]
pub trait Erasures: Send + Sync {
    /// Returns every erasure of a person, the last one first.
    async fn erasures_of(&self, person: PersonId) -> Result<Vec<Erasure>, Unavailable>;

    /// Returns a page of the erasures by person: of each person the last one that has a receipt.
    async fn last_erasures(&self, page: Page<PersonId>) -> Result<Vec<Erasure>, Unavailable>;

    /// Returns at most `limit` erasures that have no receipt yet, in the order in which they began.
    async fn unfinished_erasures(&self, limit: u32) -> Result<Vec<Erasure>, Unavailable>;

    /// Gives an erasure its receipt, and forgets the names of its media, if it has none and nothing was added to it since it
    /// was read; returns whether that was so.
    async fn finish_erasure(&self, erasure: &Erasure, receipt: &str) -> Result<bool, Unavailable>;

    /// Overwrites what removed and replaced rows have left behind in the files of the database, as far as that can be done
    /// while it is in use.
    async fn overwrite_removed(&self) -> Result<(), Unavailable>;
}
