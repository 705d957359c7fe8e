//! `POST`, `PUT` and `GET /client/tax-information` (section 4): the tax information.

use actix_web::http::Method;
use profile_domain::client::{Client, TaxEntry, TaxInformation, fields};
use profile_ports::JsonMembers;
use profile_usecases::client::DecryptedTax;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde_json::{Map, json};

use super::{
    record,
    request::required_text,
    response::{Moment, limit_texts, text},
};
use crate::endpoint::Endpoint;

const PATHS: &[&str] = &["/client/tax-information", "/v1/client/tax-information"];
/// No record has another yet.
const SCHEMA_VERSION: i32 = 1;

pub(super) fn endpoints() -> [Endpoint; 3] {
    [
        record::writing::<TaxItem>(
            Method::POST,
            "create_tax",
            PATHS,
            "Create the tax information, once",
            request_schema,
            |route| {
                record::create::<TaxInformation, TaxItem>(route, |body, _| TaxEntry::read(&JsonMembers(body)))
            },
        ),
        record::writing::<TaxItem>(
            Method::PUT,
            "update_tax",
            PATHS,
            "Replace the tax information",
            request_schema,
            |route| {
                record::replace::<TaxInformation, TaxItem>(route, |body, _| {
                    TaxEntry::read(&JsonMembers(body))
                })
            },
        ),
        record::reading::<TaxItem>(
            "get_tax",
            PATHS,
            "Read the tax information",
            record::get::<TaxInformation, TaxItem>,
        ),
    ]
}

/// The schema of a request body; names of the catalogue such as `financial_assessment.occupation` are members of an object.
fn request_schema(_: &mut SchemaGenerator) -> Schema {
    let mut properties = Map::new();
    let mut within = Map::new();
    for field in fields::TAX {
        match field.name.split_once('.') {
            Some((_, name)) => within.insert(name.to_owned(), required_text(&field)),
            None => properties.insert(field.name.to_owned(), required_text(&field)),
        };
    }
    let names: Vec<String> = within.keys().cloned().collect();
    properties.insert("is_foreign_taxpayer".to_owned(), json!({ "type": "boolean" }));
    properties.insert(
        "financial_assessment".to_owned(),
        json!({ "type": "object", "required": names, "properties": within }),
    );
    let required: Vec<String> = properties.keys().cloned().collect();
    json_schema!({ "type": "object", "required": required, "properties": properties })
}

/// Tax information.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ClientTaxInformation", transform = limit_texts)]
struct TaxItem {
    #[schemars(range(min = 1))]
    client_id: i64,
    employment_status: String,
    tax_residence: String,
    /// Null if its key was erased.
    tax_identification_number: Option<String>,
    is_foreign_taxpayer: bool,
    financial_assessment: Occupation,
    /// The version of this record's schema.
    #[schemars(extend("enum" = [SCHEMA_VERSION]))]
    schema_version: i32,
    created_time: Moment,
    /// Null until the first replacement.
    updated_time: Option<Moment>,
    account_opening_reason: (),
}

/// What the client does.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ClientOccupation", transform = limit_texts)]
struct Occupation {
    occupation: String,
    industry_of_employment: String,
}

impl From<(Client, DecryptedTax)> for TaxItem {
    fn from((client, decrypted): (Client, DecryptedTax)) -> Self {
        let DecryptedTax { tax, tax_identification_number } = decrypted;
        let TaxInformation {
            tax_residence,
            tax_identification_number: _,
            is_foreign_taxpayer,
            employment_status,
            occupation,
            industry_of_employment,
            times,
        } = tax;
        Self {
            client_id: client.client_id,
            employment_status: employment_status.into_string(),
            tax_residence: tax_residence.into_string(),
            tax_identification_number: text(tax_identification_number),
            is_foreign_taxpayer,
            financial_assessment: Occupation {
                occupation: occupation.into_string(),
                industry_of_employment: industry_of_employment.into_string(),
            },
            schema_version: SCHEMA_VERSION,
            created_time: times.created.into(),
            updated_time: times.updated.map(Moment::from),
            account_opening_reason: (),
        }
    }
}
