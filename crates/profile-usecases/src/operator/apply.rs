//! How the steps of a write become the next state of a record.

use profile_domain::{
    AnyRecord, Editable, Input, PersonId,
    catalogue::{Entry, catalogue, find},
    change::{RecordKind, Value},
    client::{Client, SEALED_FIELDS, Sealer as _},
    field::Class,
    history::State,
    sealed::WrappedKey,
};
use profile_ports::change_log::encode_value;

use super::{
    FieldError, OperatorRefusal, Place,
    complete::complete,
    named::{Step, missing},
    refusal::pointer_of,
};
use crate::{Ports, client::KeySealer};

/// Applies `steps` to `next`, which is `before` or a blank record; returns it complete, and a new key of its person.
///
/// # Errors
/// [`OperatorRefusal`].
pub(super) async fn apply<T: Editable>(
    ports: &Ports,
    mut next: T,
    before: Option<&T>,
    steps: &[Step],
) -> Result<(T, Option<WrappedKey>), OperatorRefusal> {
    let is_sealed = |step: &Step| {
        matches!(step, Step::Set(entry, _) if entry.field.class == Class::Sensitive)
            && T::KIND == RecordKind::Client
    };
    let (key, fresh) =
        if steps.iter().any(is_sealed) { person_key(ports, &next).await? } else { (None, None) };
    let person = next.person();
    let now = ports.clock.now();
    let mut begun = Vec::new();
    for step in steps {
        match step {
            Step::Set(entry, value) if is_sealed(step) => {
                set(&mut next, entry, sealed(ports, person, key.as_ref(), entry, value)?)?;
            }
            Step::Set(entry, value) => set(&mut next, entry, Input::Value(value.clone()))?,
            Step::Merge(entry, members) => {
                let stored = State::of(&next).fields.remove(&entry.name).unwrap_or(Value::Null);
                let merged = merged(&stored, members);
                let value = entry.read(&merged, now).map_err(|flaws| {
                    let place = pointer_of(&entry.name);
                    OperatorRefusal::Invalid(
                        flaws.iter().map(|flaw| FieldError::of_flaw(entry, &place, flaw)).collect(),
                    )
                })?;
                set(&mut next, entry, Input::Value(value))?;
            }
            Step::Remove(part) => next
                .set(part.name, Input::Value(Value::Null))
                .map_err(|_| OperatorRefusal::Invalid(vec![FieldError::of_field(part.name, "type")]))?,
            Step::Begin(part) => {
                let all = next.changes_since(None);
                let is_there = all.iter().any(|change| is_within(&change.field, part.name));
                if !is_there && let Some(created) = find(T::KIND, &format!("{}.created_time", part.name)) {
                    begun.push(part.name);
                    set(&mut next, created, Input::Value(Value::moment(now)))?;
                }
            }
        }
    }
    let names: Vec<&str> = steps.iter().filter_map(named).collect();
    let whole = |part: &str| begun.contains(&part) || is_whole_begun(part, &begun, steps);
    let missing = missing(T::KIND, &names, |part| part.is_some_and(whole));
    if !missing.is_empty() {
        return Err(OperatorRefusal::Invalid(missing));
    }
    let next = complete(ports, before.cloned().map(Into::into), next.into()).await;
    let next = next.map_err(|refusal| in_order(refusal, &names))?;
    let mut next = T::try_from(next).map_err(|_| OperatorRefusal::NotFound)?;
    let is_set = |moved: &&str| {
        let sets = |step: &Step| matches!(step, Step::Set(entry, value) if entry.name == **moved && *value != Value::Null);
        steps.iter().any(sets)
    };
    let is_changed = before.is_none_or(|before| *before != next);
    if is_changed && !T::MOVED.iter().any(is_set) {
        next.touch(before, now);
    }
    Ok((next, fresh))
}

