//! Why an export ends early.

use std::io;

use profile_ports::Unavailable;
use zip::result::ZipError;

/// An export that could not be finished; what was written is no archive.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The database, media or a master key did not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// The archive cannot be written.
    #[error("cannot write the archive")]
    Write(#[from] io::Error),
    /// The archive cannot be made.
    #[error("cannot make the archive")]
    Zip(#[source] ZipError),
    /// Whoever asked for the export does not wait for it any more.
    #[error("the export was stopped")]
    Stopped,
}

impl From<ZipError> for ExportError {
    fn from(error: ZipError) -> Self {
        match error {
            ZipError::Io(error) => Self::Write(error),
            other => Self::Zip(other),
        }
    }
}
