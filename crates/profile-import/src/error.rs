//! Why an import ends before its last row, why a row is refused, and why a file is not read.

use std::{io, path::PathBuf};

use profile_ports::Unavailable;
use profile_usecases::Refusal;

use crate::{folder::MAX_BYTES, lines::MAX_LINE, work::Report};

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
    /// Whoever asked for the import does not wait for it any more; how it went so far.
    #[error("the import was stopped")]
    Stopped(Report),
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

/// What is wrong with a row, as the operator API reports it (operator API page, section 13).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFault {
    /// The member of the row, with a dot before one within an object; empty for the row as a whole.
    pub field: String,
    /// The broken rule.
    pub rule: &'static str,
    /// The limit that is broken, if the rule has one.
    pub limit: Option<usize>,
}

impl RowFault {
    fn new(field: impl Into<String>, rule: &'static str) -> Self {
        Self { field: field.into(), rule, limit: None }
    }
}

impl RowError {
    /// Returns everything that is wrong with the row.
    #[must_use]
    pub fn faults(&self) -> Vec<RowFault> {
        match self {
            Self::TooLong => vec![RowFault::new("", "max_chars")],
            Self::Encoding => vec![RowFault::new("", "format")],
            Self::NoObject(_) => vec![RowFault::new("", "type")],
            Self::Malformed(reason) => vec![of_reason(reason)],
            Self::Taken(field) | Self::Refused(Refusal::Taken(field)) => {
                vec![RowFault::new(*field, "taken")]
            }
            Self::AskedEarlier | Self::NotGivenUp | Self::NameDisappeared | Self::NotSetAside(_) => {
                vec![RowFault::new("", "taken")]
            }
            Self::Refused(Refusal::Invalid(broken)) => broken
                .iter()
                .map(|broken| RowFault { limit: broken.limit, ..RowFault::new(&broken.field, broken.rule) })
                .collect(),
            Self::Refused(Refusal::BadReference(field)) => vec![RowFault::new(*field, "reference")],
            Self::Repeated | Self::Refused(_) => vec![RowFault::new("", "value")],
        }
    }
}

/// What the parser says is wrong, which names the member where it is one.
fn of_reason(reason: &str) -> RowFault {
    let named = |prefix: &str| reason.strip_prefix(prefix)?.split('`').next().map(str::to_owned);
    if let Some(field) = named("unknown field `") {
        RowFault::new(field, "unknown")
    } else if let Some(field) = named("missing field `") {
        RowFault::new(field, "required")
    } else if named("unknown variant `").is_some() {
        RowFault::new("kind", "value")
    } else if reason.starts_with("invalid type") {
        RowFault::new("", "type")
    } else {
        RowFault::new("", "format")
    }
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
    /// The rows came without files.
    #[error("cannot be given here: send the bytes as base64")]
    NoFolder,
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
