//! Everything about a person as an archive (section 11; section 15, row 36).

use profile_domain::operator::Role;
use serde_json::{Value, json};

use super::{
    answers::{forbidden, invalid, is_time, ok, problem},
    fixtures::{make, path_of},
    service::Service,
};
use crate::support::{Answer, archives::Archive, full_rows};

const REASON: &str = "?reason=ticket%204711";

/// A person with records of every kind that belongs to persons; returns the number and the person.
async fn person(service: &Service) -> (i64, String) {
    let number = service.number();
    let rows = full_rows::person(number, &format!("full-{number}"));
    let call = service.call(Role::Admin, "POST", "/imports?reason=of%20a%20test");
    let alone = service.importing().await;
    let report = call.body("application/x-ndjson", &full_rows::lines(&rows)).await;
    drop(alone);
    let last: Value = serde_json::from_str(report.text.lines().last().unwrap()).unwrap();
    assert_eq!(
        last,
        json!({"imported": 7, "unchanged": 0, "failed": 0, "dry_run": false}),
        "{}",
        report.text
    );
    let customer = service.record("customer", 9_500_000 + number).await;
    (number, customer["person"].as_str().unwrap().to_owned())
}

async fn export(service: &Service, person: &str) -> Answer {
    service
        .get(Role::Privacy, &format!("/persons/{person}/export{REASON}"))
        .header("x-request-id", "export-1")
        .await
}

fn archive(answer: &Answer) -> Archive {
    assert_eq!(answer.status, 200, "{}", answer.text);
    Archive::read(answer.bytes.clone())
}

async fn accesses(service: &Service, person: &str) -> Vec<Value> {
    let answer = service.get(Role::Privacy, &format!("/persons/{person}/accesses")).await;
    ok(&answer)["accesses"].as_array().unwrap().clone()
}

/// The changes of a person, oldest first.
async fn changes(service: &Service, person: &str) -> Vec<Value> {
    let answer =
        service.get(Role::Privacy, &format!("/persons/{person}/changes?limit=200&include=chain")).await;
    let mut changes = ok(&answer)["changes"].as_array().unwrap().clone();
    changes.reverse();
    changes
}

pub async fn a_person_is_exported_with_rows_changes_and_media(service: &Service) {
    let (number, person) = person(service).await;
    let answer = export(service, &person).await;
    assert_eq!(answer.header("content-type"), "application/zip");
    assert_eq!(answer.header("content-disposition"), format!("attachment; filename=\"person-{person}.zip\""));
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("x-request-id"), "export-1");
    let mut archive = archive(&answer);
    let path = format!("media/{}.png", full_rows::file_uuid(number));
    assert_eq!(archive.names(), ["records.ndjson", "changes.ndjson", &path, "manifest.json"]);

    let rows = archive.rows();
    let kinds: Vec<&str> = rows.iter().map(|row| row["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["customer", "file", "account", "account", "user", "client", "member"]);
    assert_eq!(rows[1]["path"], path);
    assert_eq!(rows[5]["profile"]["date_of_birth"], "1991-12-03");
    assert_eq!(rows[5]["tax_information"]["tax_identification_number"], "IE-7731906");
    for absent in ["password", "password_hash", "base64"] {
        assert!(rows.iter().all(|row| row.get(absent).is_none()), "{absent}");
    }

    assert_eq!(archive.changes(), changes(service, &person).await);
    let manifest = archive.manifest();
    assert_eq!((&manifest["person"], &manifest["reason"]), (&json!(person), &json!("ticket 4711")));
    is_time(&manifest["at"]);
    assert!(manifest["position"].as_str() >= archive.changes().last().unwrap()["id"].as_str());
    assert_eq!(manifest["files"][1]["of"], Value::Null);
    let of = json!({"kind": "file", "key": full_rows::file_uuid(number), "field": "base64"});
    assert_eq!(manifest["files"][2]["of"], of);

    let accesses = accesses(service, &person).await;
    assert_eq!(accesses.len(), 1);
    let access = &accesses[0];
    assert_eq!(
        (&access["action"], &access["reason"], &access["request_id"], &access["actor"], &access["at"]),
        (&json!("export"), &json!("ticket 4711"), &json!("export-1"), &manifest["by"], &manifest["at"])
    );
}

pub async fn an_export_is_asked_for_strictly(service: &Service) {
    let record = make(service, "user").await;
    let person = record["person"].as_str().unwrap();
    let call = |role, query: &str| service.get(role, &format!("/persons/{person}/export{query}"));
    for role in [Role::Reader, Role::Support] {
        forbidden(&call(role, REASON).await, "role.privacy");
    }
    invalid(&call(Role::Privacy, "").await, &[("reason", "required")]);
    invalid(&call(Role::Privacy, "?reason=ab").await, &[("reason", "min_chars")]);
    invalid(&call(Role::Privacy, "?reason=abc&limit=1").await, &[("limit", "unknown")]);
    let post = service.call(Role::Privacy, "POST", &format!("/persons/{person}/export{REASON}"));
    problem(&post.await, 405, "method_not_allowed");
    assert!(accesses(service, person).await.is_empty(), "refusals leave nothing");
    for role in [Role::Privacy, Role::Admin] {
        archive(&call(role, REASON).await).manifest();
    }
    assert_eq!(accesses(service, person).await.len(), 2);
}

pub async fn a_head_request_reveals_nothing_and_is_not_noted(service: &Service) {
    let record = make(service, "user").await;
    let person = record["person"].as_str().unwrap();
    let head = |role, person: &str| service.call(role, "HEAD", &format!("/persons/{person}/export{REASON}"));
    let answer = head(Role::Privacy, person).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/zip"));
    assert!(answer.bytes.is_empty());
    assert_eq!(head(Role::Support, person).await.status, 403);
    assert_eq!(head(Role::Privacy, "00000000-0000-7000-8000-000000000000").await.status, 404);
    assert!(accesses(service, person).await.is_empty());
}

pub async fn a_person_whose_records_have_ended_is_exported(service: &Service) {
    let record = make(service, "user").await;
    let person = record["person"].as_str().unwrap();
    ok(&service.delete(Role::Admin, &format!("{}?reason=of%20a%20test", path_of(&record))).await);
    let mut archive = archive(&export(service, person).await);
    assert_eq!(archive.names(), ["records.ndjson", "changes.ndjson", "manifest.json"]);
    assert!(archive.rows().is_empty());
    assert_eq!(archive.changes(), changes(service, person).await);
    assert_eq!(archive.changes().len(), 2);
    archive.manifest();
}

pub async fn what_is_not_a_person_is_not_exported(service: &Service) {
    for nobody in ["00000000-0000-7000-8000-000000000000", "x"] {
        problem(&export(service, nobody).await, 404, "not_found");
    }
    let all = ok(&service.get(Role::Privacy, "/accesses?limit=200").await);
    let persons = all["accesses"].as_array().unwrap().iter().map(|access| &access["person"]);
    assert!(persons.into_iter().all(|person| person != "00000000-0000-7000-8000-000000000000"));
}
