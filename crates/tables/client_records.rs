//! The records of a client as columns of its row; a record that is there has its time of creation.
#![allow(
    clippy::struct_field_names,
    reason = "the fields are columns, and those of a record begin with its name"
)]

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use profile_domain::{
    Text,
    client::{Address, AddressEntry, Assessment, IdentityProfile, TaxInformation, Times},
    sealed::Sealed,
};

use crate::{
    reading::{Unreadable, text},
    schema::client,
};

type Moment = Option<DateTime<Utc>>;

fn times(created: DateTime<Utc>, updated: Moment) -> Times {
    Times { created, updated }
}

fn needed(column: Option<String>) -> Result<Text, Unreadable> {
    text(column.ok_or(Unreadable)?)
}

fn optional(column: Option<String>) -> Result<Option<Text>, Unreadable> {
    column.map(text).transpose()
}

fn sealed(column: Option<Vec<u8>>) -> Result<Sealed, Unreadable> {
    column.map(Sealed).ok_or(Unreadable)
}

#[derive(Default, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = client, check_for_backend(crate::column::Database), treat_none_as_null = true)]
pub(crate) struct ProfileColumns {
    profile_first_name: Option<String>,
    profile_last_name: Option<String>,
    profile_date_of_birth: Option<Vec<u8>>,
    profile_birth_country: Option<String>,
    profile_account_opening_reason: Option<String>,
    profile_employment_status: Option<String>,
    profile_residence_country: Option<String>,
    profile_citizen_country: Option<String>,
    profile_tax_residence_country: Option<String>,
    profile_tax_identification_number: Option<Vec<u8>>,
    profile_gender: Option<String>,
    profile_staff_identifier: Option<String>,
    profile_reason: Option<String>,
    profile_created: Moment,
    profile_updated: Moment,
}

impl From<Option<IdentityProfile>> for ProfileColumns {
    fn from(profile: Option<IdentityProfile>) -> Self {
        let Some(profile) = profile else { return Self::default() };
        let IdentityProfile {
            first_name,
            last_name,
            date_of_birth,
            birth_country,
            account_opening_reason,
            employment_status,
            residence_country,
            citizen_country,
            tax_residence_country,
            tax_identification_number,
            gender,
            staff_identifier,
            reason,
            times,
        } = profile;
        Self {
            profile_first_name: Some(first_name.into_string()),
            profile_last_name: Some(last_name.into_string()),
            profile_date_of_birth: Some(date_of_birth.0),
            profile_birth_country: Some(birth_country.into_string()),
            profile_account_opening_reason: Some(account_opening_reason.into_string()),
            profile_employment_status: Some(employment_status.into_string()),
            profile_residence_country: Some(residence_country.into_string()),
            profile_citizen_country: Some(citizen_country.into_string()),
            profile_tax_residence_country: Some(tax_residence_country.into_string()),
            profile_tax_identification_number: Some(tax_identification_number.0),
            profile_gender: Some(gender.into_string()),
            profile_staff_identifier: staff_identifier.map(Text::into_string),
            profile_reason: reason.map(Text::into_string),
            profile_created: Some(times.created),
            profile_updated: times.updated,
        }
    }
}

impl TryFrom<ProfileColumns> for Option<IdentityProfile> {
    type Error = Unreadable;

    fn try_from(columns: ProfileColumns) -> Result<Self, Unreadable> {
        let Some(created) = columns.profile_created else { return Ok(None) };
        Ok(Some(IdentityProfile {
            first_name: needed(columns.profile_first_name)?,
            last_name: needed(columns.profile_last_name)?,
            date_of_birth: sealed(columns.profile_date_of_birth)?,
            birth_country: needed(columns.profile_birth_country)?,
            account_opening_reason: needed(columns.profile_account_opening_reason)?,
            employment_status: needed(columns.profile_employment_status)?,
            residence_country: needed(columns.profile_residence_country)?,
            citizen_country: needed(columns.profile_citizen_country)?,
            tax_residence_country: needed(columns.profile_tax_residence_country)?,
            tax_identification_number: sealed(columns.profile_tax_identification_number)?,
            gender: needed(columns.profile_gender)?,
            staff_identifier: optional(columns.profile_staff_identifier)?,
            reason: optional(columns.profile_reason)?,
            times: times(created, columns.profile_updated),
        }))
    }
}

#[derive(Default, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = client, check_for_backend(crate::column::Database), treat_none_as_null = true)]
pub(crate) struct AddressColumns {
    address_id: Option<i64>,
    address_line_1: Option<String>,
    address_line_2: Option<String>,
    address_state_province: Option<String>,
    address_city: Option<String>,
    address_zip_postal_code: Option<String>,
    address_staff_identifier: Option<String>,
    address_created: Moment,
    address_updated: Moment,
}

impl From<Option<Address>> for AddressColumns {
    fn from(address: Option<Address>) -> Self {
        let Some(Address { id, entry, staff_identifier, times }) = address else { return Self::default() };
        let AddressEntry { address_line_1, address_line_2, state_province, city, zip_postal_code } = entry;
        Self {
            address_id: Some(id),
            address_line_1: Some(address_line_1.into_string()),
            address_line_2: address_line_2.map(Text::into_string),
            address_state_province: Some(state_province.into_string()),
            address_city: Some(city.into_string()),
            address_zip_postal_code: Some(zip_postal_code.into_string()),
            address_staff_identifier: staff_identifier.map(Text::into_string),
            address_created: Some(times.created),
            address_updated: times.updated,
        }
    }
}