/// Returns a refusal with its faults in the order in which the request names the fields.
fn in_order(refusal: OperatorRefusal, names: &[&str]) -> OperatorRefusal {
    let OperatorRefusal::Invalid(mut faults) = refusal else { return refusal };
    let is_in = |name: &str, place: &Place| match place {
        Place::Pointer(pointer) => pointer
            .strip_prefix(&pointer_of(name))
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
        Place::Parameter(_) | Place::Header(_) => false,
    };
    faults.sort_by_key(|fault| names.iter().position(|name| is_in(name, &fault.place)));
    OperatorRefusal::Invalid(faults)
}

/// Whether a part within a part that has begun is named.
fn is_whole_begun(part: &str, begun: &[&str], steps: &[Step]) -> bool {
    let is_named = steps.iter().any(|step| matches!(step, Step::Begin(named) if named.name == part));
    is_named && begun.iter().any(|outer| is_within(part, outer))
}

fn is_within(name: &str, part: &str) -> bool {
    name.strip_prefix(part).is_some_and(|rest| rest.starts_with('.'))
}

fn named(step: &Step) -> Option<&str> {
    match step {
        Step::Set(entry, _) | Step::Merge(entry, _) => Some(entry.name.as_str()),
        Step::Remove(_) | Step::Begin(_) => None,
    }
}

fn set<T: Editable>(next: &mut T, entry: &Entry, input: Input) -> Result<(), OperatorRefusal> {
    next.set(&entry.name, input).map_err(|fault| {
        let flaw = profile_domain::catalogue::Flaw { at: String::new(), fault };
        OperatorRefusal::Invalid(vec![FieldError::of_flaw(entry, &pointer_of(&entry.name), &flaw)])
    })
}

/// Returns an object with the members of a patch in it, which null removes.
pub(super) fn merged(
    stored: &Value,
    members: &serde_json::Map<String, serde_json::Value>,
) -> serde_json::Value {
    let mut object = encode_value(stored).as_object().cloned().unwrap_or_default();
    for (name, value) in members {
        if value.is_null() {
            object.remove(name);
        } else {
            object.insert(name.clone(), value.clone());
        }
    }
    serde_json::Value::Object(object)
}

/// Returns the key of the person of a client, and whether it is new.
async fn person_key<T: Editable>(
    ports: &Ports,
    record: &T,
) -> Result<(Option<WrappedKey>, Option<WrappedKey>), OperatorRefusal> {
    let any: AnyRecord = record.clone().into();
    let AnyRecord::Client(client) = any else { return Ok((None, None)) };
    let Client { key, person, .. } = *client;
    let known = if key.is_some() { key } else { ports.store.find_person_key(person).await? };
    if known.is_some() {
        return Ok((known, None));
    }
    let fresh = ports.vault.new_key(person)?;
    Ok((Some(fresh.clone()), Some(fresh)))
}

/// Seals a value, always anew: whether it is the stored one must not be learned by guessing it.
fn sealed(
    ports: &Ports,
    person: Option<PersonId>,
    key: Option<&WrappedKey>,
    entry: &Entry,
    value: &Value,
) -> Result<Input, OperatorRefusal> {
    let (Some(person), Some(key), Value::Text(clear)) = (person, key, value) else {
        return Ok(Input::Value(value.clone()));
    };
    let sealed_fields = SEALED_FIELDS.iter();
    let Some((_, context)) = sealed_fields.copied().find(|(field, _)| *field == entry.name) else {
        return Ok(Input::Value(value.clone()));
    };
    Ok(Input::Sealed(KeySealer::new(&*ports.vault, person, key).seal(context, clear, None)?))
}

/// Returns the names of the fields in which two states of a record differ, in catalogue order.
pub(super) fn changed<T: Editable>(before: Option<&T>, next: &T) -> Vec<String> {
    let changes = next.changes_since(before);
    let is_changed = |entry: &&Entry| changes.iter().any(|change| change.field == entry.name);
    catalogue(T::KIND).iter().filter(is_changed).map(|entry| entry.name.clone()).collect()
}
