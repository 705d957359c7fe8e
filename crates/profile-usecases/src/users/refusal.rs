//! Why a story about a user ends without its effect, by what the caller can do about it.

use profile_domain::{
    Violation,
    users::{PictureFault, UserFault, policy::Rule},
};
use profile_ports::{Unavailable, UnknownOutcome};

use crate::{UploadRefused, write::WriteError};

/// A refused story. Nothing was written, except perhaps when the outcome is unknown.
#[derive(Debug, thiserror::Error)]
pub enum UserRefusal {
    /// The caller may not.
    #[error(transparent)]
    Forbidden(#[from] Rule),
    /// There is no such user within the caller's sight.
    #[error("user not found")]
    NotFound,
    /// A business or app must name the account whose side it changes.
    #[error("an account is required")]
    AccountRequired,
    /// Only a user has a profile of its own.
    #[error("a user token is required")]
    UserTokenRequired,
    /// A field breaks its rule.
    #[error("{0}")]
    Invalid(Violation),
    /// The username is reserved.
    #[error("username is reserved")]
    Reserved,
    /// The username is another user's.
    #[error("username is already taken")]
    Taken,
    /// A picture cannot be used; names the member that asks for it.
    #[error("{0}")]
    Picture(PictureFault, String),
    /// The caller has stored too much that no profile shows.
    #[error(transparent)]
    Upload(#[from] UploadRefused),
    /// The idempotency key of the request has been used meanwhile: the reply of the other one counts.
    #[error("the request was made twice")]
    Repeated,
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

impl From<WriteError> for UserRefusal {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Taken(_) => Self::Taken,
            WriteError::Missing(_) | WriteError::Ended => Self::NotFound,
            WriteError::Repeated => Self::Repeated,
            WriteError::Contended => Self::Contended,
            WriteError::Unavailable(error) => Self::Unavailable(error),
            WriteError::Unknown(error) => Self::Unknown(error),
        }
    }
}

impl From<UserFault> for UserRefusal {
    fn from(fault: UserFault) -> Self {
        match fault {
            UserFault::Field(broken) => Self::Invalid(broken),
            UserFault::Reserved => Self::Reserved,
        }
    }
}