impl TryFrom<AddressColumns> for Option<Address> {
    type Error = Unreadable;

    fn try_from(columns: AddressColumns) -> Result<Self, Unreadable> {
        let Some(created) = columns.address_created else { return Ok(None) };
        Ok(Some(Address {
            id: columns.address_id.ok_or(Unreadable)?,
            entry: AddressEntry {
                address_line_1: needed(columns.address_line_1)?,
                address_line_2: optional(columns.address_line_2)?,
                state_province: needed(columns.address_state_province)?,
                city: needed(columns.address_city)?,
                zip_postal_code: needed(columns.address_zip_postal_code)?,
            },
            staff_identifier: optional(columns.address_staff_identifier)?,
            times: times(created, columns.address_updated),
        }))
    }
}

#[derive(Default, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = client, check_for_backend(crate::column::Database), treat_none_as_null = true)]
pub(crate) struct TaxColumns {
    tax_residence: Option<String>,
    tax_identification_number: Option<Vec<u8>>,
    tax_is_foreign_taxpayer: Option<bool>,
    tax_employment_status: Option<String>,
    tax_occupation: Option<String>,
    tax_industry: Option<String>,
    tax_created: Moment,
    tax_updated: Moment,
}

impl From<Option<TaxInformation>> for TaxColumns {
    fn from(tax: Option<TaxInformation>) -> Self {
        let Some(tax) = tax else { return Self::default() };
        let TaxInformation {
            tax_residence,
            tax_identification_number,
            is_foreign_taxpayer,
            employment_status,
            occupation,
            industry_of_employment,
            times,
        } = tax;
        Self {
            tax_residence: Some(tax_residence.into_string()),
            tax_identification_number: Some(tax_identification_number.0),
            tax_is_foreign_taxpayer: Some(is_foreign_taxpayer),
            tax_employment_status: Some(employment_status.into_string()),
            tax_occupation: Some(occupation.into_string()),
            tax_industry: Some(industry_of_employment.into_string()),
            tax_created: Some(times.created),
            tax_updated: times.updated,
        }
    }
}

impl TryFrom<TaxColumns> for Option<TaxInformation> {
    type Error = Unreadable;

    fn try_from(columns: TaxColumns) -> Result<Self, Unreadable> {
        let Some(created) = columns.tax_created else { return Ok(None) };
        Ok(Some(TaxInformation {
            tax_residence: needed(columns.tax_residence)?,
            tax_identification_number: sealed(columns.tax_identification_number)?,
            is_foreign_taxpayer: columns.tax_is_foreign_taxpayer.ok_or(Unreadable)?,
            employment_status: needed(columns.tax_employment_status)?,
            occupation: needed(columns.tax_occupation)?,
            industry_of_employment: needed(columns.tax_industry)?,
            times: times(created, columns.tax_updated),
        }))
    }
}

#[derive(Default, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = client, check_for_backend(crate::column::Database), treat_none_as_null = true)]
pub(crate) struct AssessmentColumns {
    assessment_estimated_net_worth: Option<String>,
    assessment_occupation: Option<String>,
    assessment_source_of_wealth: Option<String>,
    assessment_net_annual_income: Option<String>,
    assessment_source_of_funds: Option<String>,
    assessment_industry: Option<String>,
    assessment_employer_name: Option<String>,
    assessment_education_level: Option<String>,
    assessment_regular_expense: Option<String>,
    assessment_created: Moment,
    assessment_updated: Moment,
}

impl From<Option<Assessment>> for AssessmentColumns {
    fn from(assessment: Option<Assessment>) -> Self {
        let Some(assessment) = assessment else { return Self::default() };
        let Assessment {
            estimated_net_worth,
            occupation,
            source_of_wealth,
            net_annual_income,
            primary_source_of_funds,
            industry_of_employment,
            employer_name,
            education_level,
            regular_expense,
            times,
        } = assessment;
        let column = |text: Option<Text>| text.map(Text::into_string);
        Self {
            assessment_estimated_net_worth: column(estimated_net_worth),
            assessment_occupation: column(occupation),
            assessment_source_of_wealth: column(source_of_wealth),
            assessment_net_annual_income: column(net_annual_income),
            assessment_source_of_funds: column(primary_source_of_funds),
            assessment_industry: column(industry_of_employment),
            assessment_employer_name: column(employer_name),
            assessment_education_level: column(education_level),
            assessment_regular_expense: column(regular_expense),
            assessment_created: Some(times.created),
            assessment_updated: times.updated,
        }
    }
}

impl TryFrom<AssessmentColumns> for Option<Assessment> {
    type Error = Unreadable;

    fn try_from(columns: AssessmentColumns) -> Result<Self, Unreadable> {
        let Some(created) = columns.assessment_created else { return Ok(None) };
        Ok(Some(Assessment {
            estimated_net_worth: optional(columns.assessment_estimated_net_worth)?,
            occupation: optional(columns.assessment_occupation)?,
            source_of_wealth: optional(columns.assessment_source_of_wealth)?,
            net_annual_income: optional(columns.assessment_net_annual_income)?,
            primary_source_of_funds: optional(columns.assessment_source_of_funds)?,
            industry_of_employment: optional(columns.assessment_industry)?,
            employer_name: optional(columns.assessment_employer_name)?,
            education_level: optional(columns.assessment_education_level)?,
            regular_expense: optional(columns.assessment_regular_expense)?,
            times: times(created, columns.assessment_updated),
        }))
    }
}
