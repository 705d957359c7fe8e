//! The identity profile (contract client, section 4).

use chrono::NaiveDate;
use garde::Validate;

use super::{
    Times, birth_date,
    fields::{self as f, SENSITIVE_CONTEXTS},
    input::{Members, Reader, required, stored},
};
use crate::{Text, Violation, change::Value, field::Field, rule::Fault, sealed::Sealed};

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

/// The members of a request that makes or replaces a profile.
#[derive(Validate)]
#[garde(context(ProfileRules<'a>))]
struct ProfileInput<'a> {
    #[garde(custom(f::FIRST_NAME.required()))]
    first_name: Option<&'a str>,
    #[garde(custom(f::LAST_NAME.required()))]
    last_name: Option<&'a str>,
    #[garde(custom(f::DATE_OF_BIRTH.required()), custom(is_adult))]
    date_of_birth: Option<&'a str>,
    #[garde(custom(f::BIRTH_COUNTRY.required()))]
    birth_country: Option<&'a str>,
    #[garde(custom(f::ACCOUNT_OPENING_REASON.required()))]
    account_opening_reason: Option<&'a str>,
    #[garde(custom(f::EMPLOYMENT_STATUS.required()))]
    employment_status: Option<&'a str>,
    #[garde(custom(f::RESIDENCE_COUNTRY.required()), custom(is_accepted))]
    residence_country: Option<&'a str>,
    #[garde(custom(f::CITIZEN_COUNTRY.required()))]
    citizen_country: Option<&'a str>,
    #[garde(custom(f::TAX_RESIDENCE_COUNTRY.required()))]
    tax_residence_country: Option<&'a str>,
    #[garde(custom(f::TAX_NUMBER.required()))]
    tax_identification_number: Option<&'a str>,
    #[garde(custom(f::GENDER.required()))]
    gender: Option<&'a str>,
    #[garde(if(cond = self.is_replacement, custom(f::REASON.required())))]
    reason: Option<&'a str>,
    #[garde(skip)]
    is_replacement: bool,
}

impl<'a> ProfileInput<'a> {
    /// Reads the members that a creation has.
    fn read(reader: &mut Reader, members: &'a dyn Members) -> Self {
        let mut text = |field| reader.text(members, field);
        Self {
            reason: None,
            is_replacement: false,
            first_name: text(f::FIRST_NAME),
            last_name: text(f::LAST_NAME),
            date_of_birth: text(f::DATE_OF_BIRTH),
            birth_country: text(f::BIRTH_COUNTRY),
            account_opening_reason: text(f::ACCOUNT_OPENING_REASON),
            employment_status: text(f::EMPLOYMENT_STATUS),
            residence_country: text(f::RESIDENCE_COUNTRY),
            citizen_country: text(f::CITIZEN_COUNTRY),
            tax_residence_country: text(f::TAX_RESIDENCE_COUNTRY),
            tax_identification_number: text(f::TAX_NUMBER),
            gender: text(f::GENDER),
        }
    }

    fn stored(&self) -> ProfileEntry {
        ProfileEntry {
            first_name: required(f::FIRST_NAME, self.first_name),
            last_name: required(f::LAST_NAME, self.last_name),
            date_of_birth: required(f::DATE_OF_BIRTH, self.date_of_birth),
            birth_country: required(f::BIRTH_COUNTRY, self.birth_country),
            account_opening_reason: required(f::ACCOUNT_OPENING_REASON, self.account_opening_reason),
            employment_status: required(f::EMPLOYMENT_STATUS, self.employment_status),
            residence_country: required(f::RESIDENCE_COUNTRY, self.residence_country),
            citizen_country: required(f::CITIZEN_COUNTRY, self.citizen_country),
            tax_residence_country: required(f::TAX_RESIDENCE_COUNTRY, self.tax_residence_country),
            tax_identification_number: required(f::TAX_NUMBER, self.tax_identification_number),
            gender: required(f::GENDER, self.gender),
            reason: stored(f::REASON, self.reason),
        }
    }
}

/// A text of another form is no date, which is said already.
#[allow(clippy::ref_option_ref, reason = "garde passes what it checks by reference")]
fn is_adult(born: &Option<&str>, given: &ProfileRules<'_>) -> garde::Result {
    match born.and_then(birth_date::parse) {
        Some(born) => birth_date::check_age(born, given.today).map_err(garde::Error::from),
        None => Ok(()),
    }
}

#[allow(clippy::ref_option_ref, reason = "garde passes what it checks by reference")]
fn is_accepted(country: &Option<&str>, given: &ProfileRules<'_>) -> garde::Result {
    let is_restricted = country.is_some_and(|country| given.restricted.iter().any(|code| code == country));
    if is_restricted { Err(Fault::NotAccepted.into()) } else { Ok(()) }
}

impl ProfileEntry {
    /// Reads a creation: eleven members.
    ///
    /// # Errors
    /// Every broken rule, in the documented order.
    pub fn creation(members: &dyn Members, given: ProfileRules<'_>) -> Result<Self, Vec<Violation>> {
        let mut reader = Reader::default();
        let input = ProfileInput::read(&mut reader, members);
        reader.check(&input, &given, &f::PROFILE_CREATION)?;
        Ok(input.stored())
    }

    /// Reads a replacement: the same and a reason.
    ///
    /// # Errors
    /// Every broken rule, in the documented order.
    pub fn replacement(members: &dyn Members, given: ProfileRules<'_>) -> Result<Self, Vec<Violation>> {
        let mut reader = Reader::default();
        let input = ProfileInput {
            reason: reader.text(members, f::REASON),
            is_replacement: true,
            ..ProfileInput::read(&mut reader, members)
        };
        reader.check(&input, &given, &f::PROFILE_REPLACEMENT)?;
        Ok(input.stored())
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
