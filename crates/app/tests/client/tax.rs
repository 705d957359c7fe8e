//! The tax information (section 4; section 8, rows 16, 17, 30 and 31).

use serde_json::{Value, json};

use crate::{
    call::{but, fresh_sub, get, item, profile, refused, send, token},
    support::Target,
};

pub async fn tax_information_is_a_record_of_its_own(target: &Target) {
    let token = token(&fresh_sub());
    let before = item(&send(target, "POST", "/client/profile", &token, &profile()).await);
    let body = json!({"tax_residence": "de", "tax_identification_number": " DE-1 ", "is_foreign_taxpayer": false, "employment_status": "retired",
        "financial_assessment": {"occupation": "surveyor", "industry_of_employment": "construction"}});
    refused(
        &send(target, "PUT", "/client/tax-information", &token, &body).await,
        404,
        "NotFound",
        &["No tax information"],
    );
    let made = item(&send(target, "POST", "/client/tax-information", &token, &body).await);
    let keys: Vec<&String> = made.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "client_id",
            "employment_status",
            "tax_residence",
            "tax_identification_number",
            "is_foreign_taxpayer",
            "financial_assessment",
            "schema_version",
            "created_time",
            "updated_time",
            "account_opening_reason"
        ]
    );
    assert_eq!((&made["tax_identification_number"], &made["schema_version"]), (&json!("DE-1"), &json!(1)));
    assert_eq!(made["financial_assessment"], body["financial_assessment"]);
    assert_eq!(item(&get(target, "/client/profile", &token).await), before);
    refused(
        &send(target, "POST", "/client/tax-information", &token, &body).await,
        409,
        "Conflict",
        &["Tax information"],
    );
    let foreign = but(body.clone(), "is_foreign_taxpayer", json!(true));
    let replaced = item(&send(target, "PUT", "/client/tax-information", &token, &foreign).await);
    assert_eq!(
        (&replaced["is_foreign_taxpayer"], &replaced["created_time"]),
        (&json!(true), &made["created_time"])
    );
    assert_eq!(item(&get(target, "/client/tax-information", &token).await), replaced);

    let put = async |body: Value| send(target, "PUT", "/client/tax-information", &token, &body).await;
    for flag in [json!("false"), json!(0), json!("")] {
        refused(
            &put(but(body.clone(), "is_foreign_taxpayer", flag)).await,
            400,
            "ValidationError",
            &["is_foreign_taxpayer is invalid: "],
        );
    }
    let occupation = but(body.clone(), "financial_assessment", json!({"industry_of_employment": "x"}));
    refused(&put(occupation).await, 400, "ValidationError", &["financial_assessment.occupation is required"]);
    let object = but(body.clone(), "financial_assessment", json!(""));
    refused(&put(object).await, 400, "ValidationError", &["financial_assessment is invalid: "]);
    let all = [
        "tax_residence is required",
        "tax_identification_number is required",
        "is_foreign_taxpayer is required",
        "employment_status is required",
        "financial_assessment is required",
    ];
    refused(&put(json!({})).await, 400, "ValidationError", &all);
}
