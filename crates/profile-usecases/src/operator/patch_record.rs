//! An operator changes fields of a record (operator API page, section 5).

use chrono::{DateTime, Utc};
use profile_domain::{
    Editable,
    catalogue::catalogue,
    change::{Cause, RecordKind},
    field::Class,
    history::State,
};
use profile_ports::KeyedResponse;

use super::{
    Actor, KeyedCall, OperatorRefusal, Precondition, RecordName, RecordView,
    apply::{apply, changed},
    get_record::absence,
    kinds::{Writing, records, state_of},
    named::Step,
    precondition::as_held,
    prepare::prepare,
    replay::check_first,
};
use crate::{
    Ports,
    write::{Next, Written},
};

/// A patch as it is decided, and what its last decision came to.
pub(super) struct Edit<'a> {
    pub(super) actor: &'a Actor,
    pub(super) name: &'a RecordName,
    pub(super) steps: Vec<Step>,
    pub(super) precondition: &'a Precondition,
    pub(super) keyed: Option<&'a KeyedCall>,
    pub(super) outcome: Decided,
}

/// What the last decision of a write came to.
#[derive(Default)]
pub(super) struct Decided {
    /// When the record was made.
    pub(super) begun: Option<DateTime<Utc>>,
    /// The cause of the last change before a write that changes nothing.
    last_cause: Option<Cause>,
    /// The fields that differ.
    pub(super) changed: Vec<String>,
}

/// Changes fields of a record.
///
/// # Errors
/// [`OperatorRefusal`].
pub async fn patch_record(
    ports: &Ports,
    actor: &Actor,
    name: &RecordName,
    steps: Vec<Step>,
    precondition: &Precondition,
    cause: Cause,
    keyed: Option<&KeyedCall>,
) -> Result<RecordView, OperatorRefusal> {
    let steps = prepare(ports, name.kind, steps).await?.steps;
    let edit = Edit { actor, name, steps, precondition, keyed, outcome: Decided::default() };
    let view = records(name.kind).write(ports, &name.key, cause, Writing::Edit(edit)).await?;
    keep_unchanged(ports, keyed, &view).await?;
    Ok(view)
}

/// Returns the sensitive fields that a patch names, which always count as changed.
fn sensitive_of(steps: &[Step]) -> Vec<String> {
    let name = |step: &Step| match step {
        Step::Set(entry, _) if entry.field.class == Class::Sensitive => Some(entry.name.clone()),
        _ => None,
    };
    steps.iter().filter_map(name).collect()
}

fn in_catalogue_order(kind: RecordKind, changed: &[String], forced: &[String]) -> Vec<String> {
    let is_changed = |name: &&String| changed.contains(name) || forced.contains(name);
    catalogue(kind).iter().map(|entry| &entry.name).filter(is_changed).cloned().collect()
}

/// Keeps the reply to a write that wrote nothing.
pub(super) async fn keep_unchanged(
    ports: &Ports,
    keyed: Option<&KeyedCall>,
    view: &RecordView,
) -> Result<(), OperatorRefusal> {
    if let Some(keyed) = keyed
        && view.changed.as_ref().is_some_and(Vec::is_empty)
    {
        let is_first = ports.store.store_response(&keyed.reply_about(view, ports.clock.now())).await?;
        if !is_first {
            return Err(OperatorRefusal::Repeated);
        }
    }
    Ok(())
}

impl Edit<'_> {
    pub(super) async fn decide<T: Editable>(
        &mut self,
        ports: &Ports,
        current: Option<&T>,
    ) -> Result<Next<T>, OperatorRefusal> {
        check_first(ports, self.keyed).await?;
        let RecordName { kind, key } = self.name;
        let Some(current) = current else { return Err(absence(ports, *kind, key).await) };
        self.check_precondition(ports, current).await?;
        let (next, fresh_key) = apply(ports, current.clone(), Some(current), &self.steps).await?;
        let forced = sensitive_of(&self.steps);
        let changed = in_catalogue_order(*kind, &changed(Some(current), &next), &forced);
        let reply =
            self.outcome.come_to(ports, self.name, self.keyed, current.version() + 1, changed).await?;
        Ok(Next::from(next)
            .with_named(Some(current))
            .with_key(fresh_key)
            .with_chosen(&["person_key"])
            .with_forced(forced)
            .with_reply(reply))
    }

    async fn check_precondition<T: Editable>(
        &self,
        ports: &Ports,
        current: &T,
    ) -> Result<(), OperatorRefusal> {
        let wanted = match self.precondition {
            // Most patches presume nothing, and need no state to be made for that.
            Precondition::None => return Ok(()),
            Precondition::Base(_) => as_held(current, &self.steps),
            Precondition::IfMatch(_) => Vec::new(),
        };
        self.precondition.check(ports, self.actor, self.name, &State::of(current), &wanted).await
    }

    pub(super) fn view<T: Editable>(&self, written: &Written<T>, cause: Cause) -> RecordView {
        self.outcome.view(self.name, written, cause)
    }
}

impl Decided {
    /// Notes what a change to `version` comes to; returns the reply to be kept.
    pub(super) async fn come_to(
        &mut self,
        ports: &Ports,
        name: &RecordName,
        keyed: Option<&KeyedCall>,
        version: i64,
        changed: Vec<String>,
    ) -> Result<Option<KeyedResponse>, OperatorRefusal> {
        if changed.is_empty() {
            let last = ports.store.find_entry(name.kind, &name.key).await?;
            (self.begun, self.last_cause) = last.map(|last| (last.begun, last.cause)).unzip();
        } else {
            self.begun = ports.store.find_begin(name.kind, &name.key).await?;
        }
        self.changed = changed;
        Ok(keyed.map(|keyed| keyed.reply(name, version, &self.changed, false, ports.clock.now())))
    }

    /// Returns the record as the write has left it.
    pub(super) fn view<T: Editable>(
        &self,
        name: &RecordName,
        written: &Written<T>,
        cause: Cause,
    ) -> RecordView {
        let state = state_of(written);
        let at: DateTime<Utc> = written.saved.head.at;
        RecordView {
            kind: name.kind,
            key: name.key.clone(),
            person: state.person,
            version: state.version,
            created_at: self.begun.unwrap_or(at),
            updated_at: at,
            cause: self.last_cause.clone().filter(|_| !written.is_changed).unwrap_or(cause),
            values: state.fields,
            revealed: None,
            changed: Some(if written.is_changed { self.changed.clone() } else { Vec::new() }),
            provenance: None,
            ended: false,
        }
    }
}
