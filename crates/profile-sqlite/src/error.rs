//! Database errors by what the caller can do about them.

use diesel::result::{DatabaseErrorKind, Error};
use profile_ports::{CommitError, Unavailable};

/// What SQLite's message for a unique violation ends with, and the field that it means; it names no constraint.
const UNIQUE: [(&str, &str); 3] =
    [(" account.login", "login"), (" customer.customer_id", "customer_id"), (" media_file.uuid", "uuid")];

/// The outcome of a commit: how many records it wrote, or why none.
pub(crate) fn committed(outcome: Result<usize, Error>) -> Result<(), CommitError> {
    let error = match outcome {
        Ok(0) => return Err(CommitError::Stale),
        Ok(_) => return Ok(()),
        Err(error) => error,
    };
    let refused = match &error {
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, information) => UNIQUE
            .iter()
            .find(|(column, _)| information.message().ends_with(column))
            .map(|(_, field)| CommitError::Taken(field)),
        // SQLite does not say which; the owner of an account is the only reference that a commit cannot make itself.
        Error::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _) => {
            Some(CommitError::Missing("customer_id"))
        }
        _ => None,
    };
    Err(refused.unwrap_or_else(|| Unavailable::database(error).into()))
}

/// A row holds a value that this service never writes: somebody else did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a row holds a value that this service never writes")]
pub(crate) struct Unreadable;
