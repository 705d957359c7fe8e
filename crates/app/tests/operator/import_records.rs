//! Imports over HTTP (operator API page, section 13).

use profile_domain::operator::Role;
use serde_json::{Value, json};

use super::service::{Call, Service};

const NDJSON: &str = "application/x-ndjson";

fn call(service: &Service, query: &str, role: Role) -> Call {
    service.call(role, "POST", &format!("/imports{query}"))
}

/// The lines of a report.
async fn import(service: &Service, query: &str, rows: &str) -> (u16, Vec<Value>) {
    let answer = call(service, query, Role::Admin).body(NDJSON, rows).await;
    let lines = answer.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    (answer.status, lines)
}

fn rows(number: i64) -> String {
    let account = json!({"kind": "account", "login": 5_000_000 + number, "city": "Lund"});
    let unknown = json!({"kind": "account", "login": 5_000_000 + number, "nick": "x"});
    let dangling = json!({"kind": "group", "id": 77_000 + number, "tenant_id": 99_999, "name": "Nobody"});
    format!("{account}\n{unknown}\n{dangling}\n[]\n")
}

pub async fn rows_are_imported_and_the_report_comes_as_lines(service: &Service) {
    let number = service.number();
    let (status, lines) = import(service, "?reason=moving", &rows(number)).await;
    assert_eq!(status, 200);
    let key = (5_000_000 + number).to_string();
    let expected = [
        json!({"line": 2, "kind": "account", "key": key, "errors": [{"pointer": "/nick", "rule": "unknown"}]}),
        json!({"line": 3, "kind": "group", "key": (77_000 + number).to_string(),
            "errors": [{"pointer": "/tenant_id", "rule": "reference"}]}),
        json!({"line": 4, "kind": null, "key": null, "errors": [{"pointer": "", "rule": "type"}]}),
    ];
    for line in expected {
        assert!(lines.contains(&line), "{line} is not in {lines:?}");
    }
    let last = json!({"imported": 1, "unchanged": 0, "failed": 3, "dry_run": false});
    assert_eq!(lines.last(), Some(&last));

    let made = service.record("account", &key).await;
    assert_eq!(made["fields"]["city"], "Lund");
    assert_eq!(made["cause"]["door"], "import");
    assert_eq!(made["cause"]["reason"], "moving");
    assert!(made["cause"]["actor"].as_str().unwrap().starts_with("operator:opk_"));

    let (_, again) = import(service, "?reason=moving", &rows(number)).await;
    assert_eq!(again.last().unwrap()["unchanged"], 1);
}

pub async fn a_dry_import_keeps_nothing(service: &Service) {
    let number = service.number();
    let (status, lines) = import(service, "?dry_run=true&reason=moving", &rows(number)).await;
    assert_eq!(status, 200);
    assert_eq!(lines.last(), Some(&json!({"imported": 1, "unchanged": 0, "failed": 3, "dry_run": true})));
    let path = format!("/records/account/{}", 5_000_000 + number);
    assert_eq!(service.get(Role::Admin, &path).await.status, 404);
}

pub async fn an_import_needs_its_type_its_reason_and_no_idempotency_key(service: &Service) {
    let asked = "?reason=moving";
    assert_eq!(call(service, asked, Role::Admin).body("application/json", "").await.status, 415);
    assert_eq!(call(service, asked, Role::Privacy).body(NDJSON, "").await.status, 403);
    let refused = call(service, "", Role::Admin).body(NDJSON, "").header("idempotency-key", "a").await;
    assert_eq!(refused.status, 400);
    let errors = refused.json()["errors"].clone();
    assert!(errors.as_array().unwrap().iter().any(|error| error["parameter"] == "reason"), "{errors}");
    assert!(errors.as_array().unwrap().iter().any(|error| error["header"] == "Idempotency-Key"), "{errors}");
    assert_eq!(call(service, asked, Role::Admin).body(NDJSON, "").await.status, 200);
}
