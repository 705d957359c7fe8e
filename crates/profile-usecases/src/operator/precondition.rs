//! What a write presumes of the stored record, decided inside the commit (operator API page, section 3).

use std::collections::BTreeMap;

use chrono::DateTime;
use profile_domain::{
    Editable, Input,
    catalogue::{Entry, catalogue, find},
    change::{ChangeRecord, Value},
    field::Class,
    history::State,
    operator::policy,
};
use profile_ports::Page;

use serde_json::{Map, Value as Json};

use super::{Actor, Conflict, FieldError, OperatorRefusal, RecordName, apply::merged, named::Step};
use crate::Ports;

/// Changes that are read at once.
const PAGE: u32 = 500;

/// The versions that `If-Match` names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IfMatch {
    /// `*`: any version.
    Any,
    /// One of these; a tag that is weak, or no number, names none.
    Versions {
        /// The versions.
        versions: Vec<i64>,
        /// Whether a tag is weak.
        is_weak: bool,
    },
}

/// What a write presumes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Precondition {
    /// Nothing: it applies to what is now.
    None,
    /// The record is at one of these versions.
    IfMatch(IfMatch),
    /// Nobody else has written the same fields since this version.
    Base(i64),
}

impl Precondition {
    /// Checks the record, which stands at `now`, against what is presumed; `steps` are those of a patch.
    pub(super) async fn check(
        &self,
        ports: &Ports,
        actor: &Actor,
        name: &RecordName,
        now: &State,
        steps: &[Step],
    ) -> Result<(), OperatorRefusal> {
        match self {
            Self::None | Self::IfMatch(IfMatch::Any) => Ok(()),
            Self::IfMatch(IfMatch::Versions { versions, .. }) if versions.contains(&now.version) => Ok(()),
            Self::IfMatch(IfMatch::Versions { versions, is_weak }) => {
                let since = match versions.iter().max() {
                    Some(greatest) if *greatest < now.version => {
                        changes_since(ports, name, *greatest).await?
                    }
                    _ => Vec::new(),
                };
                let conflicts = conflicts(actor, name, now, &since);
                Err(OperatorRefusal::PreconditionFailed { conflicts, is_weak: *is_weak })
            }
            Self::Base(base) if *base < 1 || *base > now.version => {
                Err(OperatorRefusal::Invalid(vec![FieldError::parameter("base_version", "value")]))
            }
            Self::Base(base) => {
                let since = changes_since(ports, name, *base).await?;
                let mut conflicts = conflicts(actor, name, now, &since);
                conflicts.retain(|conflict| is_contested(&conflict.field, now, &since, steps));
                if conflicts.is_empty() { Ok(()) } else { Err(OperatorRefusal::Conflict(conflicts)) }
            }
        }
    }
}

/// Returns the changes of a record after a version, newest first.
pub(super) async fn changes_since(
    ports: &Ports,
    name: &RecordName,
    version: i64,
) -> Result<Vec<ChangeRecord>, OperatorRefusal> {
    let mut since: Vec<ChangeRecord> = Vec::new();
    loop {
        let before = since.last().map(|last| last.version);
        let page = ports.store.record_changes(name.record(), Page { after: before, limit: PAGE }).await?;
        let is_last = page.len() < PAGE as usize || page.last().is_some_and(|last| last.version <= version);
        since.extend(page.into_iter().filter(|change| change.version > version));
        if is_last {
            return Ok(since);
        }
    }
}

/// Returns the fields that `since` has set, in catalogue order, each with the newest change that did.
pub(super) fn conflicts(
    actor: &Actor,
    name: &RecordName,
    now: &State,
    since: &[ChangeRecord],
) -> Vec<Conflict> {
    let mut newest: BTreeMap<&str, &ChangeRecord> = BTreeMap::new();
    for change in since.iter().rev() {
        newest.extend(change.fields.iter().map(|field| (field.field.as_str(), change)));
    }
    let conflict = |entry: &Entry| {
        let change = newest.get(entry.name.as_str())?;
        let is_read = policy::check_read(actor.role, entry, false).is_ok();
        let value = now.fields.get(&entry.name).filter(|_| is_read).cloned();
        Some(Conflict {
            field: entry.name.clone(),
            since: change.version,
            by: change.cause.actor.clone(),
            now: value.unwrap_or(Value::Null),
        })
    };
    catalogue(name.kind).iter().filter_map(conflict).collect()
}

/// Returns what an object becomes by the members of a patch; `None` if that is no value of the field.
fn merged_value(entry: &Entry, stored: &Value, members: &Map<String, Json>) -> Option<Value> {
    // A moment within the object is not given by the time.
    entry.read(&merged(stored, members), DateTime::UNIX_EPOCH).ok()
}

/// Returns the steps of a patch with each value as the record would hold it: an address that differs in the case of its letters
/// alone, say, is the stored one.
pub(super) fn as_held<T: Editable>(record: &T, steps: &[Step]) -> Vec<Step> {
    let held = |step: &Step| {
        let Step::Set(entry, value) = step else { return None };
        let mut next = record.clone();
        // What a record does not take like that, such as a value to be sealed, is judged as it was sent.
        next.set(&entry.name, Input::Value(value.clone())).ok()?;
        let held = State::of(&next).fields.remove(&entry.name).unwrap_or(Value::Null);
        Some(Step::Set(entry, held))
    };
    steps.iter().map(|step| held(step).unwrap_or_else(|| step.clone())).collect()
}

/// Whether a step of a patch writes a field that others have set to something that is neither what it was nor what is wanted.
fn is_contested(field: &str, now: &State, since: &[ChangeRecord], steps: &[Step]) -> bool {
    let is_sensitive = since
        .first()
        .and_then(|change| find(change.kind, field))
        .is_some_and(|entry| entry.field.class == Class::Sensitive);
    let value = now.fields.get(field).unwrap_or(&Value::Null);
    let wanted = steps.iter().find_map(|step| match step {
        Step::Set(entry, wanted) if entry.name == field => Some(Some(wanted.clone())),
        Step::Merge(entry, members) if entry.name == field => Some(merged_value(entry, value, members)),
        Step::Remove(part) if field.strip_prefix(part.name).is_some_and(|rest| rest.starts_with('.')) => {
            Some(Some(Value::Null))
        }
        _ => None,
    });
    let Some(wanted) = wanted else { return false };
    // The oldest change since then tells what the field was.
    let change_of = |change: &ChangeRecord| change.fields.iter().find(|of| of.field == field).cloned();
    let was = since.iter().rev().find_map(change_of).map(|change| change.old);
    is_sensitive || (was.as_ref() != Some(value) && wanted.as_ref() != Some(value))
}
