//! A client's identity as columns of its row.
#![allow(
    clippy::struct_field_names,
    reason = "the fields are columns, and those of a record begin with its name"
)]

use diesel::prelude::*;
use profile_domain::{Text, client::IdentityProfile};

use super::{Moment, needed, optional, sealed, times};
use crate::{column::Instant, reading::Unreadable, schema::client};

#[derive(Default, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = client, treat_none_as_null = true)]
pub struct ProfileColumns {
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
            profile_created: Some(times.created.into()),
            profile_updated: times.updated.map(Instant),
        }
    }
}

impl TryFrom<ProfileColumns> for Option<IdentityProfile> {
    type Error = Unreadable;

    fn try_from(columns: ProfileColumns) -> Result<Self, Unreadable> {
        let Some(created) = columns.profile_created else { return Ok(None) };
        Ok(Some(IdentityProfile {
            first_name: needed("profile_first_name", columns.profile_first_name)?,
            last_name: needed("profile_last_name", columns.profile_last_name)?,
            date_of_birth: sealed("profile_date_of_birth", columns.profile_date_of_birth)?,
            birth_country: needed("profile_birth_country", columns.profile_birth_country)?,
            account_opening_reason: needed(
                "profile_account_opening_reason",
                columns.profile_account_opening_reason,
            )?,
            employment_status: needed("profile_employment_status", columns.profile_employment_status)?,
            residence_country: needed("profile_residence_country", columns.profile_residence_country)?,
            citizen_country: needed("profile_citizen_country", columns.profile_citizen_country)?,
            tax_residence_country: needed(
                "profile_tax_residence_country",
                columns.profile_tax_residence_country,
            )?,
            tax_identification_number: sealed(
                "profile_tax_identification_number",
                columns.profile_tax_identification_number,
            )?,
            gender: needed("profile_gender", columns.profile_gender)?,
            staff_identifier: optional("profile_staff_identifier", columns.profile_staff_identifier)?,
            reason: optional("profile_reason", columns.profile_reason)?,
            times: times(created, columns.profile_updated),
        }))
    }
}
