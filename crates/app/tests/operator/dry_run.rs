//! Dry runs (section 3; section 15, row 19).

use std::{fs, path::Path, time::Duration};

use profile_domain::operator::Role;
use profile_testkit::cluster::Cluster;
use serde_json::{Value, json};

use super::{
    answers::{ok, problem},
    fixtures::{CREATED, PNG, least, made, other_fields},
    service::{Call, Service},
};
use crate::support::{Answer, stores};

/// An answer without what may differ between a dry run and the real call.
fn comparable(answer: &Value) -> Value {
    let mut answer = answer.clone();
    for name in ["created_at", "updated_at"] {
        if answer.get(name).is_some() {
            answer[name] = Value::Null;
        }
    }
    if answer.get("cause").is_some() {
        answer["cause"]["request_id"] = Value::Null;
    }
    // Its value has seconds, so that two calls in one second leave it as it is.
    if let Some(changed) = answer.get_mut("changed").and_then(Value::as_array_mut) {
        changed.retain(|field| field != "update_time");
    }
    let fields = answer["fields"].as_object_mut();
    for name in ["update_time", "created_at", "created", "last_updated"] {
        if let Some(value) =
            fields.as_ref().and_then(|fields| fields.get(name)).filter(|value| !value.is_null())
        {
            assert!(value.is_string() || value.is_number());
        }
    }
    if let Some(fields) = fields {
        for name in ["update_time", "created_at", "created", "last_updated"] {
            fields.get_mut(name).into_iter().for_each(|value| *value = Value::Null);
        }
    }
    answer.as_object_mut().unwrap().remove("dry_run");
    answer
}

/// Makes the dry run and the real call; asserts that they answer alike.
async fn both(dry: Call, real: Call) -> Value {
    let (dry, real) = (dry.await, real.await);
    alike("", &dry, &real);
    real.json()
}

/// Asserts that a dry run and a real call have answered alike. Of a new record of `kind`, its person and the numbers that the
/// service gives are given to the real call alone.
#[track_caller]
fn alike(kind: &str, dry: &Answer, real: &Answer) {
    assert!([200, 201].contains(&real.status), "{kind}: {}", real.text);
    assert_eq!(dry.status, real.status, "{} {}", dry.text, real.text);
    assert_eq!(dry.json()["dry_run"], true, "{}", dry.text);
    assert_eq!(dry.keys().last().unwrap(), "dry_run", "{}", dry.text);
    assert!(real.json().get("dry_run").is_none(), "{}", real.text);
    assert_eq!(dry.header("etag"), "", "a dry run has no ETag");
    assert_eq!(dry.header("location"), real.header("location"));
    let shown = |answer: &Answer| {
        let mut shown = comparable(&answer.json());
        if ["customer", "account", "user", "client", "member"].contains(&kind) && shown["version"] == 1 {
            shown["person"] = json!(shown["person"].is_string());
        }
        if kind == "client" {
            shown["fields"]["client_id"] = json!(shown["fields"]["client_id"].is_number());
        }
        shown
    };
    assert_eq!(shown(dry), shown(real));
}

pub async fn a_dry_run_answers_as_the_real_call(service: &Service) {
    for kind in CREATED {
        let (key, fields) = least(service, kind).await;
        let path = format!("/records/{kind}/{key}");
        let body = json!({"fields": fields, "cause": {"reason": "of a test"}});
        let put = |path: &str| service.put(Role::Admin, path, &body);
        let dry = put(&format!("{path}?dry_run=true")).await;
        problem(&service.get(Role::Admin, &path).await, 404, "not_found");
        alike(kind, &dry, &put(&path).await);

        let body = json!({"fields": other_fields(kind, 1), "cause": {"reason": "of a test"}});
        let patch = |path: &str| service.patch(Role::Admin, path, &body);
        both(patch(&format!("{path}?dry_run=true")), patch(&path)).await;

        let body = json!({"to_version": 1, "reason": "of a test"});
        let revert = |query: &str| service.post(Role::Admin, &format!("{path}/revert{query}"), &body);
        if ["api_key", "client"].contains(&kind) {
            // What is sensitive was set since, so neither is reverted.
            for query in ["?dry_run=true", ""] {
                problem(&revert(query).await, 409, "not_revertible");
            }
        } else {
            both(revert("?dry_run=true"), revert("")).await;
        }

        let end = |path: &str| service.delete(Role::Admin, path);
        both(
            end(&format!("{path}?reason=of%20a%20test&dry_run=true")),
            end(&format!("{path}?reason=of%20a%20test")),
        )
        .await;
        let anew = |path: &str| {
            let mut body = json!({ "fields": fields });
            body["cause"] = json!({"reason": "anew"});
            service.put(Role::Admin, path, &body)
        };
        let dry = anew(&format!("{path}?dry_run=true")).await;
        alike(kind, &dry, &anew(&path).await);
    }
}

