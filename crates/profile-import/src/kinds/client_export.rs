//! The row of kind `client` that an archive has of a record: the parts in the request fields of the contract, each with its
//! times.

use std::collections::BTreeMap;

use profile_domain::{
    Text,
    change::moment,
    client::{Address, Assessment, Client, IdentityProfile, Imported, TaxInformation, Terms, Times},
};
use serde_json::{Value, json};

use super::{client::ClientRow, client_records::JsonObject, fields::ImportText};

/// The members that are there.
fn object<'a>(members: impl IntoIterator<Item = (&'a str, Option<Value>)>) -> JsonObject {
    members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

fn text(text: &Text) -> Value {
    text.as_str().into()
}

fn times(times: &Times) -> [(&'static str, Option<Value>); 2] {
    let Times { created, updated } = times;
    [
        ("created_time", Some(moment(*created).into())),
        ("updated_time", updated.map(|updated| moment(updated).into())),
    ]
}

/// Items that are stored as JSON text.
fn items(items: &[Text]) -> Vec<Value> {
    items.iter().filter_map(|item| serde_json::from_str(item.as_str()).ok()).collect()
}

impl ClientRow {
    /// Returns the row of a record whose sealed values are `clear`, by field. One whose key is erased is left out.
    pub(super) fn of(client: &Client, clear: &BTreeMap<String, Text>, person: Option<ImportText>) -> Self {
        let Client {
            sub,
            person: _,
            version: _,
            client_id,
            key: _,
            profile,
            address,
            tax,
            assessment,
            terms,
            picture: _,
            system_statuses,
            imported,
        } = client;
        let Imported { statuses, accounts, wallets, total_balance, logins } = imported;
        Self {
            sub: *sub,
            client_id: Some(*client_id),
            profile: profile.as_ref().map(|profile| self::profile(profile, clear)),
            address: address.as_ref().map(self::address),
            tax_information: tax.as_ref().map(|tax| tax_information(tax, clear)),
            financial_assessment: assessment.as_ref().map(self::assessment),
            tnc: terms.map(|Terms { version, accepted }| {
                object([
                    ("version_id", Some(version.into())),
                    ("created_time", Some(moment(accepted).into())),
                ])
            }),
            statuses: Some(items(statuses)),
            system_statuses: Some(system_statuses.iter().map(|status| status.name().to_owned()).collect()),
            accounts: Some(items(accounts)),
            wallets: Some(items(wallets)),
            total_balance: total_balance.as_ref().and_then(|total| serde_json::from_str(total.as_str()).ok()),
            logins: Some(items(logins)),
            person,
        }
    }
}

/// A sealed value in clear.
fn opened(clear: &BTreeMap<String, Text>, field: &str) -> Option<Value> {
    clear.get(field).map(text)
}

fn profile(profile: &IdentityProfile, clear: &BTreeMap<String, Text>) -> JsonObject {
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
        staff_identifier: _,
        reason,
        times: made,
    } = profile;
    let members = [
        ("first_name", Some(text(first_name))),
        ("last_name", Some(text(last_name))),
        ("date_of_birth", opened(clear, "profile.date_of_birth")),
        ("birth_country", Some(text(birth_country))),
        ("account_opening_reason", Some(text(account_opening_reason))),
        ("employment_status", Some(text(employment_status))),
        ("residence_country", Some(text(residence_country))),
        ("citizen_country", Some(text(citizen_country))),
        ("tax_residence_country", Some(text(tax_residence_country))),
        ("tax_identification_number", opened(clear, "profile.tax_identification_number")),
        ("gender", Some(text(gender))),
        ("reason", reason.as_ref().map(text)),
    ];
    object(members.into_iter().chain(times(made)))
}

fn address(address: &Address) -> JsonObject {
    let Address { id: _, entry, staff_identifier: _, times: made } = address;
    let members = [
        ("address_line_1", Some(text(&entry.address_line_1))),
        ("address_line_2", entry.address_line_2.as_ref().map(text)),
        ("state_province", Some(text(&entry.state_province))),
        ("city", Some(text(&entry.city))),
        ("zip_postal_code", Some(text(&entry.zip_postal_code))),
    ];
    object(members.into_iter().chain(times(made)))
}

fn tax_information(tax: &TaxInformation, clear: &BTreeMap<String, Text>) -> JsonObject {
    let TaxInformation {
        tax_residence,
        tax_identification_number: _,
        is_foreign_taxpayer,
        employment_status,
        occupation,
        industry_of_employment,
        times: made,
    } = tax;
    let within = json!({
        "occupation": occupation.as_str(),
        "industry_of_employment": industry_of_employment.as_str(),
    });
    let members = [
        ("tax_residence", Some(text(tax_residence))),
        ("tax_identification_number", opened(clear, "tax_information.tax_identification_number")),
        ("is_foreign_taxpayer", Some((*is_foreign_taxpayer).into())),
        ("employment_status", Some(text(employment_status))),
        ("financial_assessment", Some(within)),
    ];
    object(members.into_iter().chain(times(made)))
}

fn assessment(assessment: &Assessment) -> JsonObject {
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
        times: made,
    } = assessment;
    let members = [
        ("estimated_net_worth", estimated_net_worth.as_ref().map(text)),
        ("occupation", occupation.as_ref().map(text)),
        ("source_of_wealth", source_of_wealth.as_ref().map(text)),
        ("net_annual_income", net_annual_income.as_ref().map(text)),
        ("primary_source_of_funds_for_trading", primary_source_of_funds.as_ref().map(text)),
        ("industry_of_employment", industry_of_employment.as_ref().map(text)),
        ("employer_name", employer_name.as_ref().map(text)),
        ("education_level", education_level.as_ref().map(text)),
        ("regular_expense", regular_expense.as_ref().map(text)),
    ];
    object(members.into_iter().chain(times(made)))
}
