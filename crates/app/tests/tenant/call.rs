//! Requests of the tenant contract.

use serde_json::{Value, json};

use crate::support::{Answer, Target};

pub const UPDATE: &str = "/api/sys/v1/account/update_profile";
pub const PROFILE: &str = "/api/sys/v1/account/get_profile";

pub async fn put(target: &Target, bearer: &str, body: &Value) -> Answer {
    put_text(target, UPDATE, bearer, body.to_string()).await
}

pub async fn put_text(target: &Target, path: &str, bearer: &str, body: String) -> Answer {
    target
        .send("PUT", path, |request| {
            request.header("authorization", bearer).header("content-type", "application/json").body(body)
        })
        .await
}

pub async fn get(target: &Target, path: &str, bearer: &str) -> Answer {
    target.send("GET", path, |request| request.header("authorization", bearer)).await
}

/// The object of a good answer.
#[track_caller]
pub fn data(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!((answer.keys(), &answer.json()["errors"]), (vec!["data".into(), "errors".into()], &json!([])));
    assert_eq!(answer.header("api-supported-versions"), "1.0");
    answer.json()["data"].clone()
}

/// Asserts an error answer: its codes, each with its field.
#[track_caller]
pub fn refused(answer: &Answer, status: u16, errors: &[(&str, &str)]) {
    assert_eq!(
        (answer.status, answer.keys()),
        (status, vec!["data".into(), "errors".into()]),
        "{}",
        answer.text
    );
    assert_eq!(answer.json()["data"], Value::Null);
    let found = answer.json()["errors"].as_array().unwrap().clone();
    let found: Vec<(&str, &str)> = found
        .iter()
        .map(|error| (error["code"].as_str().unwrap(), error["field"].as_str().unwrap_or_default()))
        .collect();
    assert_eq!(found, errors, "{}", answer.text);
    assert_eq!(answer.header("www-authenticate"), if status == 401 { "Bearer" } else { "" });
    assert_eq!(answer.header("api-supported-versions"), "1.0");
}

/// The wrapper of a page.
#[track_caller]
pub fn list(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.keys(), ["data", "errors", "total_count", "page", "take"]);
    assert_eq!(answer.header("api-supported-versions"), "1.0");
    answer.json()
}
