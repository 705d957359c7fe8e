//! What of a record is searched.

use std::collections::BTreeSet;

use super::forms;
use crate::{
    PersonId, Text,
    catalogue::{Entry, catalogue},
    change::{ChangeRecord, RecordKind, Value},
    field::{Class, Searchable},
    history::State,
    person::ALIAS,
    search::folded,
};

/// How an identifier is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As it is: the key of a record.
    Key,
    /// Folded; accents count.
    Identifier,
    /// By its digits.
    Phone,
}

impl Form {
    /// Returns the name in the store.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Identifier => "identifier",
            Self::Phone => "phone",
        }
    }

    /// Returns the form of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Key, Self::Identifier, Self::Phone].into_iter().find(|form| form.name() == name)
    }
}

/// An identifier of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// How it is compared.
    pub form: Form,
    /// The field; `None` for the key.
    pub field: Option<String>,
    /// What a query must equal: the value in its form. Of a phone, the last seven digits without leading zeros.
    pub term: String,
    /// All digits of a phone; empty for other forms.
    pub digits: String,
    /// Whether only those find by it who may read personal values.
    pub is_personal: bool,
}

/// A name of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The field.
    pub field: String,
    /// The form in which names are compared.
    pub name: String,
}

/// What is searched of one record, or of what an operator calls a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchEntry {
    /// The kind of the record; `None` for what an operator calls a person, whose key is the person's id.
    pub kind: Option<RecordKind>,
    /// The key.
    pub key: String,
    /// The version of which this is told.
    pub version: i64,
    /// The person who is found.
    pub person: PersonId,
    /// The identifiers.
    pub terms: Vec<Term>,
    /// The names; in each kind all are of one class.
    pub names: Vec<Name>,
    /// Whether only those find by the names who may read personal values.
    pub has_personal_names: bool,
}

/// Returns whether the key of records of a kind identifies a person (operator API page, section 6).
#[must_use]
const fn is_key_searched(kind: RecordKind) -> bool {
    matches!(
        kind,
        RecordKind::Customer
            | RecordKind::Account
            | RecordKind::User
            | RecordKind::Client
            | RecordKind::Member
    )
}

/// Returns the fields of a kind that are searched. One that nobody reads is not.
fn searched(kind: RecordKind) -> impl Iterator<Item = &'static Entry> {
    catalogue(kind).iter().filter(|entry| {
        let field = &entry.field;
        let is_read = !entry.is_input && !field.write_only && field.class != Class::Sensitive;
        is_read && field.searchable != Searchable::No
    })
}

impl SearchEntry {
    /// Returns whether anything of records of a kind is searched.
    #[must_use]
    pub fn has_any(kind: RecordKind) -> bool {
        is_key_searched(kind) || searched(kind).next().is_some()
    }

    /// Returns whether a change may alter what is searched of its record, where that stays the same person's.
    #[must_use]
    pub fn is_altered_by(change: &ChangeRecord) -> bool {
        let is_searched = |name: &str| searched(change.kind).any(|entry| entry.name == name);
        change.may_begin() || change.ended || change.fields.iter().any(|of| is_searched(&of.field))
    }

    /// Returns what is searched of a record of `person` in this state.
    #[must_use]
    pub fn of_record(kind: RecordKind, key: &str, person: PersonId, state: &State) -> Self {
        let mut entry = Self::ended(kind, key, person, state.version);
        if is_key_searched(kind) {
            let term = key.to_owned();
            let form = Form::Key;
            entry.terms.push(Term { form, field: None, term, digits: String::new(), is_personal: false });
        }
        for searched in searched(kind) {
            let text = match state.fields.get(&searched.name) {
                Some(Value::Text(text)) => text.as_str().to_owned(),
                Some(Value::Integer(number)) => number.to_string(),
                _ => continue,
            };
            entry.add(searched, &text);
        }
        entry
    }

    /// Returns what is searched of a record that has ended: nothing.
    #[must_use]
    pub fn ended(kind: RecordKind, key: &str, person: PersonId, version: i64) -> Self {
        let (terms, names) = (Vec::new(), Vec::new());
        Self {
            kind: Some(kind),
            key: key.to_owned(),
            version,
            person,
            terms,
            names,
            has_personal_names: false,
        }
    }

    /// Returns what is searched of what an operator calls a person: nothing once that is erased, which is for good.
    #[must_use]
    pub fn of_alias(person: PersonId, alias: Option<&Text>) -> Self {
        let mut entry = Self {
            kind: None,
            key: person.0.to_string(),
            version: if alias.is_some() { 1 } else { 2 },
            person,
            terms: Vec::new(),
            names: Vec::new(),
            has_personal_names: false,
        };
        if let Some(alias) = alias {
            entry.add_identifier("alias", alias.as_str(), ALIAS.class);
        }
        entry
    }

    fn add(&mut self, searched: &Entry, text: &str) {
        let Entry { name, field, .. } = searched;
        match field.searchable {
            Searchable::No => {}
            Searchable::Exact => self.add_identifier(name, text, field.class),
            Searchable::Phone => {
                self.add_identifier(name, text, field.class);
                self.add_phone(name, text, field.class);
            }
            Searchable::Name => {
                let form = forms::name(text);
                if !form.is_empty() {
                    self.names.push(Name { field: name.clone(), name: form });
                    self.has_personal_names |= field.class != Class::Public;
                }
            }
        }
    }

    fn add_identifier(&mut self, field: &str, text: &str, class: Class) {
        let term = folded(text);
        if !term.is_empty() && term.chars().count() <= forms::MAX_IDENTIFIER {
            self.terms.push(Term {
                form: Form::Identifier,
                field: Some(field.to_owned()),
                term,
                digits: String::new(),
                is_personal: class != Class::Public,
            });
        }
    }

    fn add_phone(&mut self, field: &str, text: &str, class: Class) {
        let digits = forms::digits(text);
        let term = forms::phone_end(&digits);
        if !term.is_empty() {
            self.terms.push(Term {
                form: Form::Phone,
                field: Some(field.to_owned()),
                term,
                digits,
                is_personal: class != Class::Public,
            });
        }
    }

    /// Returns the root under which it is stored: the record's, or the person.
    #[must_use]
    pub fn root(&self) -> &str {
        self.kind.map_or(self.key.as_str(), |kind| kind.root_of(&self.key))
    }

    /// Returns the pieces of the names by which an index finds them; see [`PersonQuery::grams`](super::PersonQuery::grams).
    #[must_use]
    pub fn grams(&self) -> BTreeSet<String> {
        self.names.iter().flat_map(|name| forms::grams_of_name(&name.name)).collect()
    }
}
