//! Clients and staff.

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use super::{Door, Service, Shown, at, keys, names, png, rules};
use crate::support::{Answer, clients::token, now, sign};

struct ClientDoor<'a>(&'a Service, String);

/// Where each part of a client is written and read.
const PARTS: [(&str, &str, &str); 4] = [
    ("profile", "/client/profile", "/client/profile"),
    ("address", "/client/address", "/client/address"),
    ("tax_information", "/client/tax-information", "/client/tax-information"),
    ("financial_assessment", "/client/financial-assessment", "/client/financial-assessment-results"),
];

impl ClientDoor<'_> {
    /// The fields of an object, which are there also where they are null, named with its part.
    fn of_part(part: &str, item: &Value) -> Shown {
        let mut shown: Shown = keys(item).iter().map(|name| format!("{part}.{name}")).collect();
        let within = keys(&item["financial_assessment"]);
        shown.extend(within.iter().map(|name| format!("{part}.financial_assessment.{name}")));
        shown
    }
}

impl Door for ClientDoor<'_> {
    async fn read(&self, _: &Value) -> Shown {
        let Self(service, token) = self;
        let items = async |path: &str| service.get(path, token).await["data"].clone();
        let mut shown = Shown::new();
        for (part, _, path) in PARTS {
            shown.extend(Self::of_part(part, &items(path).await[0]));
        }
        for (path, field) in [("status", "statuses"), ("accounts", "accounts"), ("login-history", "logins")] {
            let is_shown = items(&format!("/client/{path}")).await[0].is_object();
            shown.extend(is_shown.then(|| field.to_owned()));
        }
        let balance = items("/client/total-balance").await;
        shown.extend(names(&balance[0], &[]));
        shown.extend(names(&items("/client/system-status").await[0], &[("statuses", "system_statuses")]));
        shown
    }

    async fn change(&self, field: &str, to: Value, record: &Value) -> Shown {
        let Self(service, token) = self;
        let named = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let (part, name) = field.split_once('.').unwrap_or(("", field));
        if field == "picture" {
            let form = Form::new().part("file", Part::bytes(png()).file_name("me.png"));
            let request = service.request("POST", "/client/profile/picture", token).multipart(form);
            let answer = Answer::read(request.send().await.unwrap()).await;
            return if answer.status == 200 { named(&["picture"]) } else { Shown::new() };
        }
        if part == "tnc" {
            let answer = service.send("POST", "/client/tnc", token, &Value::Null).await;
            return if answer.status == 200 {
                named(&["tnc.version_id", "tnc.created_time"])
            } else {
                Shown::new()
            };
        }
        let (part, path, _) = *PARTS.iter().find(|(known, ..)| *known == part).unwrap_or(&PARTS[1]);
        let mut body = record[part].clone();
        if part == "profile" && body["reason"].is_null() {
            body["reason"] = json!("For a test");
        }
        match name.split_once('.') {
            Some((object, name)) => body[object][name] = to,
            None => body[name] = to,
        }
        let answer = service.send("PUT", path, token, &body).await;
        if answer.status == 200 { Self::of_part(part, &answer.json()["data"][0]) } else { Shown::new() }
    }
}

/// The staff token for a client.
fn staff(client: &str) -> String {
    let exp = now() + 600;
    sign(
        &json!({ "aud": "authenticated", "role": "staff", "staff_identifier": "amy", "client_sub": client, "exp": exp }),
    )
}

/// The bodies that create the parts, in their order.
fn creations() -> [Value; 4] {
    [
        json!({
            "first_name": "Mirela", "last_name": "O'Neill", "date_of_birth": "1991-12-03", "birth_country": "ro",
            "account_opening_reason": "hedging", "employment_status": "employed", "residence_country": "ie",
            "citizen_country": "ro", "tax_residence_country": "ie", "tax_identification_number": "IE-7731905",
            "gender": "female",
        }),
        json!({
            "address_line_1": "14 Quay Row", "address_line_2": "Left", "state_province": "Munster", "city": "Cork",
            "zip_postal_code": "T12 X4Y7",
        }),
        json!({
            "tax_residence": "ie", "tax_identification_number": "IE-7731905", "is_foreign_taxpayer": false,
            "employment_status": "employed",
            "financial_assessment": { "occupation": "surveyor", "industry_of_employment": "construction" },
        }),
        json!({
            "estimated_net_worth": "$25,001 - $50,000", "occupation": "Specialist", "source_of_wealth": "Business",
            "net_annual_income": "$10,001 - $25,000", "primary_source_of_funds_for_trading": "Professional Services",
        }),
    ]
}

