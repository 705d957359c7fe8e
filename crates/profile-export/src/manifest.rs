//! `manifest.json`: what an archive is of, and what is in it (operator API page, section 11).

use profile_domain::change::{Digest, RecordKind, moment};
use profile_usecases::operator::ExportHead;
use serde::{Serialize, Serializer};

/// Of which record a medium is.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Of {
    #[serde(serialize_with = "name")]
    pub(crate) kind: RecordKind,
    pub(crate) key: String,
    pub(crate) field: &'static str,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes what it writes by reference")]
fn name<S: Serializer>(kind: &RecordKind, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(kind.name())
}

/// A member of the archive.
#[derive(Debug, Serialize)]
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) bytes: u64,
    #[serde(serialize_with = "hexadecimal")]
    pub(crate) sha256: Digest,
    /// The record of a medium.
    pub(crate) of: Option<Of>,
}

fn hexadecimal<S: Serializer>(digest: &Digest, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(digest)
}

#[derive(Serialize)]
struct Manifest<'a> {
    person: Option<String>,
    at: String,
    by: &'a str,
    reason: Option<&'a str>,
    position: Option<String>,
    files: &'a [File],
}

/// Returns the manifest of an export with these members.
pub(crate) fn manifest(head: &ExportHead, files: &[File]) -> Result<Vec<u8>, serde_json::Error> {
    let ExportHead { person, at, by, reason, position } = head;
    serde_json::to_vec(&Manifest {
        person: person.map(|person| person.0.to_string()),
        at: moment(*at),
        by,
        reason: reason.as_ref().map(profile_domain::Text::as_str),
        position: position.map(|position| position.to_string()),
        files,
    })
}
