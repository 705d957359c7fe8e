//! The identity profile (contract client, section 4).

use chrono::NaiveDate;

use super::{
    Times, birth_date,
    fields::{self as f, SENSITIVE_CONTEXTS},
    input::{Checks, Members},
    rules,
};
use crate::{Text, Violation, change::Value, field::Field, sealed::Sealed};

/// Seals sensitive values with the key of their person. A value that has not changed keeps its seal.
pub trait Sealer {
    /// Why a value cannot be sealed.
    type Error;

    /// Seals `clear` for `context`, one of [`SENSITIVE_CONTEXTS`].
    ///
    /// # Errors
    /// The vault's.
    fn seal(&self, context: &str, clear: &Text, before: Option<&Sealed>) -> Result<Sealed, Self::Error>;
}

/// What a profile is checked against besides its own rules.
#[derive(Debug, Clone, Copy)]
pub struct ProfileRules<'a> {
    /// The current date in UTC.
    pub today: NaiveDate,
    /// Countries whose residents are refused.
    pub restricted: &'a [String],
}

/// A checked request to make or replace a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileEntry {
    first_name: Text,
    last_name: Text,
    date_of_birth: Text,
    birth_country: Text,
    account_opening_reason: Text,
    employment_status: Text,
    residence_country: Text,
    citizen_country: Text,
    tax_residence_country: Text,
    tax_identification_number: Text,
    gender: Text,
    reason: Option<Text>,
}

impl ProfileEntry {
    /// A creation: eleven members.
    ///
    /// # Errors
    /// Every broken rule, in the documented order.
    pub fn creation(members: &dyn Members, given: ProfileRules<'_>) -> Result<Self, Vec<Violation>> {
        let mut checks = Checks::of(members);
        let entry = Self::read(&mut checks, given);
        checks.entry(&f::PROFILE_CREATION, entry)
    }

    /// A replacement: the same and a reason.
    ///
    /// # Errors
    /// Every broken rule, in the documented order.
    pub fn replacement(members: &dyn Members, given: ProfileRules<'_>) -> Result<Self, Vec<Violation>> {
        let mut checks = Checks::of(members);
        let reason = checks.required(&f::REASON, rules::free);
        let entry = Self { reason: Some(reason), ..Self::read(&mut checks, given) };
        checks.entry(&f::PROFILE_REPLACEMENT, entry)
    }

    fn read(checks: &mut Checks<'_>, given: ProfileRules<'_>) -> Self {
        let accepted = |text: &str| {
            let code = rules::country(text)?;
            if given.restricted.contains(&code) {
                return Err("expected a country whose residents are accepted".to_owned());
            }
            Ok(code)
        };
        Self {
            first_name: checks.required(&f::FIRST_NAME, rules::name),
            last_name: checks.required(&f::LAST_NAME, rules::name),
            date_of_birth: checks.required(&f::DATE_OF_BIRTH, |text| birth_date::check(text, given.today)),
            birth_country: checks.required(&f::BIRTH_COUNTRY, rules::country),
            account_opening_reason: checks
                .required(&f::ACCOUNT_OPENING_REASON, rules::account_opening_reason),
            employment_status: checks.required(&f::EMPLOYMENT_STATUS, rules::employment_status),
            residence_country: checks.required(&f::RESIDENCE_COUNTRY, accepted),
            citizen_country: checks.required(&f::CITIZEN_COUNTRY, rules::country),
            tax_residence_country: checks.required(&f::TAX_RESIDENCE_COUNTRY, rules::country),
            tax_identification_number: checks.required(&f::TAX_NUMBER, rules::tax_number),
            gender: checks.required(&f::GENDER, rules::gender),
            reason: None,
        }
    }

    /// Why a profile is replaced.
    #[must_use]
    pub const fn reason(&self) -> Option<&Text> {
        self.reason.as_ref()
    }

