//! A client's tax information as columns of its row.
#![allow(
    clippy::struct_field_names,
    reason = "the fields are columns, and those of a record begin with its name"
)]

use diesel::prelude::*;
use profile_domain::client::TaxInformation;

use super::{Moment, needed, sealed, times};
use crate::{column::Instant, reading::Unreadable, schema::client};

#[derive(Default, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = client, treat_none_as_null = true)]
pub struct TaxColumns {
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
            tax_created: Some(times.created.into()),
            tax_updated: times.updated.map(Instant),
        }
    }
}

impl TryFrom<TaxColumns> for Option<TaxInformation> {
    type Error = Unreadable;

    fn try_from(columns: TaxColumns) -> Result<Self, Unreadable> {
        let Some(created) = columns.tax_created else { return Ok(None) };
        Ok(Some(TaxInformation {
            tax_residence: needed("tax_residence", columns.tax_residence)?,
            tax_identification_number: sealed(
                "tax_identification_number",
                columns.tax_identification_number,
            )?,
            is_foreign_taxpayer: columns.tax_is_foreign_taxpayer.ok_or(Unreadable("is_foreign_taxpayer"))?,
            employment_status: needed("tax_employment_status", columns.tax_employment_status)?,
            occupation: needed("tax_occupation", columns.tax_occupation)?,
            industry_of_employment: needed("tax_industry", columns.tax_industry)?,
            times: times(created, columns.tax_updated),
        }))
    }
}
