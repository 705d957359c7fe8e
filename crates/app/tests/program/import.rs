//! `profile import` (operator page, section 3).

use std::fs;

use serde_json::json;
use tempfile::TempDir;

use crate::{
    DATABASE, refused, run, stderr, stdout,
    support::{Target, user},
};

fn write(folder: &TempDir, lines: &[&str]) {
    fs::write(folder.path().join("rows.ndjson"), lines.join("\n")).unwrap();
}

const ROWS: [&str; 5] = [
    r#"{"kind":"account","login":1,"customer_id":7,"name":"Zoë","balance":0.1,"avatar":"0b5c1f0e-7a44-4c0b-9b6f-2f1d8f3f6a10"}"#,
    r#"{"kind":"account","login":2,"person":"crm:1"}"#,
    r#"{"kind":"customer","customer_id":7,"person":"crm:1","manager_id":3}"#,
    "",
    r#"{"kind":"file","uuid":"0b5c1f0e-7a44-4c0b-9b6f-2f1d8f3f6a10","extension":"png","path":"me.png"}"#,
];

#[test]
fn the_same_file_again_changes_nothing() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("me.png"), b"\x89PNG\r\n\x1a\n").unwrap();
    write(&folder, &ROWS);
    let first = run(folder.path(), &["import", "rows.ndjson"]);
    assert_eq!(stdout(&first), "imported 4, unchanged 0, failed 0\n", "{}", stderr(&first));
    let second = run(folder.path(), &["import", "rows.ndjson"]);
    assert_eq!(stdout(&second), "imported 0, unchanged 4, failed 0\n");

    let changed = ROWS.map(|row| row.replace("Zoë", "Zoë L."));
    write(&folder, &changed.each_ref().map(String::as_str));
    assert_eq!(
        stdout(&run(folder.path(), &["import", "rows.ndjson"])),
        "imported 1, unchanged 3, failed 0\n"
    );
}

