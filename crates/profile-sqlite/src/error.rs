//! Database errors by what the caller can do about them.

use diesel::result::{DatabaseErrorKind, Error};
use profile_ports::{CommitError, Unavailable};

/// What the database refused; `None` for every other error.
pub(crate) fn kind(error: &Error) -> Option<&DatabaseErrorKind> {
    match error {
        Error::DatabaseError(kind, _) => Some(kind),
        _ => None,
    }
}

/// An error that no caller can do anything about.
pub(crate) fn failed(error: Error) -> CommitError {
    Unavailable::database(error).into()
}

/// The error of a statement that writes one row: `refused` if another row has what only one may have.
pub(crate) fn unless_unique(refused: CommitError) -> impl FnOnce(Error) -> CommitError {
    move |error| match kind(&error) {
        Some(DatabaseErrorKind::UniqueViolation) => refused,
        _ => failed(error),
    }
}
