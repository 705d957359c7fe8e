//! Why an import ends before its last row.

use std::{io, path::PathBuf};

use profile_ports::Unavailable;

/// An import that could not go on; rows before the failure are imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The source cannot be opened or copied; names it.
    #[error("cannot read {0}")]
    Source(String, #[source] ReadError),
    /// The source is a folder.
    #[error("cannot read {}: it is a folder", .0.display())]
    IsFolder(PathBuf),
    /// The rows are not in UTF-8.
    #[error("the rows are encoded in UTF-16; they must be in UTF-8")]
    Encoding,
    /// The source could be opened, and a later read failed.
    #[error(transparent)]
    Read(#[from] io::Error),
    /// The files that stay secret cannot be listed.
    #[error("cannot tell which files are secret")]
    Secrets(#[source] io::Error),
    /// The store did not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// Why a source cannot be opened or copied.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The source itself.
    #[error(transparent)]
    Source(#[from] io::Error),
    /// The file to which a stream is copied.
    #[error("cannot make a temporary file")]
    TemporaryFile(#[source] io::Error),
}