/// A client with a picture and nothing else.
async fn fresh(service: &Service, number: u32) -> String {
    let sub = format!("6b2f6a3e-8f0d-4c56-9f6e-{number:012x}");
    ClientDoor(service, token(&sub)).change("picture", Value::Null, &Value::Null).await;
    sub
}

/// A client with everything, of whom no value is null that a caller is shown.
async fn complete(service: &Service, number: u32) -> String {
    let sub = fresh(service, number).await;
    let (own, staff) = (token(&sub), staff(&sub));
    for ((_, path, _), body) in PARTS.iter().zip(creations()) {
        assert_eq!(service.send("POST", path, &own, &body).await.status, 200);
        let mut body = body;
        body["reason"] = json!("To begin with");
        for name in ["industry_of_employment", "employer_name", "education_level", "regular_expense"] {
            body[name] = json!("Free text");
        }
        let answer = service.send("PUT", path, &staff, &body).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
    assert_eq!(service.send("POST", "/client/tnc", &own, &Value::Null).await.status, 200);
    let imported = json!({
        "statuses": [{ "id": 1, "status_code": "cool_down" }],
        "accounts": [{ "platform_account_id": "***1", "currency": "EUR", "balance": "10.50" }],
        "wallets": [{ "id": 1, "wallet_type": "real", "currency": "EUR", "balance": 2 }],
        "total_balance": { "amount": "12.50", "currency": "EUR" },
        "logins": [{ "action": "login", "datetime": "2026-01-01T00:00:00" }],
    });
    service.correct("client", &sub, imported).await;
    sub
}

pub async fn capabilities_are_what_the_contract_does(service: &Service) {
    let not_offered = || rules(["client.not_offered"]);
    for (number, by_staff) in [(1, false), (2, true)] {
        let sub = complete(service, number).await;
        let (actor, token) = if by_staff {
            ("client-staff:amy".to_owned(), staff(&sub))
        } else {
            (format!("client:{sub}"), token(&sub))
        };
        let door = ClientDoor(service, token.clone());
        assert_eq!(service.probe(&actor, "client", &sub, &door).await, not_offered());
        service.correct("client", &sub, json!({ "system_statuses": ["closed"] })).await;
        assert_eq!(service.probe(&actor, "client", &sub, &door).await, rules(["client.closed"]));
    }
    let (sub, other) = (complete(service, 3).await, complete(service, 4).await);
    for stranger in [other.as_str(), "6b2f6a3e-8f0d-4c56-9f6e-ffffffffffff"] {
        let told = service.capabilities("client", &sub, &format!("client:{stranger}")).await;
        let is_denied = |field: &Value| {
            field["rule"] == "client.other_client" && field["readable"] == false && field["writable"] == false
        };
        assert!(told.iter().all(is_denied), "{told:?}");
    }
    for (number, (part, path, _)) in (5..).zip(PARTS) {
        let sub = fresh(service, number).await;
        let told = service.capabilities("client", &sub, &format!("client:{sub}")).await;
        let prefix = format!("{part}.");
        let of_part = || told.iter().filter(|field| field["field"].as_str().unwrap().starts_with(&prefix));
        let body = creations()[number as usize - 5].clone();
        let answer = service.send("POST", path, &token(&sub), &body).await;
        let shown = ClientDoor::of_part(part, &answer.json()["data"][0]);
        let shown_within = ClientDoor::of_part(part, &answer.json()["data"][0]["data"]);
        let record = service.record("client", &sub).await;
        for field in of_part() {
            let name = field["field"].as_str().unwrap();
            let is_made = !at(&record, name).is_null()
                && at(&body, name.strip_prefix(&prefix).unwrap()) != &Value::Null;
            assert_eq!(field["writable"] == true, is_made, "{field}");
            assert!(
                field["readable"] == true || !shown.contains(name) && !shown_within.contains(name),
                "{field}"
            );
        }
    }
}
