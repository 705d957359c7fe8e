//! The members of `fields` in a request: which fields they name, whether the role may write them, and what they set
//! (operator API page, sections 3, 5 and 6).

use chrono::{DateTime, Utc};
use profile_domain::{
    catalogue::{Entry, Flaw, Part, catalogue, parts, pointer_token},
    change::{RecordKind, Value},
    field::{Class, FieldType, Write},
    operator::{Role, Rule, policy},
    rule::Fault,
};
use profile_ports::Passwords;
use serde_json::{Map, Value as Json};

use super::{FieldError, Member, Members, OperatorRefusal, prepare::decode};

/// What a member of `fields` names.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// A field, which gets this value.
    Field(&'static Entry, Json),
    /// A part of the record, which goes.
    Remove(&'static Part),
    /// A part of the record, which is there, with the members that follow.
    Begin(&'static Part),
    /// A part that must be there, and is null.
    Absent,
    /// A part that is something else than an object.
    NoObject,
    /// Nothing that the kind has.
    Unknown,
}

/// One member, and where it stands in the body.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    /// A JSON pointer.
    pub pointer: String,
    /// What it names.
    pub what: What,
}

/// All members of `fields`, in their order.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedFields {
    kind: RecordKind,
    all: Vec<Named>,
}

/// What a write does with one field or part, after every check that needs no stored record.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// The field gets this value.
    Set(&'static Entry, Value),
    /// The members of this object are merged into the field's.
    Merge(&'static Entry, Map<String, Json>),
    /// The part goes.
    Remove(&'static Part),
    /// The part begins, if it is not there.
    Begin(&'static Part),
}

impl NamedFields {
    /// Reads the members of `fields`.
    #[must_use]
    pub fn of(kind: RecordKind, fields: &Members) -> Self {
        let mut named = Self { kind, all: Vec::new() };
        named.walk("", "/fields", fields);
        named
    }

    /// `prefix` is the part that the members belong to, with a dot behind it.
    fn walk(&mut self, prefix: &str, place: &str, members: &Members) {
        for (member, value) in members {
            let pointer = format!("{place}/{}", pointer_token(member));
            let name = format!("{prefix}{member}");
            // A dot in the name of a member leads nowhere.
            let is_plain = !member.contains('.');
            let part = parts(self.kind).iter().find(|part| is_plain && part.name == name);
            let entry = catalogue(self.kind).iter().find(|entry| is_plain && entry.name == name);
            let what = match (part, entry, value) {
                (Some(part), _, value) if part.nullable && value.is_null() => What::Remove(part),
                (Some(part), _, Member::Object(within)) => {
                    self.all.push(Named { pointer: pointer.clone(), what: What::Begin(part) });
                    self.walk(&format!("{name}."), &pointer, within);
                    continue;
                }
                (Some(part), _, value) if part.mandatory && value.is_null() => What::Absent,
                (Some(_), _, _) => What::NoObject,
                (None, Some(entry), value) => What::Field(entry, value.json()),
                (None, None, _) => What::Unknown,
            };
            self.all.push(Named { pointer, what });
        }
    }

    /// Checks that `role` may write every field that is named.
    ///
    /// # Errors
    /// [`OperatorRefusal::Forbidden`] with all that it may not write.
    pub fn check_rights(&self, role: Role, creating: bool) -> Result<(), OperatorRefusal> {
        let mut denied: Vec<(String, Rule)> = Vec::new();
        for named in &self.all {
            let rule = match &named.what {
                What::Field(entry, _) => policy::check_write(role, self.kind, entry, creating).err(),
                What::Remove(part) => {
                    let within = self.within(part).filter(|entry| !is_moved_along(entry));
                    within
                        .filter_map(|entry| policy::check_write(role, self.kind, entry, creating).err())
                        .min()
                }
                What::Begin(_) | What::Absent | What::NoObject | What::Unknown => None,
            };
            denied.extend(rule.map(|rule| (named.pointer.clone(), rule)));
        }
        match denied.first() {
            Some((_, first)) => Err(OperatorRefusal::Forbidden(*first, denied)),
            None => Ok(()),
        }
    }

    fn within(&self, part: &'static Part) -> impl Iterator<Item = &'static Entry> + use<> {
        let prefix = format!("{}.", part.name);
        catalogue(self.kind).iter().filter(move |entry| entry.name.starts_with(&prefix))
    }

    /// Returns what the members do, or everything that is wrong with them, in their order; what is missing comes last.
    ///
    /// # Errors
    /// All faults.
    pub fn steps(
        &self,
        creating: bool,
        now: DateTime<Utc>,
        passwords: &dyn Passwords,
    ) -> Result<Vec<Step>, Vec<FieldError>> {
        let (mut steps, mut faults) = (Vec::new(), Vec::new());
        let excluded = self.excluded();
        for Named { pointer, what } in &self.all {
            match what {
                // What must not be there need not have a form.
                _ if excluded == Some(pointer) => faults.push(FieldError::at(pointer, "exclusive")),
                What::Unknown => faults.push(FieldError::at(pointer, "unknown")),
                What::Absent => faults.push(FieldError::at(pointer, "required")),
                What::NoObject => faults.push(FieldError::at(pointer, "type")),
                What::Remove(part) => steps.push(Step::Remove(part)),
                What::Begin(part) => steps.push(Step::Begin(part)),
                What::Field(entry, Json::Object(members))
                    if !creating && entry.field.holds == FieldType::Object =>
                {
                    let flaws = flaws_of_members(entry, members, now);
                    faults.extend(flaws.iter().map(|flaw| FieldError::of_flaw(entry, pointer, flaw)));
                    steps.push(Step::Merge(entry, members.clone()));
                }
                What::Field(entry, json) => match entry.read(json, now) {
                    Ok(value) if !is_understood(entry, &value, passwords) => {
                        faults.push(FieldError::at(pointer, "format"));
                    }
                    Ok(value) => steps.push(Step::Set(entry, value)),
                    Err(flaws) => {
                        faults.extend(flaws.iter().map(|flaw| FieldError::of_flaw(entry, pointer, flaw)));
                    }
                },
            }
        }
        if creating {
            let mut missing =
                missing(self.kind, &self.names(), |part| part.is_none_or(|part| self.begins(part)));
            // What is wrong with a part is said already.
            missing.retain(|one| faults.iter().all(|fault| fault.place != one.place));
            faults.extend(missing);
        }
        if faults.is_empty() { Ok(steps) } else { Err(faults) }
    }

    /// Returns where the hash of a password stands that is given in clear, too.
    fn excluded(&self) -> Option<&String> {
        let place = |name: &str| {
            self.all.iter().find(|named| matches!(&named.what, What::Field(entry, _) if entry.name == name))
        };
        place("password")?;
        Some(&place("password_hash")?.pointer)
    }

    fn names(&self) -> Vec<&str> {
        let name = |named: &Named| match &named.what {
            What::Field(entry, _) => Some(entry.name.as_str()),
            _ => None,
        };
        // What is wrong with a member is said already.
        self.all.iter().filter_map(name).collect()
    }

    fn begins(&self, part: &str) -> bool {
        self.all.iter().any(|named| matches!(&named.what, What::Begin(begun) if begun.name == part))
    }

    /// Returns whether a sensitive field is named, for which a reason is asked.
    #[must_use]
    pub fn has_sensitive(&self) -> bool {
        self.all.iter().any(|named| match &named.what {
            What::Field(entry, _) => entry.field.class == Class::Sensitive,
            What::Remove(part) => self.within(part).any(|entry| entry.field.class == Class::Sensitive),
            _ => false,
        })
    }
}

/// Returns what is wrong with the members of an object that are to be merged into the stored one, which may have what is
/// missing in them.
fn flaws_of_members(entry: &Entry, members: &Map<String, Json>, now: DateTime<Utc>) -> Vec<Flaw> {
    let given = members.iter().filter(|(_, value)| !value.is_null());
    let given = given.map(|(name, value)| (name.clone(), value.clone())).collect();
    let mut flaws = entry.read(&Json::Object(given), now).err().unwrap_or_default();
    flaws.retain(|flaw| flaw.fault != Fault::Required);
    flaws
}

/// Whether a value whose form only its reader knows can be read: the hash of a password, the bytes of a file.
fn is_understood(entry: &Entry, value: &Value, passwords: &dyn Passwords) -> bool {
    match (entry.name.as_str(), value) {
        ("password_hash", Value::Text(hash)) => passwords.understands(hash.as_str()),
        ("base64", Value::Text(text)) => decode(text.as_str()).is_some(),
        _ => true,
    }
}

/// Whether a field goes with its part, whoever may write it.
fn is_moved_along(entry: &Entry) -> bool {
    entry.field.write == Write::Never
}

/// Returns the fields that must be given and are not among `names`, of the record itself and of the parts that begin.
pub(super) fn missing(
    kind: RecordKind,
    names: &[&str],
    begins: impl Fn(Option<&str>) -> bool,
) -> Vec<FieldError> {
    let part_of = |name: &str| {
        let within = |part: &&Part| name.strip_prefix(part.name).is_some_and(|rest| rest.starts_with('.'));
        parts(kind).iter().filter(within).map(|part| part.name).max_by_key(|name| name.len())
    };
    let fields = catalogue(kind)
        .iter()
        .filter(|entry| entry.field.mandatory && !names.contains(&entry.name.as_str()))
        .filter(|entry| begins(part_of(&entry.name)))
        .map(|entry| entry.name.as_str());
    let whole = parts(kind)
        .iter()
        .filter(|part| part.mandatory && begins(part_of(part.name)) && !begins(Some(part.name)))
        .map(|part| part.name);
    fields.chain(whole).map(|name| FieldError::of_field(name, "required")).collect()
}