#[test]
fn bad_rows_are_named_and_good_ones_kept() {
    let folder = TempDir::new().unwrap();
    let long = format!(r#"{{"kind":"account","login":9,"name":"{}"}}"#, "x".repeat(129));
    write(
        &folder,
        &[
            r#"{"kind":"account","login":1}"#,
            "not json",
            r#"{"kind":"account","login":2,"nick":"x"}"#,
            r#"{"kind":"robot","id":1}"#,
            r#"{"kind":"account","login":-3}"#,
            r#"{"kind":"account","login":4,"customer_id":999}"#,
            r#"{"kind":"account","login":5,"avatar":"0b5c1f0e-7a44-4c0b-9b6f-2f1d8f3f6aff"}"#,
            r#"{"kind":"account","login":6,"enable":true}"#,
            r#"{"kind":"account","login":7,"name":"a\u0000b"}"#,
            r#"{"kind":"file","uuid":"0b5c1f0e-7a44-4c0b-9b6f-2f1d8f3f6a10","extension":"../x","base64":""}"#,
            r#"{"kind":"file","uuid":"0b5c1f0e-7a44-4c0b-9b6f-2f1d8f3f6a10","extension":"png"}"#,
            &long,
            r#"{"kind":"account","login":"Secret Name"}"#,
            r#"{"kind":"account","login":8}"#,
        ],
    );
    let output = run(folder.path(), &["import", "rows.ndjson"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(stdout(&output), "imported 2, unchanged 0, failed 12\n");
    let report = stderr(&output);
    for line in 2..=13 {
        assert_eq!(
            report.lines().filter(|text| text.starts_with(&format!("line {line}: "))).count(),
            1,
            "{report}"
        );
    }
    assert!(report.contains("line 12: name is longer than 128 characters"), "{report}");
    assert!(report.contains("line 6: customer_id does not exist"), "{report}");
    assert!(!report.contains("Secret Name"), "{report}");
    refused(&run(folder.path(), &["import", "missing.ndjson"]), 1, "cannot read missing.ndjson");
}

#[test]
fn a_dry_run_tells_the_same_and_writes_nothing() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("me.png"), b"\x89PNG\r\n\x1a\n").unwrap();
    write(&folder, &ROWS);
    let dry = || {
        let dry = run(folder.path(), &["import", "rows.ndjson", "--dry-run"]);
        assert_eq!(stdout(&dry), "imported 4, unchanged 0, failed 0\n", "{}", stderr(&dry));
    };
    dry();
    assert!(!folder.path().join("profile-data/profile.db").exists(), "a dry run makes no database");
    assert!(run(folder.path(), &["migrate"]).status.success());
    dry();
    dry();
    assert_eq!(fs::read_dir(folder.path().join("profile-data/media")).unwrap().count(), 0);
    assert_eq!(
        stdout(&run(folder.path(), &["import", "rows.ndjson"])),
        "imported 4, unchanged 0, failed 0\n"
    );
}

/// The reason of each failed row.
fn reasons(folder: &TempDir, lines: &[&str]) -> Vec<String> {
    write(folder, lines);
    let report = stderr(&run(folder.path(), &["import", "rows.ndjson"]));
    let reason =
        |line: &str| line.strip_prefix("line ")?.split_once(": ").map(|(_, reason)| reason.to_owned());
    report.lines().filter_map(reason).collect()
}

#[test]
fn an_account_stays_with_the_person_of_its_customer() {
    let folder = TempDir::new().unwrap();
    let rows = [
        r#"{"kind":"customer","customer_id":3,"person":"zz"}"#,
        r#"{"kind":"account","login":2,"customer_id":3}"#,
        r#"{"kind":"customer","customer_id":4,"person":"zz"}"#,
    ];
    assert_eq!(reasons(&folder, &rows), [""; 0]);
    let moving = [
        r#"{"kind":"account","login":2,"person":"yy"}"#,
        r#"{"kind":"customer","customer_id":3,"person":"new"}"#,
        r#"{"kind":"customer","customer_id":4,"person":"new"}"#,
    ];
    let mut found = reasons(&folder, &moving);
    found.sort();
    assert_eq!(
        found,
        ["person cannot change for a customer with accounts", "person is for an account without customer_id"]
    );
}

#[test]
fn records_of_a_client_have_the_members_of_the_contract() {
    let folder = TempDir::new().unwrap();
    let row = |records: &str| {
        format!(r#"{{"kind":"client","sub":"5b2f6a3e-8f0d-4c56-9f6e-6a1f3c0d7b21",{records}}}"#)
    };
    let address =
        r#""address":{"address_line_1":"A 1","state_province":"S","city":"C","zip_postal_code":"1","id":7}"#;
    let terms = r#""tnc":{"version_id":2,"created_time":"2026-01-01T00:00:00Z","by":"x"}"#;
    let tax = r#""tax_information":{"tax_residence":"ie","tax_identification_number":"IE-7731905","is_foreign_taxpayer":false,"employment_status":"employed","schema_version":1,"financial_assessment":{"occupation":"surveyor","industry_of_employment":"building","nick":1}}"#;
    for (records, reason) in [
        (address, "address.id is unknown"),
        (terms, "tnc.by is unknown"),
        (tax, "tax_information.schema_version is unknown"),
        (&tax.replace(r#""schema_version":1,"#, ""), "tax_information.financial_assessment.nick is unknown"),
    ] {
        assert_eq!(reasons(&folder, &[&row(records)]), [reason]);
    }
}

#[test]
fn a_client_without_sealed_values_may_get_another_person() {
    let folder = TempDir::new().unwrap();
    let row = |person: &str| {
        format!(r#"{{"kind":"client","sub":"5b2f6a3e-8f0d-4c56-9f6e-6a1f3c0d7b21","person":"{person}"}}"#)
    };
    for person in ["a", "b"] {
        assert_eq!(reasons(&folder, &[&row(person)]), [""; 0], "{person}");
    }
}

#[test]
fn a_password_can_be_confirmed_through_the_contract() {
    let folder = TempDir::new().unwrap();
    let row = |password: &str| {
        format!(
            r#"{{"kind":"member","id":1,"email":"a@example.test","given_name":"A","password":"{password}"}}"#
        )
    };
    for (password, is_good) in [("x".repeat(256), true), ("x".repeat(257), false), (String::new(), false)] {
        assert_eq!(reasons(&folder, &[&row(&password)]).is_empty(), is_good, "{}", password.len());
    }
}

#[tokio::test]
async fn it_works_beside_a_running_server_and_keeps_what_it_leaves_out() {
    let target = Target::binary(DATABASE);
    let family = target.family();
    let changed = target.put(&user(family.alone), json!({"city": "Malmö", "name": "Mine"}).to_string()).await;
    assert_eq!(changed.status, 200);
    let row = json!({"kind": "account", "login": family.alone, "name": "Imported", "enable_read_only": 1});
    fs::write(target.folder.join("rows.ndjson"), row.to_string()).unwrap();
    let output = run(&target.folder, &["import", "rows.ndjson"]);
    assert_eq!(stdout(&output), "imported 1, unchanged 0, failed 0\n", "{}", stderr(&output));
    let account = target.account(family.alone).await;
    assert_eq!((&account["name"], &account["city"]), (&json!("Imported"), &json!("Malmö")));
    assert_eq!(account["enable_read_only"], 1);
}
