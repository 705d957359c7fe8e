//! The financial assessment (section 4; section 8, rows 16, 17 and 27 to 29).

use serde_json::{Value, json};

use crate::{
    call::{but, fresh_sub, get, item, refused, send, token, without},
    support::Target,
};

pub async fn an_assessment_is_written_and_read_at_two_paths(target: &Target) {
    let token = token(&fresh_sub());
    let (write, read) = ("/v1/client/financial-assessment", "/v1/client/financial-assessment-results");
    let body = json!({"estimated_net_worth": "$25,001 - $50,000", "occupation": "Specialist", "source_of_wealth": "Investments and Dividends ",
        "net_annual_income": "$10,001 - $25,000", "primary_source_of_funds_for_trading": "Manufacturing, Mining & Construction"});
    let update = json!({"industry_of_employment": "it", "net_annual_income": "AED 1", "employer_name": "Us", "education_level": "phd",
        "estimated_net_worth": "AED 2", "source_of_wealth": "work", "regular_expense": "AED 3"});
    refused(
        &send(target, "PUT", write, &token, &update).await,
        404,
        "NotFound",
        &["No financial assessment"],
    );
    refused(&get(target, read, &token).await, 404, "NotFound", &["No financial assessment"]);
    let made = item(&send(target, "POST", write, &token, &body).await);
    assert_eq!(made["data"]["source_of_wealth"], "Investments and Dividends");
    let keys: Vec<&String> = made.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["client_id", "data", "created_time", "updated_time"]);
    refused(&send(target, "POST", write, &token, &body).await, 409, "Conflict", &["A financial assessment"]);
    let wrong = but(body.clone(), "estimated_net_worth", json!("Over $500000"));
    refused(
        &send(target, "POST", write, &token, &wrong).await,
        400,
        "ValidationError",
        &["estimated_net_worth is invalid: "],
    );
    let updated = item(&send(target, "PUT", write, &token, &update).await);
    assert_eq!(updated, update);
    let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&updated), names(&update), "in the documented order");
    let shown = item(&get(target, read, &token).await);
    assert_eq!(
        names(&shown),
        [
            "client_id",
            "occupation",
            "source_of_wealth",
            "net_annual_income",
            "estimated_net_worth",
            "primary_source_of_funds_for_trading"
        ]
    );
    assert_eq!((&shown["occupation"], &shown["net_annual_income"]), (&json!("Specialist"), &json!("AED 1")));
    let answer = get(target, write, &token).await;
    refused(&answer, 405, "MethodNotAllowed", &["The path is known"]);
    assert_eq!(answer.header("allow"), "POST, PUT");
    let missing = send(target, "PUT", write, &token, &without(update, "employer_name")).await;
    refused(&missing, 400, "ValidationError", &["employer_name is required"]);
}
