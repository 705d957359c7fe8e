//! `POST` and `PUT /client/financial-assessment` and `GET /client/financial-assessment-results` (section 4): the
//! financial assessment, of which each of them shows other members.

use actix_web::http::Method;
use profile_domain::client::{Assessment, AssessmentEntry, AssessmentUpdate, Client, fields};
use profile_ports::JsonMembers;
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    record,
    request::texts,
    response::{Moment, limit_texts, text},
};
use crate::endpoint::Endpoint;

const WRITE_PATHS: &[&str] = &["/client/financial-assessment", "/v1/client/financial-assessment"];
const READ_PATHS: &[&str] =
    &["/client/financial-assessment-results", "/v1/client/financial-assessment-results"];

pub(super) fn endpoints() -> [Endpoint; 3] {
    [
        record::writing::<CreatedItem>(
            Method::POST,
            "create_assessment",
            WRITE_PATHS,
            "Create the financial assessment, once",
            |_| texts(&fields::ASSESSMENT_CREATION, &[]),
            |route| {
                record::create::<Assessment, CreatedItem>(route, |body, _| {
                    AssessmentEntry::read(&JsonMembers(body))
                })
            },
        ),
        record::writing::<UpdatedItem>(
            Method::PUT,
            "update_assessment",
            WRITE_PATHS,
            "Update the financial assessment, with other members than at its creation",
            |_| texts(&fields::ASSESSMENT_UPDATE, &[]),
            |route| {
                record::replace::<Assessment, UpdatedItem>(route, |body, _| {
                    AssessmentUpdate::read(&JsonMembers(body))
                })
            },
        ),
        record::reading::<AssessmentItem>(
            "get_assessment",
            READ_PATHS,
            "Read the financial assessment",
            record::get::<Assessment, AssessmentItem>,
        ),
    ]
}

/// An assessment as it was created.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ClientCreatedAssessment")]
struct CreatedItem {
    #[schemars(range(min = 1))]
    client_id: i64,
    data: CreatedData,
    created_time: Moment,
    updated_time: Option<Moment>,
}

/// The members of a creation.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ClientCreatedAssessmentData", transform = limit_texts)]
struct CreatedData {
    estimated_net_worth: Option<String>,
    occupation: Option<String>,
    source_of_wealth: Option<String>,
    net_annual_income: Option<String>,
    primary_source_of_funds_for_trading: Option<String>,
}

/// The members of an update.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ClientUpdatedAssessment", transform = limit_texts)]
struct UpdatedItem {
    industry_of_employment: Option<String>,
    net_annual_income: Option<String>,
    employer_name: Option<String>,
    education_level: Option<String>,
    estimated_net_worth: Option<String>,
    source_of_wealth: Option<String>,
    regular_expense: Option<String>,
}

/// An assessment; what only an import can leave out is null.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ClientAssessment", transform = limit_texts)]
struct AssessmentItem {
    #[schemars(range(min = 1))]
    client_id: i64,
    occupation: Option<String>,
    source_of_wealth: Option<String>,
    net_annual_income: Option<String>,
    estimated_net_worth: Option<String>,
    primary_source_of_funds_for_trading: Option<String>,
}

impl From<(Client, Assessment)> for CreatedItem {
    fn from((client, assessment): (Client, Assessment)) -> Self {
        Self {
            client_id: client.client_id,
            data: CreatedData {
                estimated_net_worth: text(assessment.estimated_net_worth),
                occupation: text(assessment.occupation),
                source_of_wealth: text(assessment.source_of_wealth),
                net_annual_income: text(assessment.net_annual_income),
                primary_source_of_funds_for_trading: text(assessment.primary_source_of_funds),
            },
            created_time: assessment.times.created.into(),
            updated_time: assessment.times.updated.map(Moment::from),
        }
    }
}

impl From<(Client, Assessment)> for UpdatedItem {
    fn from((_, assessment): (Client, Assessment)) -> Self {
        Self {
            industry_of_employment: text(assessment.industry_of_employment),
            net_annual_income: text(assessment.net_annual_income),
            employer_name: text(assessment.employer_name),
            education_level: text(assessment.education_level),
            estimated_net_worth: text(assessment.estimated_net_worth),
            source_of_wealth: text(assessment.source_of_wealth),
            regular_expense: text(assessment.regular_expense),
        }
    }
}

impl From<(Client, Assessment)> for AssessmentItem {
    fn from((client, assessment): (Client, Assessment)) -> Self {
        Self {
            client_id: client.client_id,
            occupation: text(assessment.occupation),
            source_of_wealth: text(assessment.source_of_wealth),
            net_annual_income: text(assessment.net_annual_income),
            estimated_net_worth: text(assessment.estimated_net_worth),
            primary_source_of_funds_for_trading: text(assessment.primary_source_of_funds),
        }
    }
}
