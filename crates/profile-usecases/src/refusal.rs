//! Why a story ends without its effect, by what the caller can do about it.

use profile_domain::{Violation, account::policy::Rule};
use profile_ports::{Unavailable, UnknownOutcome};

use crate::write::WriteError;

/// A refused story. Nothing was written, except perhaps when the outcome is unknown.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// Fields break their rules; every broken one is named.
    #[error("{}", .0.first().map(ToString::to_string).unwrap_or_default())]
    Invalid(Vec<Violation>),
    /// The field refers to something that is not there or cannot be used; which of them is not said.
    #[error("{0} does not reference a usable file")]
    BadReference(&'static str),
    /// The caller may not.
    #[error(transparent)]
    Forbidden(#[from] Rule),
    /// What was asked for does not exist; names it.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// A value that must be unique belongs to another record; names the field.
    #[error("{0} is taken")]
    Taken(&'static str),
    /// The record was there and has ended; only an operator lets it begin anew.
    #[error("the record has ended")]
    Ended,
    /// Too many others change the record at the same moment; the caller may try again later.
    #[error("the record kept changing")]
    Contended,
    /// The outside world did not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// The change may have been written, or not: the store did not answer in time.
    #[error(transparent)]
    Unknown(#[from] UnknownOutcome),
}

impl From<WriteError> for Refusal {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Taken(field) => Self::Taken(field),
            WriteError::Missing(field) => Self::dangling(field, "does not exist"),
            WriteError::Ended => Self::Ended,
            WriteError::Repeated | WriteError::Contended => Self::Contended,
            WriteError::Unavailable(error) => Self::Unavailable(error),
            WriteError::Unknown(error) => Self::Unknown(error),
        }
    }
}

impl Refusal {
    /// One field that names something which does not exist.
    pub fn dangling(field: &str, problem: impl Into<String>) -> Self {
        Self::Invalid(vec![Violation::new(field, problem).of_rule("reference")])
    }

    /// One broken field.
    pub fn invalid(field: &str, problem: impl Into<String>) -> Self {
        Self::Invalid(vec![Violation::new(field, problem)])
    }
}
