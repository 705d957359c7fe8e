//! Every field of every kind, in the order of the operator API page, section 6: that of `fields` and of changes.

mod account;
mod client;
pub(crate) mod items;
mod read;
mod tenant;
#[cfg(test)]
mod tests;
mod users;

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use serde_json::Value as Json;

use crate::{
    change::{RecordKind, Value},
    field::Field,
    rule::Fault,
};

/// A field of a kind, under the name that it has in changes and in the operator API.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The name, with the part or object that it belongs to before a dot: `profile.first_name`.
    pub name: String,
    /// The field.
    pub field: Field,
    /// Whether it is taken when a record is written and never stored under this name, so that it is not shown as a field.
    pub is_input: bool,
}

/// An object whose members are fields of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The name, dots within: `profile`, `tax_information.financial_assessment`.
    pub name: &'static str,
    /// Whether the whole may be null.
    pub nullable: bool,
    /// Whether it must be there when what contains it is.
    pub mandatory: bool,
}

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// Where in the value, as a JSON pointer; empty for the value itself.
    pub at: String,
    /// What.
    pub fault: Fault,
}

/// The fields of each kind, in the order of [`RecordKind::ALL`].
static CATALOGUE: LazyLock<Vec<(RecordKind, Vec<Entry>)>> =
    LazyLock::new(|| RecordKind::ALL.map(|kind| (kind, entries(kind))).into());

/// Returns the fields of a kind.
#[must_use]
pub fn catalogue(kind: RecordKind) -> &'static [Entry] {
    CATALOGUE.iter().find(|(of, _)| *of == kind).map_or(&[], |(_, entries)| entries)
}

fn entries(kind: RecordKind) -> Vec<Entry> {
    let (fields, inputs): (&[Field], &[Field]) = match kind {
        RecordKind::Customer => (&account::CUSTOMER, &[]),
        RecordKind::Account => (&account::ACCOUNT, &[]),
        RecordKind::File => (&account::FILE, &account::FILE_INPUTS),
        RecordKind::User => (&users::USER, &[]),
        RecordKind::Override => (&users::OVERRIDE, &[]),
        RecordKind::Business => (&users::BUSINESS, &[]),
        RecordKind::App => (&users::APP, &[]),
        RecordKind::ApiKey => (&users::API_KEY, &[]),
        RecordKind::Upload => (&users::UPLOAD, &[]),
        RecordKind::Client => (&client::CLIENT, &[]),
        RecordKind::Language => (&tenant::LANGUAGE, &[]),
        RecordKind::Tenant => (&tenant::TENANT, &[]),
        RecordKind::Brand => (&tenant::BRAND, &[]),
        RecordKind::Group => (&tenant::GROUP, &[]),
        RecordKind::Member => (&tenant::MEMBER, &tenant::MEMBER_INPUTS),
        RecordKind::Membership => (&tenant::MEMBERSHIP, &[]),
    };
    let entry = |field: &Field, is_input| Entry { name: field.name.to_owned(), field: *field, is_input };
    let own = fields.iter().map(|field| entry(field, false));
    let inputs = inputs.iter().map(|field| entry(field, true));
    let records: &[(&str, &[Field])] = if kind == RecordKind::Client { &client::RECORDS } else { &[] };
    let within = records.iter().flat_map(|(record, fields)| {
        fields.iter().map(move |field| Entry {
            name: format!("{record}.{}", field.name),
            field: *field,
            is_input: false,
        })
    });
    own.chain(inputs).chain(within).collect()
}

/// Returns the objects of a kind whose members are fields of their own.
#[must_use]
pub fn parts(kind: RecordKind) -> &'static [Part] {
    match kind {
        RecordKind::User => &users::USER_PARTS,
        RecordKind::Client => &client::PARTS,
        _ => &[],
    }
}

/// Returns the entry of this name.
#[must_use]
pub fn find(kind: RecordKind, name: &str) -> Option<&'static Entry> {
    catalogue(kind).iter().find(|entry| entry.name == name)
}

/// Returns a member's name as it stands in a JSON pointer (RFC 6901, section 3).
///
/// # Examples
/// ```
/// assert_eq!(profile_domain::catalogue::pointer_token("a/b~c"), "a~1b~0c");
/// ```
#[must_use]
pub fn pointer_token(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

impl Entry {
    /// Reads a value that somebody sent for the field: type, limit and rule. Null is the default where the field has one
    /// (`now` for a moment, [`Value::Null`] for what the service chooses); a moment is cut to microseconds.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(&self, json: &Json, now: DateTime<Utc>) -> Result<Value, Vec<Flaw>> {
        read::read(&self.field, json, now)
    }
}
