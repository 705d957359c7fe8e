//! Sensitive values are nowhere in a store's files, are lost with their person's key, and outlive a rotation.

use std::{fs, path::Path};

use profile_testkit::cluster::Cluster;
use serde_json::{Value, json};

use crate::{
    DATABASE, stdout,
    support::{Answer, Target, clients::token, profile},
};

pub const SUB: &str = "5b2f6a3e-8f0d-4c56-9f6e-eeeeeeeeee01";
pub const TAX: &str = "CANARY-7f3a-1";
pub const TAX_OTHER: &str = "CANARY-7f3a-2";
pub const BORN: &str = "1957-03-17";
/// In clear, so that the search is known to find something.
const CITY: &str = "Canaryville-7f3a";

pub async fn ask(target: &Target, method: &str, path: &str, body: Value) -> Answer {
    let answer = target
        .send(method, path, |request| {
            let request = request.header("authorization", token(SUB));
            if body.is_null() { request } else { request.json(&body) }
        })
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer
}

pub async fn write(target: &Target) {
    ask(target, "POST", "/client/profile", body()).await;
    change(target).await;
    let tax = json!({"tax_residence": "ie", "tax_identification_number": TAX_OTHER, "is_foreign_taxpayer": true,
        "employment_status": "student", "financial_assessment": {"occupation": "x", "industry_of_employment": "y"}});
    ask(target, "POST", "/client/tax-information", tax).await;
    let address = json!({"address_line_1": "1", "state_province": "x", "city": CITY, "zip_postal_code": "1"});
    ask(target, "POST", "/client/address", address).await;
}

pub async fn change(target: &Target) {
    let mut body = body();
    body["reason"] = json!("why");
    ask(target, "PUT", "/client/profile", body).await;
}

fn body() -> Value {
    json!({"first_name": "Ada", "last_name": "Obi", "date_of_birth": BORN, "birth_country": "ng",
        "account_opening_reason": "hedging", "employment_status": "employed", "residence_country": "ie",
        "citizen_country": "ng", "tax_residence_country": "ie", "tax_identification_number": TAX, "gender": "female"})
}

pub async fn shown(target: &Target) -> [Value; 3] {
    let profile = ask(target, "GET", "/client/profile", Value::Null).await.json()["data"][0].clone();
    let tax = ask(target, "GET", "/client/tax-information", Value::Null).await.json()["data"][0].clone();
    let number = "tax_identification_number";
    [profile["date_of_birth"].clone(), profile[number].clone(), tax[number].clone()]
}

/// Whether `text` is in any file below `folder`.
fn holds(folder: &Path, text: &str) -> bool {
    fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return holds(&path, text);
        }
        // A file of a running database may have gone meanwhile.
        let bytes = fs::read(&path).unwrap_or_default();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    })
}

#[track_caller]
fn assert_sealed(folder: &Path) {
    assert!(holds(folder, CITY), "the search finds what is not sealed");
    for secret in [TAX, TAX_OTHER, BORN] {
        assert!(!holds(folder, secret), "{secret} is in a file of the database");
    }
}

fn rotate(target: &Target, database: &str) -> String {
    let output = profile(&target.folder, database).args(["master-key", "rotate"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    stdout(&output)
}

async fn rotations_are_not_noticed(target: &Target, database: &str) {
    let before = shown(target).await;
    assert_eq!(before, [json!(BORN), json!(TAX), json!(TAX_OTHER)]);
    for _ in 0..3 {
        let report = rotate(target, database);
        assert!(report.starts_with("wrapped ") && !report.starts_with("wrapped 0 "), "{report}");
        assert_eq!(shown(target).await, before, "by the same running server");
    }
}

#[tokio::test]
async fn on_sqlite() {
    let target = Target::binary(DATABASE);
    write(&target).await;
    assert_sealed(&target.folder.join("data"));
    rotations_are_not_noticed(&target, DATABASE).await;
}

#[tokio::test]
async fn on_postgres() {
    let cluster = Cluster::shared();
    let database = cluster.database();
    let target = Target::binary(&database);
    write(&target).await;
    cluster.execute(&database, "CHECKPOINT");
    assert_sealed(&cluster.data);
    rotations_are_not_noticed(&target, &database).await;

    let damaged = "UPDATE client SET tax_identification_number = profile_tax_identification_number";
    cluster.execute(&database, damaged);
    let answer = target
        .send("GET", "/client/tax-information", |request| request.header("authorization", token(SUB)))
        .await;
    assert_eq!(answer.status, 503, "a value of another field is refused: {}", answer.text);
    let verified = profile(&target.folder, &database).arg("verify").output().unwrap();
    let lines = String::from_utf8_lossy(&verified.stderr).into_owned();
    assert!(lines.contains("tax_identification_number does not open"), "{lines}");

    cluster.execute(&database, "DELETE FROM person_key");
    assert_eq!(shown(&target).await, [Value::Null, Value::Null, Value::Null], "lost for ever");
}
