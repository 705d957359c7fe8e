//! Database errors by what the caller can do about them.

use diesel::result::{
    DatabaseErrorKind::{NotNullViolation, UniqueViolation},
    Error,
};
use profile_ports::{CommitError, ReadOnly, Unavailable};

use crate::{
    failure::{READ_ONLY, code},
    parts::Guard,
};

/// The SQLSTATEs of what may go well if it is done again: transactions that waited for each other.
const CROSSED: [&str; 2] = ["40P01", "40001"];

pub(crate) fn unavailable(error: Error) -> Unavailable {
    if code(&error) == Some(READ_ONLY) {
        return Unavailable::database(ReadOnly);
    }
    Unavailable::database(error)
}

/// Whether the lease of the server was over: no change can be without a time.
pub(crate) fn is_lease_over(error: &Error) -> bool {
    matches!(error, Error::DatabaseError(NotNullViolation, said) if said.table_name() == Some("changes"))
}

/// Whether the key of a reply has been used.
pub(crate) fn is_key_used(error: &Error) -> bool {
    matches!(error, Error::DatabaseError(UniqueViolation, said) if said.table_name() == Some("idempotency_key"))
}

/// Whether the same commit may go well at another time.
pub(crate) fn is_passing(error: &Error) -> bool {
    code(error).is_some_and(|code| CROSSED.contains(&code))
}

impl Guard {
    /// Returns what it means that the statement found no row, unless that is as it should be.
    pub(crate) const fn missed(&self) -> Option<CommitError> {
        match self {
            Self::Reference(field) => Some(CommitError::Missing(field)),
            Self::Record { .. } => Some(CommitError::Stale),
            Self::PersonKey => Some(CommitError::Missing("master_key")),
            Self::Unreferenced => Some(CommitError::Referenced),
            Self::StoredResponse | Self::Freed | Self::Noted | Self::Claim(_) => None,
        }
    }

    /// Returns what it means that the database refused the statement.
    pub(crate) fn refused(self, error: Error) -> CommitError {
        let Error::DatabaseError(kind, said) = &error else { return unavailable(error).into() };
        match (self, kind, said.table_name()) {
            (Self::StoredResponse, UniqueViolation, _) => CommitError::Repeated,
            (Self::Claim(claim), UniqueViolation, _) => CommitError::Taken(claim),
            // The row is not there, else its own key would be the reason.
            (Self::Record { is_first: true, .. }, UniqueViolation, Some("changes")) => CommitError::Ended,
            (Self::Record { .. } | Self::PersonKey, UniqueViolation, _) => CommitError::Stale,
            _ => unavailable(error).into(),
        }
    }
}
