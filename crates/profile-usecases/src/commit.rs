//! The one way in which stories write: the next state with its change record, and again if somebody was faster.

use profile_domain::{
    Draft, Record,
    change::{Cause, ChangeRecord, Facet},
};
use profile_ports::{Commit, CommitError};

use crate::{Core, Refusal};

/// Most times that an import tries to write a row, which others rarely write at the same moment; see
/// [`Tries`](crate::tries::Tries) for callers.
pub(crate) const ATTEMPTS: u32 = 100;

impl Core {
    /// The commit that leads from `earlier`, or from nothing, to `next`.
    pub(crate) fn commit_of<T: Record>(&self, earlier: Option<&T>, next: T, cause: Cause) -> Commit<T> {
        let draft = Draft::of(earlier, &next, cause, self.ids.salt());
        // Position, time and the digest before are the store's to give, once it keeps them.
        let record = ChangeRecord::new(draft, self.ids.change(), self.clock.now(), None);
        Commit { next, record }
    }
}

/// What to do after a commit.
#[must_use]
pub(crate) enum Outcome {
    /// It is durable.
    Committed,
    /// Somebody was faster: read again.
    Again,
}

/// Counts what a store has accepted.
pub(crate) fn counted(facet: Facet, answer: Result<(), CommitError>) -> Result<(), CommitError> {
    if answer.is_ok() {
        metrics::counter!("profile_changes_total", "facet" => facet.name()).increment(1);
    }
    answer
}

/// Reads the answer of a store, and counts what was written.
pub(crate) fn outcome(facet: Facet, answer: Result<(), CommitError>) -> Result<Outcome, Refusal> {
    match counted(facet, answer) {
        Ok(()) => Ok(Outcome::Committed),
        Err(CommitError::Stale | CommitError::Taken(_)) => Ok(Outcome::Again),
        Err(CommitError::Missing(field)) => Err(Refusal::invalid(field, "does not exist")),
        Err(CommitError::Unavailable(error)) => Err(error.into()),
        Err(CommitError::Unknown(error)) => Err(error.into()),
    }
}
