//! Why a call of an operator ends without its effect.

use profile_domain::{
    Reference,
    catalogue::{Entry, Flaw},
    change::Value,
    operator::Rule,
    rule::Fault,
};
use profile_ports::{Unavailable, UnknownOutcome};

use crate::write::WriteError;

/// Where in a request a fault is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In the body, as a JSON pointer.
    Pointer(String),
    /// In the query; `key` is the one in the path.
    Parameter(String),
    /// Among the headers.
    Header(&'static str),
}

/// One fault of a request (operator API page, section 4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Where it is.
    pub place: Place,
    /// The broken rule: `unknown`, `required`, `type`, …
    pub rule: &'static str,
    /// The limit that is broken, if the rule has one.
    pub limit: Option<usize>,
}

/// A field that somebody else has written (operator API page, section 4).
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    /// The field.
    pub field: String,
    /// The version that set it last.
    pub since: i64,
    /// Who made that.
    pub by: String,
    /// What it is now; null where the caller may not read it.
    pub now: Value,
}

/// A refused call. Nothing was written, except perhaps when the outcome is unknown.
#[derive(Debug, thiserror::Error)]
pub enum OperatorRefusal {
    /// The role may not; fields by their pointers.
    #[error("{0} denies it")]
    Forbidden(Rule, Vec<(String, Rule)>),
    /// Values break their rules; every broken one is named.
    #[error("the request is not valid")]
    Invalid(Vec<FieldError>),
    /// There is no such record, version, person or key.
    #[error("not found")]
    NotFound,
    /// The record was there and has ended.
    #[error("the record has ended")]
    Ended,
    /// The record is at another version than `If-Match` names.
    #[error("the precondition failed")]
    PreconditionFailed {
        /// What was written since the greatest version that was named.
        conflicts: Vec<Conflict>,
        /// Whether a tag was weak, which a proxy may have made of it.
        is_weak: bool,
    },
    /// The record is there, and must not be.
    #[error("the record exists")]
    Exists,
    /// Others have written the same fields since.
    #[error("others have written the same fields")]
    Conflict(Vec<Conflict>),
    /// A value that must be unique belongs to another record.
    #[error("a value is taken")]
    Taken(Vec<FieldError>),
    /// The key was another person's record, or an erased one.
    #[error("the key was given before")]
    KeyEnded,
    /// A hold keeps the record.
    #[error("the record is held")]
    Held,
    /// Other records need this one.
    #[error("other records name this one")]
    Referenced,
    /// The version cannot be restored.
    #[error("the version cannot be restored")]
    NotRevertible(Vec<Conflict>),
    /// The idempotency key belongs to another request.
    #[error("the idempotency key belongs to another request")]
    IdempotencyReused,
    /// A copy of the call was faster; its answer is kept.
    #[error("the call was carried out by a copy of it")]
    Repeated,
    /// Too many others write the record at the same moment.
    #[error("the record kept changing")]
    Contended,
    /// The settings say that nothing is delivered.
    #[error("deliveries are switched off (PROFILE_DELIVERY)")]
    DeliveryOff,
    /// The outside world did not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// The change may have been written, or not.
    #[error(transparent)]
    Unknown(#[from] UnknownOutcome),
}

impl FieldError {
    /// Returns the fault of a member of the body.
    pub fn at(pointer: impl Into<String>, rule: &'static str) -> Self {
        Self { place: Place::Pointer(pointer.into()), rule, limit: None }
    }

    /// Returns the fault of a parameter.
    pub fn parameter(name: impl Into<String>, rule: &'static str) -> Self {
        Self { place: Place::Parameter(name.into()), rule, limit: None }
    }

    /// Returns the fault of a header.
    #[must_use]
    pub const fn header(name: &'static str, rule: &'static str) -> Self {
        Self { place: Place::Header(name), rule, limit: None }
    }

    /// Returns the fault of a field that is called by its name in a commit.
    pub(super) fn of_field(name: &str, rule: &'static str) -> Self {
        Self::at(pointer_of(name), rule)
    }

    /// Returns the fault of a field's value, which stands at `pointer`.
    pub(super) fn of_flaw(entry: &Entry, pointer: &str, flaw: &Flaw) -> Self {
        let rule = flaw.fault.rule();
        let limit = match flaw.fault {
            Fault::TooLong => entry.field.max_chars(),
            _ if rule == "min_chars" => Some(1),
            _ => None,
        };
        Self { place: Place::Pointer(format!("{pointer}{}", flaw.at)), rule, limit }
    }
}

/// Returns the JSON pointer of a field in `fields`.
pub(super) fn pointer_of(name: &str) -> String {
    format!("/fields/{}", name.replace('.', "/"))
}

impl From<WriteError> for OperatorRefusal {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Taken(field) => Self::Taken(vec![FieldError::of_field(field, "taken")]),
            WriteError::Missing(Reference::KEY) => {
                Self::Invalid(vec![FieldError::parameter(Reference::KEY, "reference")])
            }
            WriteError::Missing(field) => Self::Invalid(vec![FieldError::of_field(field, "reference")]),
            WriteError::Ended => Self::KeyEnded,
            WriteError::Repeated => Self::Repeated,
            WriteError::Contended => Self::Contended,
            WriteError::Unavailable(error) => Self::Unavailable(error),
            WriteError::Unknown(error) => Self::Unknown(error),
        }
    }
}
