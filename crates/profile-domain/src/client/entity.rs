//! The client: all records of one person, changed one at a time and committed as one.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{Address, Assessment, IdentityProfile, SystemStatus, TaxInformation, fields as f};
use crate::{
    PersonId, Text,
    change::{FieldChange, Value, hex},
    field::Field,
    sealed::{Sealed, WrappedKey},
};

/// The version of the terms that is to be accepted now.
pub const CURRENT_TERMS: i32 = 1;

/// The highest client number that an import may bring: the highest that every reader of JSON keeps exactly. It leaves
/// more numbers beyond it than will ever be given.
pub const LAST_IMPORTED_NUMBER: i64 = (1 << 53) - 1;

/// When a record was made, and last replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// Never changes.
    pub created: DateTime<Utc>,
    /// Absent until the first replacement, and then strictly increasing.
    pub updated: Option<DateTime<Utc>>,
}

impl Times {
    /// Of a record that is made at `now`.
    #[must_use]
    pub const fn made(now: DateTime<Utc>) -> Self {
        Self { created: now, updated: None }
    }

    /// As change records keep them.
    pub(super) fn values(times: Option<&Self>) -> [(Field, Value); 2] {
        let updated = times.and_then(|times| times.updated);
        [
            (f::CREATED_TIME, times.map_or(Value::Null, |times| Value::moment(times.created))),
            (f::UPDATED_TIME, updated.map_or(Value::Null, Value::moment)),
        ]
    }

    /// Of the same record after a replacement at `now`.
    #[must_use]
    pub fn replaced(self, now: DateTime<Utc>) -> Self {
        let last = self.updated.unwrap_or(self.created);
        let next = last.checked_add_signed(TimeDelta::microseconds(1)).unwrap_or(last);
        Self { updated: Some(now.max(next)), ..self }
    }
}

/// Accepted terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// The version of the terms that the client accepted.
    pub version: i32,
    /// When.
    pub accepted: DateTime<Utc>,
}

/// What only an import writes: items that are shown as they came, each as JSON text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// Rows of the client's statuses.
    pub statuses: Vec<Text>,
    /// Trading accounts.
    pub accounts: Vec<Text>,
    /// Wallets.
    pub wallets: Vec<Text>,
    /// Sum of everything.
    pub total_balance: Option<Text>,
    /// Logins, newest first.
    pub logins: Vec<Text>,
}

/// A client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// The subject of the client's tokens.
    pub sub: Uuid,
    /// The human being.
    pub person: PersonId,
    /// Counts from 1.
    pub version: i64,
    /// The client's number, given at the first write; 0 before.
    pub client_id: i64,
    /// The key of the sealed values, as it is now; a commit does not write it.
    pub key: Option<WrappedKey>,
    /// Identity profile.
    pub profile: Option<IdentityProfile>,
    /// Postal address.
    pub address: Option<Address>,
    /// Tax information.
    pub tax: Option<TaxInformation>,
    /// Financial assessment.
    pub assessment: Option<Assessment>,
    /// Accepted terms.
    pub terms: Option<Terms>,
    /// The name of the picture's rendition.
    pub picture: Option<String>,
    /// What the system allows; empty means everything.
    pub system_statuses: Vec<SystemStatus>,
    /// What only an import writes.
    pub imported: Imported,
}

/// A value by which a change of a sealed one is noticed; the catalogue masks it.
pub(super) fn seal_of(sealed: &Sealed) -> Value {
    Value::word(&hex(&sealed.0))
}

impl Client {
    /// Returns every sealed value: the field, what it is sealed for, and the seal.
    #[must_use]
    pub fn sealed_values(&self) -> Vec<(&'static str, &'static str, &Sealed)> {
        let [birth, number, tax] = f::SEALED_FIELDS;
        let (profile, tax_information) = (self.profile.as_ref(), self.tax.as_ref());
        let sealed = [
            (birth, profile.map(|profile| &profile.date_of_birth)),
            (number, profile.map(|profile| &profile.tax_identification_number)),
            (tax, tax_information.map(|tax| &tax.tax_identification_number)),
        ];
        sealed.into_iter().filter_map(|((field, context), sealed)| Some((field, context, sealed?))).collect()
    }

    /// A client without any record, before the first version.
    #[must_use]
    pub fn new(sub: Uuid, person: PersonId) -> Self {
        Self {
            sub,
            person,
            version: 0,
            client_id: 0,
            key: None,
            profile: None,
            address: None,
            tax: None,
            assessment: None,
            terms: None,
            picture: None,
            system_statuses: Vec::new(),
            imported: Imported::default(),
        }
    }

    fn other_values(&self) -> [(Field, Value); 10] {
        let Imported { statuses, accounts, wallets, total_balance, logins } = &self.imported;
        let list = |items: &[Text]| Value::List(items.iter().map(Value::of_json_text).collect());
        [
            (f::CLIENT_ID, Value::Integer(self.client_id)),
            (f::TERMS_VERSION, self.terms.map_or(Value::Null, |terms| Value::Integer(terms.version.into()))),
            (f::TERMS_ACCEPTED, self.terms.map_or(Value::Null, |terms| Value::moment(terms.accepted))),
            (f::PICTURE, self.picture.as_deref().map_or(Value::Null, Value::word)),
            (
                f::SYSTEM_STATUSES,
                Value::List(self.system_statuses.iter().map(|status| Value::word(status.name())).collect()),
            ),
            (f::STATUSES, list(statuses)),
            (f::ACCOUNTS, list(accounts)),
            (f::WALLETS, list(wallets)),
            (f::TOTAL_BALANCE, total_balance.as_ref().map_or(Value::Null, Value::of_json_text)),
            (f::LOGINS, list(logins)),
        ]
    }
}

/// The changes of one of the records, each field named with its record.
fn changes<T: PartialEq, const N: usize>(
    record: &str,
    earlier: Option<&T>,
    now: Option<&T>,
    values: fn(Option<&T>) -> [(Field, Value); N],
) -> Vec<FieldChange> {
    if earlier == now {
        // Most changes touch one record; the values of the others need not be made.
        return Vec::new();
    }
    FieldChange::between(Some(values(earlier)), values(now))
        .into_iter()
        .map(|change| FieldChange { field: format!("{record}.{}", change.field), ..change })
        .collect()
}

impl Client {
    /// Returns what differs from an earlier version; everything when there is none.
    pub(crate) fn changes(&self, earlier: Option<&Self>) -> Vec<FieldChange> {
        let mut all = FieldChange::between(earlier.map(Self::other_values), self.other_values());
        all.extend(changes(
            "profile",
            earlier.and_then(|client| client.profile.as_ref()),
            self.profile.as_ref(),
            IdentityProfile::values,
        ));
        all.extend(changes(
            "address",
            earlier.and_then(|client| client.address.as_ref()),
            self.address.as_ref(),
            Address::values,
        ));
        all.extend(changes(
            "tax_information",
            earlier.and_then(|client| client.tax.as_ref()),
            self.tax.as_ref(),
            TaxInformation::values,
        ));
        all.extend(changes(
            "financial_assessment",
            earlier.and_then(|client| client.assessment.as_ref()),
            self.assessment.as_ref(),
            Assessment::values,
        ));
        all
    }
}
