//! How far the onboarding has come (section 4).

use serde_json::{Value, json};

use crate::{
    call::{fresh_sub, get, item, profile, send, token},
    support::Target,
};

pub async fn onboarding_follows_the_records(target: &Target) {
    let token = token(&fresh_sub());
    let onboarding = async || item(&get(target, "/client/onboarding-status", &token).await);
    let none = onboarding().await;
    assert_eq!((&none["client_id"], &none["status"]), (&Value::Null, &json!("not_started")));
    assert!(none["steps"].as_object().unwrap().values().all(|step| step == false));
    item(&send(target, "POST", "/client/tnc", &token, &Value::Null).await);
    let some = onboarding().await;
    assert_eq!((&some["status"], &some["steps"]["tnc"]), (&json!("in_progress"), &json!(true)));
    for (path, body) in [
        ("profile", profile()),
        (
            "address",
            json!({"address_line_1": "1", "state_province": "BR-SP", "city": "X", "zip_postal_code": "1"}),
        ),
        (
            "tax-information",
            json!({"tax_residence": "ie", "tax_identification_number": "1", "is_foreign_taxpayer": true, "employment_status": "student",
            "financial_assessment": {"occupation": "nurse", "industry_of_employment": "medical"}}),
        ),
        (
            "financial-assessment",
            json!({"estimated_net_worth": "Over $500,000", "occupation": "x", "source_of_wealth": "Business",
            "net_annual_income": "Less than $10,000", "primary_source_of_funds_for_trading": "Gaming or Casino"}),
        ),
    ] {
        item(&send(target, "POST", &format!("/client/{path}"), &token, &body).await);
    }
    assert_eq!(onboarding().await["status"], "completed");
}
