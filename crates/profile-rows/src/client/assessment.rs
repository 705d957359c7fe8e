//! A client's assessment as columns of its row.
#![allow(
    clippy::struct_field_names,
    reason = "the fields are columns, and those of a record begin with its name"
)]

use diesel::prelude::*;
use profile_domain::{Text, client::Assessment};

use super::{Moment, optional, times};
use crate::{column::Instant, reading::Unreadable, schema::client};

#[derive(Default, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = client, treat_none_as_null = true)]
pub struct AssessmentColumns {
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
            assessment_created: Some(times.created.into()),
            assessment_updated: times.updated.map(Instant),
        }
    }
}

impl TryFrom<AssessmentColumns> for Option<Assessment> {
    type Error = Unreadable;

    fn try_from(columns: AssessmentColumns) -> Result<Self, Unreadable> {
        let Some(created) = columns.assessment_created else { return Ok(None) };
        Ok(Some(Assessment {
            estimated_net_worth: optional(
                "assessment_estimated_net_worth",
                columns.assessment_estimated_net_worth,
            )?,
            occupation: optional("assessment_occupation", columns.assessment_occupation)?,
            source_of_wealth: optional("assessment_source_of_wealth", columns.assessment_source_of_wealth)?,
            net_annual_income: optional(
                "assessment_net_annual_income",
                columns.assessment_net_annual_income,
            )?,
            primary_source_of_funds: optional(
                "assessment_source_of_funds",
                columns.assessment_source_of_funds,
            )?,
            industry_of_employment: optional("assessment_industry", columns.assessment_industry)?,
            employer_name: optional("assessment_employer_name", columns.assessment_employer_name)?,
            education_level: optional("assessment_education_level", columns.assessment_education_level)?,
            regular_expense: optional("assessment_regular_expense", columns.assessment_regular_expense)?,
            times: times(created, columns.assessment_updated),
        }))
    }
}
