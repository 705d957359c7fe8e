//! Why an import ends before its last row, why a row is refused, and why a file is not read.

use std::{io, path::PathBuf};

use profile_ports::Unavailable;
use profile_usecases::Refusal;

use crate::{
    folder::MAX_BYTES,
    kinds::{faults_of, key_member, name_of_row, sort_faults},
    lines::MAX_LINE,
    work::Report,
};

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
    /// A JSON pointer into the row; empty for the row as a whole.
    pub pointer: String,
    /// The broken rule.
    pub rule: &'static str,
    /// The limit that is broken, if the rule has one.
    pub limit: Option<usize>,
}

impl RowFault {
    pub(crate) fn at(pointer: impl Into<String>, rule: &'static str) -> Self {
        Self { pointer: pointer.into(), rule, limit: None }
    }

    /// A member has a dot before one within an object.
    fn of(field: &str, rule: &'static str) -> Self {
        Self::at(format!("/{}", field.replace('.', "/")), rule)
    }
}

impl RowError {
    /// Returns everything that is wrong with the row; `line` is looked at where it cannot be read.
    #[must_use]
    pub(crate) fn faults(&self, line: &[u8]) -> Vec<RowFault> {
        let mut faults = match self {
            Self::TooLong => {
                vec![RowFault { limit: usize::try_from(MAX_LINE).ok(), ..RowFault::at("", "max_chars") }]
            }
            Self::Encoding => vec![RowFault::at("", "format")],
            Self::NoObject(_) => vec![RowFault::at("", "type")],
            Self::Malformed(_) => faults_of(line),
            Self::Taken(field) | Self::Refused(Refusal::Taken(field)) => {
                vec![RowFault::of(field, "taken")]
            }
            Self::AskedEarlier | Self::NotGivenUp | Self::NameDisappeared | Self::NotSetAside(_) => {
                vec![RowFault::at("", "taken")]
            }
            Self::Refused(Refusal::Invalid(broken)) => broken
                .iter()
                .map(|broken| RowFault { limit: broken.limit, ..RowFault::of(&broken.field, broken.rule) })
                .collect(),
            Self::Refused(Refusal::BadReference(field)) => vec![RowFault::of(field, "reference")],
            Self::Refused(Refusal::Ended) => {
                vec![RowFault::of(key_member(name_of_row(line).0), "value")]
            }
            Self::Repeated | Self::Refused(_) => vec![RowFault::at("", "value")],
        };
        sort_faults(&mut faults, line);
        faults
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
