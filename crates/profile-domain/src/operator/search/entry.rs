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
    /// The identifiers; `None`: as they are stored.
    pub terms: Option<Vec<Term>>,
    /// The names; in each kind all are of one class.
    pub names: Vec<Name>,
    /// Whether only those find by the names who may read personal values.
    pub has_personal_names: bool,
}

/// What of an entry changes of its record may alter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Altered {
    /// Nothing.
    Nothing,
    /// The names.
    Names,
    /// All of it.
    All,
}

impl Altered {
    /// Returns what a change may alter, where its record stays the same person's.
    #[must_use]
    pub fn by(change: &ChangeRecord) -> Self {
        if change.may_begin() || change.ended {
            return Self::All;
        }
        let fields = change.fields.iter().filter_map(|changed| {
            let entry = searched(change.kind).find(|entry| entry.name == changed.field)?;
            Some(if entry.field.searchable == Searchable::Name { Self::Names } else { Self::All })
        });
        fields.max().unwrap_or(Self::Nothing)
    }
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

    /// Returns what is searched of a record of `person` in this state.
    #[must_use]
    pub fn of_record(kind: RecordKind, key: &str, person: PersonId, state: &State) -> Self {
        let mut entry = Self::ended(kind, key, person, state.version);
        if is_key_searched(kind) {
            entry.add_term(Form::Key, None, key.to_owned(), String::new(), Class::Public);
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
        Self {
            kind: Some(kind),
            key: key.to_owned(),
            version,
            person,
            terms: Some(Vec::new()),
            names: Vec::new(),
            has_personal_names: false,
        }
    }

    /// Returns it without the identifiers, of a record of which no change has altered them since they were stored.
    #[must_use]
    pub fn with_stored_terms(self) -> Self {
        Self { terms: None, ..self }
    }

    /// Returns what is searched of what an operator calls a person: nothing once that is erased, which is for good.
    #[must_use]
    pub fn of_alias(person: PersonId, alias: Option<&Text>) -> Self {
        let mut entry = Self {
            kind: None,
            key: person.0.to_string(),
            version: if alias.is_some() { 1 } else { 2 },
            person,
            terms: Some(Vec::new()),
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
            self.add_term(Form::Identifier, Some(field), term, String::new(), class);
        }
    }

    fn add_phone(&mut self, field: &str, text: &str, class: Class) {
        let digits = forms::digits(text);
        let term = forms::phone_end(&digits);
        if !term.is_empty() {
            self.add_term(Form::Phone, Some(field), term, digits, class);
        }
    }

    fn add_term(&mut self, form: Form, field: Option<&str>, term: String, digits: String, class: Class) {
        let field = field.map(str::to_owned);
        let term = Term { form, field, term, digits, is_personal: class != Class::Public };
        self.terms.get_or_insert_default().push(term);
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
