//! Why an import ends before its last row, why a row is refused, and why a file is not read.

use std::{io, path::PathBuf};

use profile_ports::Unavailable;
use profile_usecases::Refusal;

use crate::{folder::MAX_BYTES, lines::MAX_LINE};

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

/// Why a row is refused, to be read behind its line. It never repeats a value: the report may end in a log.
#[derive(Debug, thiserror::Error)]
pub enum RowError {
    /// The line is too long to be read.
    #[error("is longer than {MAX_LINE} bytes")]
    TooLong,
    /// The line is not in UTF-8.
    #[error("is not encoded in UTF-8")]
    Encoding,
    /// The line is JSON or text, and no object; its first character.
    #[error("is no JSON object: it begins with U+{:04X}", u32::from(*.0))]
    NoObject(char),
    /// The line is no JSON, or its members are not those of its kind; what is wrong.
    #[error("{0}")]
    Malformed(String),
    /// A name that the row asks for is another record's; names the field.
    #[error("{0} is taken")]
    Taken(&'static str),
    /// An earlier row asks for the same name.
    #[error("asks for a name that an earlier line gets")]
    AskedEarlier,
    /// The record that has the name waits for this row.
    #[error("asks for a name whose record cannot give it up")]
    NotGivenUp,
    /// The record that had the name has it no more.
    #[error("asks for a name that disappeared")]
    NameDisappeared,
    /// The record that has the name was not changed.
    #[error(transparent)]
    NotSetAside(Refusal),
    /// The row was imported already.
    #[error("was worked on already")]
    Repeated,
    /// The story of the row was refused.
    #[error("{}", refused(.0))]
    Refused(#[source] Refusal),
}

/// Every broken field, and the cause of an outage.
fn refused(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Invalid(broken) => broken.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
        Refusal::Unavailable(error) => format!("{error}: {}", error.source),
        other => other.to_string(),
    }
}

/// Why a file that a row names is not read, to be read behind the name of the member.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    /// The path is absolute, or leads upwards.
    #[error("must be relative to the import file, without `..`")]
    NotBeneath,
    /// The file does not exist, or may not be read.
    #[error("cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// It is a folder, a pipe or a device.
    #[error("is not a regular file")]
    NotRegular,
    /// It is a key, a file of settings or the database.
    #[error("is a secret of the service")]
    Secret,
    /// It is too large.
    #[error("is a file of more than {MAX_BYTES} bytes")]
    TooLarge,
}
