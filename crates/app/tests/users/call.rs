//! Requests of the users contract.

use serde_json::Value;

use crate::support::{Answer, Target};

/// The newest version, in which most tests speak.
pub const NEWEST: &str = "2026-10-15-1";

pub async fn get(target: &Target, path: &str, credential: &str, version: Option<&str>) -> Answer {
    target
        .send("GET", &format!("/api/v1{path}"), |request| {
            let request = request.header("authorization", format!("Bearer {credential}"));
            version.into_iter().fold(request, |request, version| request.header("api-version-date", version))
        })
        .await
}

pub async fn patch(
    target: &Target,
    path: &str,
    credential: &str,
    version: Option<&str>,
    body: impl Into<String>,
) -> Answer {
    target
        .send("PATCH", path, |request| {
            let request = request
                .header("authorization", format!("Bearer {credential}"))
                .header("content-type", "application/json")
                .body(body.into());
            version.into_iter().fold(request, |request, version| request.header("api-version-date", version))
        })
        .await
}

/// Asserts an error in the contract's envelope; empty code and param mean that they are absent.
#[track_caller]
pub fn refused(answer: &Answer, status: u16, kind: &str, code: &str, param: &str) {
    let error = &answer.json()["error"];
    let text = |name: &str| error[name].as_str().unwrap_or_default().to_owned();
    assert_eq!(
        (answer.status, text("type").as_str(), text("code").as_str(), text("param").as_str()),
        (status, kind, code, param),
        "{}",
        answer.text
    );
    assert!(!text("message").is_empty());
    assert!(error.as_object().unwrap().values().all(Value::is_string), "{}", answer.text);
    assert_eq!(answer.header("www-authenticate"), if status == 401 { "Bearer" } else { "" });
    assert_eq!(answer.header("cache-control"), "no-store");
}
