//! `POST`, `PUT` and `GET /client/tax-information` (section 4): the tax information.

use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use profile_domain::client::{Client, TaxEntry, TaxInformation, fields};
use profile_ports::JsonMembers;
use profile_usecases::client::DecryptedTax;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde_json::{Map, json};

use super::{
    error::{CONFLICT, NOT_FOUND, with_body},
    record::{self, endpoint},
    request::required_text,
    response::{Moment, limit_texts, text},
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
};

const PATHS: &[&str] = &["/client/tax-information", "/v1/client/tax-information"];
/// No record has another yet.
const SCHEMA_VERSION: i32 = 1;

pub(super) fn endpoints() -> [Endpoint; 3] {
    [
        Endpoint {
            request: Body::Json(request_schema),
            failures: with_body(&[CONFLICT]),
            ..endpoint::<TaxItem>(
                "create_tax",
                Method::POST,
                PATHS,
                "Create the tax information, once",
                |route| route.to(post),
            )
        },
        Endpoint {
            request: Body::Json(request_schema),
            failures: with_body(&[NOT_FOUND]),
            ..endpoint::<TaxItem>("update_tax", Method::PUT, PATHS, "Replace the tax information", |route| {
                route.to(put)
            })
        },
        endpoint::<TaxItem>("get_tax", Method::GET, PATHS, "Read the tax information", |route| route.to(get)),
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

async fn post(request: HttpRequest, payload: web::Payload, state: web::Data<State>) -> HttpResponse {
    record::create::<TaxInformation, TaxItem>(&request, payload, &state, |body| {
        TaxEntry::read(&JsonMembers(body))
    })
    .await
}

async fn put(request: HttpRequest, payload: web::Payload, state: web::Data<State>) -> HttpResponse {
    record::replace::<TaxInformation, TaxItem>(&request, payload, &state, |body| {
        TaxEntry::read(&JsonMembers(body))
    })
    .await
}

async fn get(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    record::get::<TaxInformation, TaxItem>(&request, &state).await
}
