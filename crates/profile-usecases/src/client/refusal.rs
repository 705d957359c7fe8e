//! Why a story about a client ends without its effect, by what the caller can do about it.

use profile_domain::client::policy::Rule;
use profile_ports::{ImageFault, Unavailable, UnknownOutcome};

use crate::{UploadRefused, write::WriteError};

/// A refused story. Nothing was written, except perhaps when the outcome is unknown.
#[derive(Debug, thiserror::Error)]
pub enum ClientRefusal {
    /// The caller may not.
    #[error(transparent)]
    Forbidden(#[from] Rule),
    /// There is no such record yet; names it.
    #[error("No {0} exists yet.")]
    NotFound(&'static str),
    /// There is such a record already; names it with its article.
    #[error("{0} already exists.")]
    Exists(&'static str),
    /// The bytes are no picture.
    #[error("the file is not a JPEG or PNG image")]
    NoPicture,
    /// The picture has too many pixels, or takes too much memory to be read.
    #[error(transparent)]
    LargePicture(ImageFault),
    /// There is no place for an upload now.
    #[error(transparent)]
    Upload(#[from] UploadRefused),
    /// Too many others change the client at the same moment; the caller may try again later.
    #[error("the client kept changing")]
    Contended,
    /// The outside world did not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// The change may have been written, or not: the store did not answer in time.
    #[error(transparent)]
    Unknown(#[from] UnknownOutcome),
}

impl From<WriteError> for ClientRefusal {
    fn from(error: WriteError) -> Self {
        match error {
            // A fresh number or person that another record has; the caller may ask again.
            WriteError::Taken(_) | WriteError::Missing(_) | WriteError::Repeated | WriteError::Contended => {
                Self::Contended
            }
            WriteError::Ended => Self::Forbidden(Rule::Closed),
            WriteError::Unavailable(error) => Self::Unavailable(error),
            WriteError::Unknown(error) => Self::Unknown(error),
        }
    }
}
