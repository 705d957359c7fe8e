//! Receipts of erasures: what was taken, what was left and why, signed for whoever asks years later (operator API page,
//! section 11).

use profile_domain::{
    change::{RecordKind, moment},
    operator::Erasure,
};
use profile_ports::{Signer, Unavailable};
use serde::Serialize;
use serde_json::Value as Json;

/// The type in the header of a receipt's signature.
pub const RECEIPT_TYPE: &str = "profile-receipt";

#[derive(Serialize)]
struct Receipt<'a> {
    #[serde(rename = "receipt")]
    id: String,
    person: String,
    at: String,
    by: &'a str,
    reason: &'a str,
    records: Vec<Ended<'a>>,
    changes: i64,
    media: i64,
    held: Vec<Held<'a>>,
    kept: Vec<Kept>,
}

#[derive(Serialize)]
struct Ended<'a> {
    kind: &'static str,
    key: &'a str,
    version: i64,
}

#[derive(Serialize)]
struct Held<'a> {
    kind: &'static str,
    key: &'a str,
}

/// What every erasure leaves.
#[derive(Serialize)]
struct Kept {
    what: &'static str,
    why: &'static str,
}

const LOG: Kept = Kept {
    what: "keys, versions, times, actors, request ids, the person's id, commitments and digests in the log",
    why: "so that the log stays verifiable",
};
const ACCOUNTABILITY: Kept =
    Kept { what: "accesses and receipts, with their reasons", why: "accountability" };
const BACKUPS: Kept = Kept { what: "backups", why: "until they expire" };
const HELD: Kept =
    Kept { what: "the records that are held, the wrapped key and the alias", why: "a hold is in force" };

impl<'a> Receipt<'a> {
    fn of(erasure: &'a Erasure) -> Self {
        let Erasure { id, person, at, by, reason, records, changes, media, held, .. } = erasure;
        let mut kept = vec![LOG, ACCOUNTABILITY, BACKUPS];
        if !held.is_empty() {
            kept.push(HELD);
        }
        let place = |kind: RecordKind| RecordKind::ALL.iter().position(|known| *known == kind);
        let mut records: Vec<_> = records.iter().collect();
        records.sort_by_key(|(kind, key, version)| (place(*kind), key, *version));
        let ended = |(kind, key, version): &'a (RecordKind, String, i64)| Ended {
            kind: kind.name(),
            key,
            version: *version,
        };
        let named = |(kind, key): &'a (RecordKind, String)| Held { kind: kind.name(), key };
        Self {
            id: id.to_string(),
            person: person.0.to_string(),
            at: moment(*at),
            by,
            reason: reason.as_str(),
            records: records.into_iter().map(ended).collect(),
            changes: *changes,
            media: *media,
            held: held.iter().map(named).collect(),
            kept,
        }
    }

    fn text(&self) -> Result<String, Unavailable> {
        serde_json::to_string(self).map_err(Unavailable::database)
    }
}

/// Returns the receipt of an erasure with its signature, which is over the text without it.
///
/// # Errors
/// There is no key to sign with.
pub(super) fn signed(erasure: &Erasure, signer: &dyn Signer) -> Result<String, Unavailable> {
    let text = Receipt::of(erasure).text()?;
    let jws = signer.sign(RECEIPT_TYPE, text.as_bytes())?;
    Ok(with(&text, &format!(",\"jws\":{}", Json::from(jws))))
}

/// Returns the receipt that an erasure would get, as a dry run shows it: nothing is signed.
///
/// # Errors
/// [`Unavailable`].
pub(super) fn preview(erasure: &Erasure) -> Result<String, Unavailable> {
    Ok(with(&Receipt::of(erasure).text()?, ",\"jws\":null,\"dry_run\":true"))
}

/// Returns a receipt as a dry run shows it.
#[must_use]
pub(super) fn without_signature(receipt: &str) -> String {
    let signed = receipt.rsplit_once(",\"jws\":").map_or(receipt, |(members, _)| members);
    format!("{signed},\"jws\":null,\"dry_run\":true}}")
}

/// Puts members behind the last one of an object.
fn with(object: &str, members: &str) -> String {
    format!("{}{members}}}", object.strip_suffix('}').unwrap_or(object))
}
