//! Imports over HTTP (operator API page, section 13).

use std::{fs, time::Duration};

use profile_domain::operator::Role;
use profile_testkit::cluster::Cluster;
use serde_json::{Value, json};

use super::{
    answers::{ok, problem},
    service::{Call, Service},
};
use crate::support::{UNLIMITED, people::OWN};

const NDJSON: &str = "application/x-ndjson";

fn call(service: &Service, query: &str, role: Role) -> Call {
    service.call(role, "POST", &format!("/imports{query}"))
}

/// The lines of a report.
async fn import(service: &Service, query: &str, rows: &str) -> (u16, Vec<Value>) {
    let _alone = service.importing().await;
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

pub async fn each_fault_of_a_row_has_its_place(service: &Service) {
    let number = service.number();
    let (login, user) = (5_000_000 + number, format!("user_I{number:013}"));
    let ended = super::fixtures::made(service, "account").await;
    ok(&service.delete(Role::Admin, &format!("{ended}?reason=of%20a%20test")).await);
    let ended: i64 = ended.rsplit('/').next().unwrap().parse().unwrap();
    let name = "x".repeat(101);
    let rows = [
        json!({"kind": "account", "login": login, "city": 5, "state": 6, "enable": 2}),
        json!({"kind": "account", "login": login, "city": "x".repeat(129), "name": "x".repeat(129)}),
        json!({"kind": "account", "login": ended}),
        json!({"kind": "user", "id": user, "username": format!("import-{number}"),
            "overrides": [{"account_id": OWN, "name": "Fine"}, {"account_id": OWN, "name": name}]}),
        json!({"kind": "member", "id": 700_000 + number, "email": "x", "given_name": ""}),
        json!({"kind": "customer", "customer_id": number, "email": "x"}),
    ];
    let rows = rows.map(|row| row.to_string()).join("\n");
    let (_, report) = import(service, "?reason=moving", &rows).await;
    let faults = |line: i64| {
        let refused = report.iter().find(|refused| refused["line"] == line).unwrap();
        super::answers::faults(refused)
    };
    let owned = super::answers::owned;
    assert_eq!(faults(1), owned(&[("/city", "type"), ("/state", "type"), ("/enable", "value")]));
    assert_eq!(faults(2), owned(&[("/city", "max_chars"), ("/name", "max_chars")]));
    assert_eq!(faults(3), owned(&[("/login", "value")]));
    assert_eq!(faults(4), owned(&[("/overrides/1/name", "max_chars")]));
    assert_eq!(faults(5), owned(&[("/email", "format"), ("/given_name", "min_chars")]));
    let customer = report.iter().find(|refused| refused["line"] == 6).unwrap();
    assert_eq!(customer["key"], json!(number.to_string()));
    // Nothing of a refused user is there.
    problem(&service.get(Role::Support, &format!("/records/user/{user}")).await, 404, "not_found");
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
    let _alone = service.importing().await;
    assert_eq!(call(service, asked, Role::Admin).body("application/json", "").await.status, 415);
    assert_eq!(call(service, asked, Role::Privacy).body(NDJSON, "").await.status, 403);
    let refused = call(service, "", Role::Admin).body(NDJSON, "").header("idempotency-key", "a").await;
    assert_eq!(refused.status, 400);
    let errors = refused.json()["errors"].clone();
    assert!(errors.as_array().unwrap().iter().any(|error| error["parameter"] == "reason"), "{errors}");
    assert!(errors.as_array().unwrap().iter().any(|error| error["header"] == "Idempotency-Key"), "{errors}");
    assert_eq!(call(service, asked, Role::Admin).body(NDJSON, "").await.status, 200);
}

/// So many rows that the caller is gone long before the last one; every tenth is refused, so that the report has lines.
const MANY: i64 = 20_000;

fn many_rows() -> String {
    let row = |number: i64| match number % 10 {
        0 => json!({"kind": "account", "login": 6_000_000 + number, "nick": "x"}),
        _ => json!({"kind": "account", "login": 6_000_000 + number, "city": "Lund", "comment": "whole"}),
    };
    (0..MANY).flat_map(|number| [row(number).to_string(), "\n".to_owned()]).collect()
}

/// What the server's log says of the import that nobody waits for any more.
async fn end_of_import(service: &Service) -> Value {
    for _ in 0..600 {
        let log = fs::read_to_string(service.folder.join("log")).unwrap();
        let mut lines = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        if let Some(line) =
            lines.find(|line| line["message"].as_str().is_some_and(|said| said.contains("hung up")))
        {
            return line;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the import goes on though its caller has hung up");
}

/// The accounts of the import; asserts that each is whole.
async fn imported(service: &Service) -> u64 {
    let (mut count, mut cursor) = (0, String::new());
    loop {
        let page = ok(&service.get(Role::Admin, &format!("/records?kind=account&limit=200{cursor}")).await);
        for record in page["records"].as_array().unwrap() {
            if record["key"].as_str().unwrap().starts_with("60") {
                assert_eq!((&record["version"], &record["fields"]["comment"]), (&json!(1), &json!("whole")));
                count += 1;
            }
        }
        let Some(next) = page["next"].as_str() else { return count };
        cursor = format!("&cursor={next}");
    }
}

async fn an_import_ends_between_two_lines_when_its_caller_hangs_up(database: &str) {
    let service = Service::binary(database, &[UNLIMITED]);
    let mut report = call(&service, "?reason=moving", Role::Admin).body(NDJSON, &many_rows()).open().await;
    assert_eq!(report.status().as_u16(), 200);
    assert!(report.chunk().await.unwrap().is_some_and(|lines| lines.starts_with(b"{\"line\":")));
    let other = call(&service, "?reason=moving", Role::Admin).body(NDJSON, "").await;
    problem(&other, 409, "import_running");
    drop(report);
    let end = end_of_import(&service).await;
    let so_far = end["imported"].as_u64().unwrap();
    assert!(so_far > 0 && so_far < u64::try_from(MANY).unwrap() / 2, "{end}");
    assert_eq!((&end["unchanged"], end["failed"].as_u64() > Some(0)), (&json!(0), true), "{end}");
    // A row whose outcome is unknown is reported as failed, and may be there.
    let (stored, failed) = (imported(&service).await, end["failed"].as_u64().unwrap());
    assert!((so_far..=so_far + failed).contains(&stored), "the rows done so far stay: {stored}, {end}");
    let (status, lines) = import(&service, "?reason=moving", "").await;
    assert_eq!((status, lines.len()), (200, 1), "the key may import again");
    assert_eq!(imported(&service).await, stored, "and nothing goes on behind it");
    service.kill();
}

#[tokio::test]
async fn a_caller_hangs_up_on_sqlite() {
    an_import_ends_between_two_lines_when_its_caller_hangs_up("sqlite://data/profile.db").await;
}

#[tokio::test]
async fn a_caller_hangs_up_on_postgres() {
    an_import_ends_between_two_lines_when_its_caller_hangs_up(&Cluster::shared().database()).await;
}