pub async fn a_dry_patch_and_a_dry_revert_keep_nothing(service: &Service) {
    let account = made(service, "account").await;
    let body = json!({"fields": {"city": "Malmö"}, "cause": {"reason": "of a test"}});
    let before = ok(&service.get(Role::Admin, &account).await);
    let dry = service.patch(Role::Support, &format!("{account}?dry_run=true"), &body);
    ok(&dry.await);
    assert_eq!(ok(&service.get(Role::Admin, &account).await), before);
    let dry = service.patch(Role::Support, &format!("{account}?dry_run=true&base_version=1"), &body);
    let real = service.patch(Role::Support, &format!("{account}?base_version=1"), &body);
    assert_eq!(both(dry, real).await["version"], 2);
    let revert = json!({"to_version": 1, "reason": "of a test"});
    let dry = service.post(Role::Support, &format!("{account}/revert?dry_run=true"), &revert);
    let reverted = both(dry, service.post(Role::Support, &format!("{account}/revert"), &revert)).await;
    assert_eq!((&reverted["version"], &reverted["fields"]["city"]), (&json!(3), &json!("")));
    assert_eq!(
        ok(&service.get(Role::Admin, &format!("{account}/changes")).await)["changes"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
    // A dry run is refused as the real call is.
    for (method, path, body) in [
        ("PATCH", "dry_run=true", json!({"fields": {"nick": 1}})),
        ("PATCH", "dry_run=true&base_version=9", json!({"fields": {"city": "A"}})),
    ] {
        let refused = service.call(Role::Support, method, &format!("{account}?{path}")).json(&body).await;
        problem(&refused, 400, "invalid");
    }
}

pub async fn a_dry_run_of_a_key_has_no_secret(service: &Service) {
    let body = json!({"name": "dry", "role": "reader"});
    let dry = service.post(Role::Admin, "/keys?dry_run=true", &body).await;
    assert_eq!(
        (dry.status, dry.json()["secret"].clone(), dry.json()["dry_run"].clone()),
        (201, Value::Null, json!(true)),
        "{}",
        dry.text
    );
    assert_eq!(dry.keys().last().unwrap(), "dry_run");
    let id = dry.json()["id"].as_str().unwrap().to_owned();
    problem(&service.get(Role::Admin, &format!("/keys/{id}")).await, 404, "not_found");
    let key = service.post(Role::Admin, "/keys", &body).await.json();
    let path = format!("/keys/{}?reason=of%20a%20test", key["id"].as_str().unwrap());
    let dry = ok(&service.delete(Role::Admin, &format!("{path}&dry_run=true")).await);
    assert_eq!(dry["dry_run"], true);
    let kept = ok(&service.get(Role::Admin, &format!("/keys/{}", key["id"].as_str().unwrap())).await);
    assert_eq!(kept["revoked"], Value::Null);
}

pub async fn a_dry_run_looks_at_no_idempotency_key(service: &Service) {
    let account = made(service, "account").await;
    let key = format!("dry-{account}");
    let dry = |city: &str| {
        service
            .patch(Role::Support, &format!("{account}?dry_run=true"), &json!({"fields": {"city": city}}))
            .header("idempotency-key", &key)
    };
    ok(&dry("A").await);
    ok(&dry("B").await);
    let real = service
        .patch(Role::Support, &account, &json!({"fields": {"city": "C"}}))
        .header("idempotency-key", &key)
        .await;
    assert_eq!((&ok(&real)["version"], real.header("idempotent-replayed")), (&json!(2), ""));
    ok(&dry("D").await);
}

pub async fn a_dry_run_of_a_sensitive_field_counts_as_changed(service: &Service) {
    let client = super::fixtures::client_with_profile(service).await;
    let body = json!({"fields": {"profile": {"tax_identification_number": "IE-7731905"}}, "cause": {"reason": "of a test"}});
    let dry = ok(&service.patch(Role::Privacy, &format!("{client}?dry_run=true"), &body).await);
    assert!(dry["changed"].to_string().contains("profile.tax_identification_number"), "{dry}");
    assert_eq!(dry["fields"]["profile"]["tax_identification_number"], Value::Null);
    assert_eq!(ok(&service.get(Role::Admin, &client).await)["version"], 1);
}

pub async fn a_dry_run_shows_the_numbers_that_come_next(service: &Service) {
    let numbers = |record: &Value| {
        let fields = &record["fields"];
        (fields["client_id"].as_i64().unwrap(), fields["address"]["id"].as_i64().unwrap())
    };
    let address =
        json!({"address_line_1": "A 1", "state_province": "S", "city": "C", "zip_postal_code": "1"});
    let (key, _) = least(service, "client").await;
    let path = format!("/records/client/{key}?dry_run=true");
    let body = json!({"fields": {"address": address}, "cause": {"reason": "of a test"}});
    let first = numbers(&service.put(Role::Admin, &path, &body).await.json());
    let (higher, _) = least(service, "client").await;
    // Other tests take numbers, too.
    let taken = first.0 + 10_000;
    service.create("client", higher, json!({"client_id": taken})).await;
    let second = numbers(&service.put(Role::Admin, &path, &body).await.json());
    assert!(second.0 > taken && second.1 == second.0 + 1, "{second:?}");
    let real = numbers(&service.put(Role::Admin, &format!("/records/client/{key}"), &body).await.json());
    assert!(real.0 >= second.0 && real.0 < taken + 10_000, "{real:?}");
}

/// Every row that is kept, and every file of the media; without the keys of operators, which tell when they were used.
async fn kept(service: &Service, database: &str) -> Vec<String> {
    let mut kept = if database.starts_with("sqlite") {
        stores::everything(&stores::sqlite(&service.folder.join("data/profile.db"))).await
    } else {
        stores::everything(&stores::postgres(database)).await
    };
    kept.retain(|line| !line.starts_with("operator_key: "));
    add_files(&service.folder.join("profile-data/media"), &mut kept);
    kept
}

fn add_files(folder: &Path, kept: &mut Vec<String>) {
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        match fs::read(&path) {
            Ok(bytes) => kept.push(format!("{}: {bytes:?}", path.display())),
            Err(_) => add_files(&path, kept),
        }
    }
}

/// The same once the log has a checkpoint after its last change.
async fn at_rest(service: &Service, database: &str) -> Vec<String> {
    let mut before = kept(service, database).await;
    for _ in 0..30 {
        tokio::time::sleep(Duration::from_secs(3)).await;
        let now = kept(service, database).await;
        if now == before {
            return now;
        }
        before = now;
    }
    panic!("the database does not come to rest");
}

async fn leaves_everything_as_it_was(database: &str) {
    let service = Service::binary(database, &[]);
    let reason = json!({"reason": "of a test"});
    let mut calls = Vec::new();
    for kind in CREATED {
        let (key, mut fields) = least(&service, kind).await;
        calls.push(("PUT", format!("/records/{kind}/{key}?"), json!({"fields": fields, "cause": reason})));
        let path = made(&service, kind).await;
        fields = other_fields(kind, 1);
        calls.push(("PATCH", format!("{path}?"), json!({"fields": fields, "cause": reason})));
        if kind == "account" {
            ok(&service.patch(Role::Admin, &path, &json!({"fields": fields})).await);
            calls.push(("POST", format!("{path}/revert?"), json!({"to_version": 1, "reason": "of a test"})));
        }
        calls.push(("DELETE", format!("{path}?reason=of%20a%20test&"), Value::Null));
    }
    let file = json!({"kind": "file", "uuid": "1c5c1f0e-7a44-4c0b-9b6f-ffffffffffff", "extension": "png", "base64": PNG});
    calls.push(("POST", "/imports?reason=of%20a%20test&".to_owned(), file));
    calls.push(("POST", "/keys?".to_owned(), json!({"name": "dry", "role": "reader"})));
    let before = at_rest(&service, database).await;
    for (method, path, body) in calls {
        let call = service.call(Role::Admin, method, &format!("{path}dry_run=true"));
        let call = if method == "PUT" { call.header("if-none-match", "*") } else { call };
        let call = match &body {
            Value::Null => call,
            row if path.starts_with("/imports") => call.body("application/x-ndjson", &row.to_string()),
            body => call.json(body),
        };
        let answer = call.await;
        assert!([200, 201].contains(&answer.status), "{method} {path}: {}", answer.text);
        assert!(answer.text.contains("\"dry_run\":true"), "{method} {path}: {}", answer.text);
    }
    let after = at_rest(&service, database).await;
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(before, after);
    }
    assert_eq!(before.len(), after.len());
}

#[tokio::test]
async fn a_dry_run_leaves_the_rows_and_files_of_sqlite_as_they_were() {
    leaves_everything_as_it_was("sqlite://data/profile.db").await;
}

#[tokio::test]
async fn a_dry_run_leaves_the_rows_and_files_of_postgres_as_they_were() {
    leaves_everything_as_it_was(&Cluster::shared().database()).await;
}
