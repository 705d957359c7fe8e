//! The items of the contract (section 4): every field always there, in the documented order.

use chrono::{DateTime, Utc};
use profile_domain::{
    Text,
    client::{Address, Assessment, Client, IdentityProfile, TaxInformation, Terms},
};
use profile_usecases::client::{OpenedProfile, OpenedTax};
use serde_json::{Value, json};

/// Answers only; no record has another yet.
const TAX_SCHEMA: i32 = 1;

/// UTC with six digits and no offset.
pub(super) fn time(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.6f").to_string()
}

fn text(text: Option<&Text>) -> Value {
    text.map_or(Value::Null, |text| text.as_str().into())
}

pub(super) fn profile(client: &Client, opened: &OpenedProfile) -> Value {
    let OpenedProfile { profile, date_of_birth, tax_identification_number } = opened;
    let IdentityProfile {
        first_name,
        last_name,
        date_of_birth: _,
        birth_country,
        account_opening_reason,
        employment_status,
        residence_country,
        citizen_country,
        tax_residence_country,
        tax_identification_number: _,
        gender,
        staff_identifier,
        reason,
        times,
    } = profile;
    json!({
        "client_id": client.client_id,
        "address_id": client.address.as_ref().map(|address| address.id),
        "first_name": first_name.as_str(),
        "last_name": last_name.as_str(),
        "date_of_birth": text(date_of_birth.as_ref()),
        "birth_country": birth_country.as_str(),
        "account_opening_reason": account_opening_reason.as_str(),
        "employment_status": employment_status.as_str(),
        "residence_country": residence_country.as_str(),
        "citizen_country": citizen_country.as_str(),
        "tax_residence_country": tax_residence_country.as_str(),
        "tax_identification_number": text(tax_identification_number.as_ref()),
        "gender": gender.as_str(),
        "staff_identifier": text(staff_identifier.as_ref()),
        "reason": text(reason.as_ref()),
        "created_time": time(times.created),
        "updated_time": times.updated.map(time),
    })
}

pub(super) fn address(client: &Client, address: &Address) -> Value {
    let Address { id, entry, staff_identifier, times } = address;
    json!({
        "id": id,
        "client_id": client.client_id,
        "address_line_1": entry.address_line_1.as_str(),
        "address_line_2": text(entry.address_line_2.as_ref()),
        "state_province": entry.state_province.as_str(),
        "city": entry.city.as_str(),
        "zip_postal_code": entry.zip_postal_code.as_str(),
        "staff_identifier": text(staff_identifier.as_ref()),
        "reason": null,
        "created_time": time(times.created),
        "updated_time": times.updated.map(time),
    })
}

pub(super) fn tax(client: &Client, opened: &OpenedTax) -> Value {
    let OpenedTax { tax, tax_identification_number } = opened;
    let TaxInformation {
        tax_residence,
        tax_identification_number: _,
        is_foreign_taxpayer,
        employment_status,
        occupation,
        industry_of_employment,
        times,
    } = tax;
    json!({
        "client_id": client.client_id,
        "employment_status": employment_status.as_str(),
        "tax_residence": tax_residence.as_str(),
        "tax_identification_number": text(tax_identification_number.as_ref()),
        "is_foreign_taxpayer": is_foreign_taxpayer,
        "financial_assessment": {
            "occupation": occupation.as_str(),
            "industry_of_employment": industry_of_employment.as_str(),
        },
        "schema_version": TAX_SCHEMA,
        "created_time": time(times.created),
        "updated_time": times.updated.map(time),
        "account_opening_reason": null,
    })
}

/// As it is answered to its creation.
pub(super) fn new_assessment(client: &Client, assessment: &Assessment) -> Value {
    json!({
        "client_id": client.client_id,
        "data": {
            "estimated_net_worth": text(assessment.estimated_net_worth.as_ref()),
            "occupation": text(assessment.occupation.as_ref()),
            "source_of_wealth": text(assessment.source_of_wealth.as_ref()),
            "net_annual_income": text(assessment.net_annual_income.as_ref()),
            "primary_source_of_funds_for_trading": text(assessment.primary_source_of_funds.as_ref()),
        },
        "created_time": time(assessment.times.created),
        "updated_time": assessment.times.updated.map(time),
    })
}

/// As it is answered to an update.
pub(super) fn updated_assessment(assessment: &Assessment) -> Value {
    json!({
        "industry_of_employment": text(assessment.industry_of_employment.as_ref()),
        "net_annual_income": text(assessment.net_annual_income.as_ref()),
        "employer_name": text(assessment.employer_name.as_ref()),
        "education_level": text(assessment.education_level.as_ref()),
        "estimated_net_worth": text(assessment.estimated_net_worth.as_ref()),
        "source_of_wealth": text(assessment.source_of_wealth.as_ref()),
        "regular_expense": text(assessment.regular_expense.as_ref()),
    })
}

/// As it is read.
pub(super) fn assessment(client: &Client, assessment: &Assessment) -> Value {
    json!({
        "client_id": client.client_id,
        "occupation": text(assessment.occupation.as_ref()),
        "source_of_wealth": text(assessment.source_of_wealth.as_ref()),
        "net_annual_income": text(assessment.net_annual_income.as_ref()),
        "estimated_net_worth": text(assessment.estimated_net_worth.as_ref()),
        "primary_source_of_funds_for_trading": text(assessment.primary_source_of_funds.as_ref()),
    })
}

pub(super) fn terms(client: &Client, terms: Terms) -> Value {
    json!({
        "client_id": client.client_id,
        "version_id": terms.version,
        "created_time": time(terms.accepted),
        "updated_time": null,
    })
}

/// Imported items as they came; where one has the client's number, it is this client's.
pub(super) fn items(client: &Client, items: &[Text]) -> Vec<Value> {
    let item = |item: &Text| {
        let mut item: Value = serde_json::from_str(item.as_str()).unwrap_or_default();
        if let Some(number) = item.get_mut("client_id") {
            *number = client.client_id.into();
        }
        item
    };
    items.iter().map(item).collect()
}
