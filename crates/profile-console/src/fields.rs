//! The fields of a record in groups: as they are read, and as a form edits them.

use std::collections::BTreeMap;

use profile_domain::{
    catalogue::{Entry, catalogue},
    change::{RecordKind, Value},
    field::{Class, FieldType},
    operator::{Role, policy},
};
use profile_usecases::operator::{FieldError, Member, Members, RecordView};
use serde_json::{Map, Value as Json};

use crate::{
    faults::{field_of, sentence},
    form::Form,
    names::{KeyNames, Who},
    shown::{Shown, When, text},
};

/// The group of fields that belong to no part of the record.
const OWN: &str = "record";

/// Fields of one part of a record.
pub(crate) struct Group<T> {
    pub(crate) name: String,
    pub(crate) fields: Vec<T>,
}

/// A field as it is read.
pub(crate) struct ReadField {
    pub(crate) name: &'static str,
    pub(crate) class: &'static str,
    pub(crate) value: Shown,
    pub(crate) set: Option<(i64, When, Who)>,
}

/// A field as a form edits it.
pub(crate) struct EditField {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) class: &'static str,
    pub(crate) text: String,
    pub(crate) control: Control,
    pub(crate) choices: Vec<(&'static str, &'static str)>,
    pub(crate) faults: Vec<String>,
    pub(crate) note: Option<String>,
}

/// What a field is edited with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Control {
    Line,
    Lines,
    Choice,
    /// Nothing of what is stored is shown; empty leaves it.
    Secret,
}

/// Returns the name of a class.
pub(crate) const fn class(class: Class) -> &'static str {
    match class {
        Class::Public => "public",
        Class::Personal => "personal",
        Class::Sensitive => "sensitive",
    }
}

fn part(entry: &Entry) -> (&str, &str) {
    entry.name.split_once('.').unwrap_or((OWN, &entry.name))
}

fn grouped<T>(entries: impl Iterator<Item = (&'static Entry, T)>) -> Vec<Group<T>> {
    let mut groups: Vec<Group<T>> = Vec::new();
    for (entry, field) in entries {
        let name = part(entry).0;
        match groups.iter_mut().find(|group| group.name == name) {
            Some(group) => group.fields.push(field),
            None => groups.push(Group { name: name.to_owned(), fields: vec![field] }),
        }
    }
    groups
}

/// Returns the fields of a record as `role` reads them.
pub(crate) fn read_fields(view: &RecordView, role: Role, names: &KeyNames) -> Vec<Group<ReadField>> {
    let set = |name: &str| {
        let setter = view.provenance.as_ref()?.iter().find(|one| one.field == name)?;
        Some((setter.version, When::new(setter.at), names.of_cause(&setter.cause)))
    };
    grouped(catalogue(view.kind).iter().filter(|entry| !entry.is_input).map(|entry| {
        let value = Shown::of(role, entry, view.values.get(&entry.name));
        let field =
            ReadField { name: part(entry).1, class: class(entry.field.class), value, set: set(&entry.name) };
        (entry, field)
    }))
}

/// What somebody has typed over a version of a record: only fields that differ from it.
#[derive(Default)]
pub(crate) struct Typed(pub(crate) BTreeMap<&'static str, String>);

impl Typed {
    /// Reads what a form says otherwise than the version that it was made from.
    pub(crate) fn of(form: &Form, base: &RecordView, role: Role) -> Self {
        let differs = |entry: &&'static Entry| {
            let typed = form.get(&format!("f.{}", entry.name))?;
            let stored = stored_text(entry, &base.values);
            let is_secret = control(entry) == Control::Secret;
            let differs = if is_secret { !typed.is_empty() } else { typed != as_sent(&stored) };
            differs.then_some((entry.name.as_str(), typed))
        };
        Self(writable(base.kind, role).filter_map(|entry| differs(&entry)).collect())
    }

    /// Returns the members of `fields`, as a patch of the operator API has them.
    pub(crate) fn members(&self, base: &RecordView) -> Members {
        let mut members = Members::new();
        for entry in catalogue(base.kind) {
            if let Some(typed) = self.0.get(entry.name.as_str()) {
                let json = json_of(entry, typed, base.values.get(&entry.name));
                put(&mut members, &entry.name, Member::Other(json));
            }
        }
        members
    }
}

/// Puts a member at a path, beneath the objects on the way.
fn put(members: &mut Members, path: &str, value: Member) {
    let Some((first, rest)) = path.split_once('.') else {
        members.push((path.to_owned(), value));
        return;
    };
    if !members.iter().any(|(name, _)| name == first) {
        members.push((first.to_owned(), Member::Object(Members::new())));
    }
    if let Some((_, Member::Object(within))) = members.iter_mut().find(|(name, _)| name == first) {
        put(within, rest, value);
    }
}

/// Returns the fields that `role` may write.
fn writable(kind: RecordKind, role: Role) -> impl Iterator<Item = &'static Entry> {
    let is_writable = move |entry: &&Entry| policy::check_write(role, kind, entry, false).is_ok();
    catalogue(kind).iter().filter(is_writable)
}

