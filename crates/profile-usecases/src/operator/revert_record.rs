//! An operator takes a record back to an earlier version (operator API page, section 7).

use profile_domain::{
    Editable, Input,
    catalogue::{Entry, catalogue, parts},
    change::{Cause, RecordKind, Value},
    field::{Class, Write},
    history::State,
    operator::{Rule, policy},
};
use profile_ports::change_log::encode_value;

use super::{
    Actor, FieldError, KeyedCall, OperatorRefusal, Precondition, RecordName, RecordView,
    apply::{apply, changed},
    get_record::absence,
    get_state::{folded, recovered},
    kinds::{Writing, records},
    named::Step,
    patch_record::{Decided, keep_unchanged},
    precondition::{changes_since, conflicts},
    refusal::pointer_of,
    replay::check_first,
};
use crate::{
    Ports,
    write::{Next, Written},
};

/// A restoration as it is decided.
pub(super) struct Restoration<'a> {
    actor: &'a Actor,
    name: &'a RecordName,
    to: i64,
    precondition: &'a Precondition,
    keyed: Option<&'a KeyedCall>,
    outcome: Decided,
}

/// Makes a version whose writable fields are those of the version `to`.
///
/// # Errors
/// [`OperatorRefusal`].
pub async fn revert_record(
    ports: &Ports,
    actor: &Actor,
    name: &RecordName,
    to: i64,
    precondition: &Precondition,
    cause: Cause,
    keyed: Option<&KeyedCall>,
) -> Result<RecordView, OperatorRefusal> {
    let outcome = Decided::default();
    let restoration = Restoration { actor, name, to, precondition, keyed, outcome };
    let writing = Writing::Restoration(restoration);
    let view = records(name.kind).write(ports, &name.key, cause, writing).await?;
    keep_unchanged(ports, keyed, &view).await?;
    Ok(view)
}

impl Restoration<'_> {
    pub(super) async fn decide<T: Editable>(
        &mut self,
        ports: &Ports,
        current: Option<&T>,
    ) -> Result<Next<T>, OperatorRefusal> {
        check_first(ports, self.keyed).await?;
        let RecordName { kind, key } = self.name;
        let Some(current) = current else { return Err(absence(ports, *kind, key).await) };
        let now = State::of(current);
        self.precondition.check(ports, self.actor, self.name, &now, &[]).await?;
        let then = self.target(ports, now.version).await?;
        let steps = self.steps::<T>(ports, &now, &then).await?;
        let (next, fresh_key) =
            apply(ports, without_parts(current, &now, &then), Some(current), &steps).await?;
        let changed = changed(Some(current), &next);
        let reply = self.outcome.come_to(ports, self.name, self.keyed, now.version + 1, changed).await?;
        Ok(Next::from(next).with_named(Some(current)).with_key(fresh_key).with_reply(reply))
    }

    /// Returns the state to go back to.
    async fn target(&self, ports: &Ports, current: i64) -> Result<State, OperatorRefusal> {
        let absent = || OperatorRefusal::Invalid(vec![FieldError::at("/to_version", "value")]);
        if self.to < 1 || self.to > current {
            return Err(absent());
        }
        let mut changes = ports.store.changes_of(self.name.kind, &self.name.key).await?;
        changes.retain(|change| change.version <= self.to);
        let state = recovered(ports, self.name, folded(&changes)?).await?;
        if state.version != self.to || state.ended { Err(absent()) } else { Ok(state) }
    }

    /// Returns what leads from `now` to `then`.
    async fn steps<T: Editable>(
        &self,
        ports: &Ports,
        now: &State,
        then: &State,
    ) -> Result<Vec<Step>, OperatorRefusal> {
        let kind = self.name.kind;
        let since = changes_since(ports, self.name, self.to).await?;
        let is_set_since =
            |name: &str| since.iter().any(|change| change.fields.iter().any(|field| field.field == name));
        let is_writable =
            |entry: &&Entry| !entry.is_input && matches!(entry.field.write, Write::Free | Write::Grant);
        let differs = |entry: &Entry| now.fields.get(&entry.name) != then.fields.get(&entry.name);
        let writable = || catalogue(kind).iter().filter(is_writable);
        let differing: Vec<&'static Entry> = writable().filter(|entry| differs(entry)).collect();
        let denied: Vec<(String, Rule)> = differing
            .iter()
            .filter_map(|entry| {
                let rule = policy::check_write(self.actor.role, kind, entry, false).err()?;
                Some((pointer_of(&entry.name), rule))
            })
            .collect();
        if let Some((_, first)) = denied.first() {
            return Err(OperatorRefusal::Forbidden(*first, denied));
        }
        let is_hidden = |entry: &Entry| entry.field.class == Class::Sensitive || entry.field.write_only;
        // One that was set to the same value again counts, too: nobody learns it by trying.
        let is_lost = |entry: &&Entry| {
            (is_hidden(entry) && is_set_since(&entry.name))
                || (differs(entry) && matches!(then.fields.get(&entry.name), Some(Value::Redacted(_))))
        };
        let lost: Vec<&str> = writable().filter(is_lost).map(|entry| entry.name.as_str()).collect();
        if !lost.is_empty() {
            let mut conflicts = conflicts(self.actor, self.name, now, &since);
            conflicts.retain(|conflict| lost.contains(&conflict.field.as_str()));
            return Err(OperatorRefusal::NotRevertible(conflicts));
        }
        let moment = ports.clock.now();
        let (mut steps, mut faults) = (Vec::new(), Vec::new());
        // A time that moves by itself is set to what it was, too.
        let is_set = |entry: &&Entry| differs(entry) || T::MOVED.contains(&entry.name.as_str());
        for entry in writable().filter(is_set).filter(|entry| !is_in_absent_part(kind, entry, then)) {
            match then.fields.get(&entry.name) {
                None => steps.push(Step::Set(entry, Value::Null)),
                // By the rules of today.
                Some(value) => match entry.read(&encode_value(value), moment) {
                    Ok(value) => steps.push(Step::Set(entry, value)),
                    Err(flaws) => faults.extend(
                        flaws.iter().map(|flaw| FieldError::of_flaw(entry, &pointer_of(&entry.name), flaw)),
                    ),
                },
            }
        }
        if faults.is_empty() { Ok(steps) } else { Err(OperatorRefusal::Invalid(faults)) }
    }

    pub(super) fn view<T: Editable>(&self, written: &Written<T>, cause: Cause) -> RecordView {
        self.outcome.view(self.name, written, cause)
    }
}

/// Returns the record without the parts that the earlier state did not have.
fn without_parts<T: Editable>(current: &T, now: &State, then: &State) -> T {
    let mut next = current.clone();
    for part in parts(T::KIND).iter().filter(|part| part.nullable) {
        if has_part(now, part.name) && !has_part(then, part.name) {
            // A part that may be absent can be removed.
            next.set(part.name, Input::Value(Value::Null)).ok();
        }
    }
    next
}

fn has_part(state: &State, part: &str) -> bool {
    state.fields.keys().any(|name| name.strip_prefix(part).is_some_and(|rest| rest.starts_with('.')))
}

fn is_in_absent_part(kind: RecordKind, entry: &Entry, then: &State) -> bool {
    let mut nullable = parts(kind).iter().filter(|part| part.nullable);
    nullable.any(|part| {
        entry.name.strip_prefix(part.name).is_some_and(|rest| rest.starts_with('.'))
            && !has_part(then, part.name)
    })
}
