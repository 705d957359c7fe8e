//! Calls with an `Idempotency-Key`: what is kept of the first one, and how its answer is made again (operator API page,
//! section 3).
//!
//! What is kept names the record and the version that the call has led to, and no value: a version never changes, so the answer
//! is made again from the log, byte for byte.

use chrono::{DateTime, Utc};
use profile_domain::change::RecordKind;
use profile_ports::{IdempotencyKey, KeyedResponse, LogEntry, ResponseSubject, StoredResponse, Unavailable};
use serde_json::{Value as Json, json};

use super::{
    OperatorRefusal, RecordName, RecordView,
    get_state::{folded, recovered},
};
use crate::Ports;

/// A call with an idempotency key.
#[derive(Debug, Clone)]
pub struct KeyedCall {
    /// Who calls through which door, and the key.
    pub key: IdempotencyKey,
    /// Tells calls apart that use the same key.
    pub fingerprint: String,
}

/// What an earlier call with the same key has led to.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// A version of a record, and whether the call made the record.
    Record(Box<RecordView>, bool),
    /// Something else, as its story has kept it.
    Other(Json),
}

impl KeyedCall {
    /// Returns what is kept of a call that has led to a version of a record.
    pub(super) fn reply(
        &self,
        name: &RecordName,
        version: i64,
        changed: &[String],
        created: bool,
        at: DateTime<Utc>,
    ) -> KeyedResponse {
        let RecordName { kind, key } = name;
        let outcome = json!({ "kind": kind.name(), "key": key, "version": version, "changed": changed });
        let kept = self.keep(if created { 201 } else { 200 }, &outcome, at);
        KeyedResponse { about: Some(ResponseSubject::Record(*kind, key.clone())), ..kept }
    }

    /// The same for a call that has changed nothing.
    pub(super) fn reply_about(&self, view: &RecordView, at: DateTime<Utc>) -> KeyedResponse {
        let name = RecordName { kind: view.kind, key: view.key.clone() };
        self.reply(&name, view.version, &[], false, at)
    }

    /// Returns what is kept of any call.
    pub(super) fn keep(&self, status: u16, outcome: &Json, at: DateTime<Utc>) -> KeyedResponse {
        KeyedResponse {
            key: self.key.clone(),
            fingerprint: self.fingerprint.clone(),
            reply: StoredResponse { status, body: outcome.to_string() },
            at,
            about: None,
        }
    }
}

/// Checks, once it is a call's turn, that no copy of it was faster.
///
/// # Errors
/// [`OperatorRefusal::Repeated`].
pub(super) async fn check_first(ports: &Ports, keyed: Option<&KeyedCall>) -> Result<(), OperatorRefusal> {
    match keyed {
        Some(keyed) if ports.store.find_response(&keyed.key).await?.is_some() => {
            Err(OperatorRefusal::Repeated)
        }
        Some(_) | None => Ok(()),
    }
}

/// Returns what an earlier call with the same key has led to.
///
/// # Errors
/// [`OperatorRefusal::IdempotencyReused`] if that was another call, [`OperatorRefusal::Ended`] if its record was erased since.
pub async fn find_replay(ports: &Ports, keyed: &KeyedCall) -> Result<Option<Outcome>, OperatorRefusal> {
    let Some(kept) = ports.store.find_response(&keyed.key).await? else { return Ok(None) };
    if kept.fingerprint != keyed.fingerprint {
        return Err(OperatorRefusal::IdempotencyReused);
    }
    let outcome: Json = serde_json::from_str(&kept.reply.body).map_err(|_| damaged())?;
    match name_of(&outcome) {
        Some((name, version)) => {
            let view = replayed(ports, &name, version, &outcome).await?;
            Ok(Some(Outcome::Record(Box::new(view), kept.reply.status == 201)))
        }
        None => Ok(Some(Outcome::Other(outcome))),
    }
}

/// Returns what is told where a kept reply is not what this service keeps.
pub(crate) fn damaged() -> Unavailable {
    Unavailable::database("a kept reply is damaged")
}

/// Reads the name of a record from the members that tell it.
pub(super) fn kind_and_key(members: &Json) -> Option<(RecordKind, String)> {
    let kind = RecordKind::from_name(members.get("kind")?.as_str()?)?;
    Some((kind, members.get("key")?.as_str()?.to_owned()))
}

fn name_of(outcome: &Json) -> Option<(RecordName, i64)> {
    let (kind, key) = kind_and_key(outcome)?;
    Some((RecordName { kind, key }, outcome.get("version")?.as_i64()?))
}

async fn replayed(
    ports: &Ports,
    name: &RecordName,
    version: i64,
    outcome: &Json,
) -> Result<RecordView, OperatorRefusal> {
    let mut changes = ports.store.changes_of(name.kind, &name.key).await?;
    changes.retain(|change| change.version <= version);
    let (Some(first), Some(last)) = (changes.first(), changes.last()) else {
        return Err(OperatorRefusal::NotFound);
    };
    if last.is_erased() {
        return Err(OperatorRefusal::Ended);
    }
    let names = outcome.get("changed").and_then(Json::as_array).into_iter().flatten();
    let changed = names.filter_map(|name| name.as_str().map(str::to_owned)).collect();
    let state = recovered(ports, name, folded(&changes)?).await?;
    let view = RecordView::of(state, LogEntry::new(first.at, last));
    Ok(RecordView { changed: Some(changed), ..view })
}