/// Returns the fields that `role` may write, with what was typed over them, and what is wrong with that.
pub(crate) fn edit_fields(
    view: &RecordView,
    role: Role,
    typed: &Typed,
    faults: &[FieldError],
    note: impl Fn(&str) -> Option<String>,
) -> Vec<Group<EditField>> {
    grouped(writable(view.kind, role).map(|entry| {
        let name = entry.name.as_str();
        let stored = || stored_text(entry, &view.values);
        let text = typed.0.get(name).cloned().unwrap_or_else(stored);
        let field = EditField {
            name,
            label: part(entry).1,
            class: class(entry.field.class),
            // A line would lose the line ends of what is stored.
            control: match control(entry) {
                Control::Line if text.contains(['\n', '\r']) => Control::Lines,
                control => control,
            },
            choices: choices(entry, text.is_empty()),
            text,
            faults: faults
                .iter()
                .filter(|fault| field_of(view.kind, fault) == Some(name))
                .map(|fault| sentence(view.kind, fault))
                .collect(),
            note: note(name),
        };
        (entry, field)
    }))
}

fn control(entry: &Entry) -> Control {
    match entry.field.holds {
        _ if entry.field.class == Class::Sensitive || entry.field.write_only => Control::Secret,
        FieldType::Bit | FieldType::Flag => Control::Choice,
        FieldType::List | FieldType::Object | FieldType::Json => Control::Lines,
        FieldType::Text { max_chars, .. } if max_chars > 255 && max_chars != 1024 => Control::Lines,
        _ => Control::Line,
    }
}

/// A field of a part that is not there is empty, and must stay so unless somebody chooses.
fn choices(entry: &Entry, is_empty: bool) -> Vec<(&'static str, &'static str)> {
    let empty = (entry.field.nullable || is_empty).then_some(("", "empty"));
    let choices: &[_] = match entry.field.holds {
        FieldType::Bit => &[("1", "1: on"), ("0", "0: off")],
        FieldType::Flag => &[("true", "yes"), ("false", "no")],
        _ => &[],
    };
    empty.into_iter().chain(choices.iter().copied()).collect()
}

fn stored_text(entry: &Entry, values: &BTreeMap<String, Value>) -> String {
    if control(entry) == Control::Secret {
        return String::new();
    }
    values.get(&entry.name).map(text).unwrap_or_default()
}

/// Returns a text with the line ends that forms send, as [`Form::get`] returns them.
fn as_sent(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// Returns what a text of the form means; what cannot be read stays text, which the field's rule then reports.
fn json_of(entry: &Entry, typed: &str, stored: Option<&Value>) -> Json {
    let parsed = || serde_json::from_str(typed).unwrap_or_else(|_| typed.into());
    match entry.field.holds {
        FieldType::Text { .. } if typed.is_empty() && !entry.field.nullable => typed.into(),
        _ if typed.trim().is_empty() => Json::Null,
        FieldType::Text { .. } | FieldType::Time => typed.into(),
        FieldType::Object => without_lost(parsed(), stored),
        _ => parsed(),
    }
}

/// Objects are merged with the stored ones, so a member that somebody has deleted in the form must be null.
fn without_lost(typed: Json, stored: Option<&Value>) -> Json {
    match (typed, stored) {
        (Json::Object(typed), Some(Value::Object(stored))) => {
            let lost = stored.members().iter().map(|(name, _)| (name.clone(), Json::Null));
            let mut merged: Map<String, Json> = lost.collect();
            merged.extend(typed);
            Json::Object(merged)
        }
        (typed, _) => typed,
    }
}

#[cfg(test)]
mod tests {
    use profile_domain::{change::Cause, history::State};
    use serde_json::json;

    use super::*;

    fn client(values: &[(&str, Value)]) -> RecordView {
        let cause =
            Cause { actor: String::new(), door: String::new(), request_id: String::new(), reason: None };
        let at = "2026-11-29T12:00:00Z".parse().unwrap();
        let fields = values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let state = State { fields, ..State::default() };
        RecordView {
            kind: RecordKind::Client,
            key: String::new(),
            person: None,
            version: 1,
            created_at: at,
            updated_at: at,
            cause,
            values: state.fields,
            revealed: None,
            changed: None,
            provenance: None,
            ended: false,
        }
    }

    fn patch(form: &str, base: &RecordView) -> Json {
        Member::Object(Typed::of(&Form::of_text(form), base, Role::Privacy).members(base)).json()
    }

    #[test]
    fn only_what_was_typed_over_is_written() {
        let base = client(&[
            ("profile.first_name", Value::word("Mirela")),
            ("profile.reason", Value::word("one\r\ntwo")),
            ("profile.tax_identification_number", Value::Masked("digest".to_owned())),
        ]);
        let same =
            "f.profile.first_name=Mirela&f.profile.reason=one%0D%0Atwo&f.profile.tax_identification_number=";
        assert_eq!(patch(same, &base), json!({}));
        let other = "f.profile.first_name=Mira&f.profile.reason=&f.profile.tax_identification_number=IE-1";
        let expected =
            json!({"profile": {"first_name": "Mira", "tax_identification_number": "IE-1", "reason": null}});
        assert_eq!(patch(other, &base), expected);
    }

    #[test]
    fn the_form_of_a_part_that_is_not_there_does_not_begin_it() {
        let base = client(&[]);
        for group in edit_fields(&base, Role::Admin, &Typed::default(), &[], |_| None) {
            for field in group.fields.iter().filter(|field| field.control == Control::Choice) {
                assert_eq!(field.choices.first().map(|(value, _)| *value), Some(""), "{}", field.name);
            }
        }
    }
}
