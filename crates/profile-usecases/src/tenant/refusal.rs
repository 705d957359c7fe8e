//! Why a story about a member ends without its effect, by what the caller can do about it.

use profile_domain::{BrokenRule, tenant::policy::Rule};
use profile_ports::{Unavailable, UnknownOutcome};

use crate::write::WriteError;

/// A refused story. Nothing was written, except perhaps when the outcome is unknown.
#[derive(Debug, thiserror::Error)]
pub enum TenantRefusal {
    /// The token names nobody.
    #[error("missing or invalid token")]
    Unauthenticated,
    /// The caller may not.
    #[error(transparent)]
    Forbidden(#[from] Rule),
    /// There is no such tenant.
    #[error("there is no such tenant")]
    NoTenant,
    /// Values break their rules, or the language is unknown; all of them, in the documented order.
    #[error("members of the request break their rules")]
    Invalid {
        /// Whether the language is unknown.
        unknown_language: bool,
        /// The other ones.
        faults: Vec<BrokenRule>,
    },
    /// A new address asks for the current password.
    #[error("the current password is required")]
    PasswordRequired,
    /// It is not the password, or there is none.
    #[error("the current password is not right")]
    PasswordWrong,
    /// Too many wrong passwords.
    #[error("too many wrong passwords; try again later")]
    PasswordLocked,
    /// Too many passwords are being checked.
    #[error("too many passwords are being checked; try again later")]
    Busy,
    /// The address is another member's.
    #[error("this address is already in use")]
    EmailTaken,
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

impl From<WriteError> for TenantRefusal {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Taken(_) => Self::EmailTaken,
            // A language that has gone meanwhile; the caller may ask again.
            WriteError::Missing(_) | WriteError::Repeated | WriteError::Contended => Self::Contended,
            WriteError::Ended => Self::Unauthenticated,
            WriteError::Unavailable(error) => Self::Unavailable(error),
            WriteError::Unknown(error) => Self::Unknown(error),
        }
    }
}