    /// The profile that this entry makes.
    ///
    /// # Errors
    /// The sealer's.
    pub fn sealed<S: Sealer>(
        &self,
        sealer: &S,
        before: Option<&IdentityProfile>,
        staff: Option<&str>,
        times: Times,
    ) -> Result<IdentityProfile, S::Error> {
        let [birth, number, _] = SENSITIVE_CONTEXTS;
        let entry = self.clone();
        Ok(IdentityProfile {
            first_name: entry.first_name,
            last_name: entry.last_name,
            date_of_birth: sealer.seal(
                birth,
                &entry.date_of_birth,
                before.map(|before| &before.date_of_birth),
            )?,
            birth_country: entry.birth_country,
            account_opening_reason: entry.account_opening_reason,
            employment_status: entry.employment_status,
            residence_country: entry.residence_country,
            citizen_country: entry.citizen_country,
            tax_residence_country: entry.tax_residence_country,
            tax_identification_number: sealer.seal(
                number,
                &entry.tax_identification_number,
                before.map(|before| &before.tax_identification_number),
            )?,
            gender: entry.gender,
            staff_identifier: staff.and_then(|staff| Text::try_from(staff).ok()),
            reason: entry.reason,
            times,
        })
    }
}

/// A client's identity profile. What does harm when it leaks is sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityProfile {
    /// Given names.
    pub first_name: Text,
    /// Family names.
    pub last_name: Text,
    /// `YYYY-MM-DD`.
    pub date_of_birth: Sealed,
    /// Country code.
    pub birth_country: Text,
    /// Why the client wants an account.
    pub account_opening_reason: Text,
    /// How the client earns a living.
    pub employment_status: Text,
    /// Country code.
    pub residence_country: Text,
    /// Country code.
    pub citizen_country: Text,
    /// Country code.
    pub tax_residence_country: Text,
    /// As the client wrote it, trimmed.
    pub tax_identification_number: Sealed,
    /// `male` or `female`.
    pub gender: Text,
    /// Who on the staff wrote last; nobody, if the client did.
    pub staff_identifier: Option<Text>,
    /// Why the profile was replaced; nothing after its creation.
    pub reason: Option<Text>,
    /// When it was made and replaced.
    pub times: Times,
}

impl IdentityProfile {
    pub(super) fn values(profile: Option<&Self>) -> [(Field, Value); 15] {
        let text =
            |read: fn(&Self) -> &Text| profile.map_or(Value::Null, |one| Value::Text(read(one).clone()));
        let optional = |read: fn(&Self) -> Option<&Text>| {
            profile.and_then(read).map_or(Value::Null, |text| Value::Text(text.clone()))
        };
        let sealed =
            |read: fn(&Self) -> &Sealed| profile.map_or(Value::Null, |one| super::entity::seal_of(read(one)));
        let [created, updated] = Times::values(profile.map(|one| &one.times));
        [
            (f::FIRST_NAME, text(|one| &one.first_name)),
            (f::LAST_NAME, text(|one| &one.last_name)),
            (f::DATE_OF_BIRTH, sealed(|one| &one.date_of_birth)),
            (f::BIRTH_COUNTRY, text(|one| &one.birth_country)),
            (f::ACCOUNT_OPENING_REASON, text(|one| &one.account_opening_reason)),
            (f::EMPLOYMENT_STATUS, text(|one| &one.employment_status)),
            (f::RESIDENCE_COUNTRY, text(|one| &one.residence_country)),
            (f::CITIZEN_COUNTRY, text(|one| &one.citizen_country)),
            (f::TAX_RESIDENCE_COUNTRY, text(|one| &one.tax_residence_country)),
            (f::TAX_NUMBER, sealed(|one| &one.tax_identification_number)),
            (f::GENDER, text(|one| &one.gender)),
            (f::STAFF_IDENTIFIER, optional(|one| one.staff_identifier.as_ref())),
            (f::REASON, optional(|one| one.reason.as_ref())),
            created,
            updated,
        ]
    }
}
