//! Rows of every kind, some of them bad, imported twice by the command and twice over HTTP: the same reports and the same records,
//! and the second time nothing changes.
//!
//! `PROOF_ROWS` says how many (420 unless told).
#![allow(clippy::print_stdout)] // the figures are for the README

use std::{collections::BTreeSet, env, fs, time::Instant};

use profile_ports::Changes;
use profile_testkit::cluster::Cluster;
use serde_json::{Value, json};

use crate::{
    DATABASE,
    support::{Answer, Target, UNLIMITED, full_rows, profile, stores},
    twin::{all_changes, content},
};

const BAD: usize = 7;

fn wanted() -> usize {
    env::var("PROOF_ROWS").map_or(420, |rows| rows.parse().unwrap())
}

/// Rows that are wrong in one way each.
fn bad(number: i64) -> [Value; BAD] {
    [
        json!({"kind": "account", "login": number, "nick": "x"}),
        json!({"kind": "account", "login": number, "city": "x".repeat(129)}),
        json!({"kind": "account", "login": number, "customer_id": 999_999}),
        json!({"kind": "robot", "id": number}),
        json!({"kind": "user", "id": "user_1", "username": "short"}),
        json!({"kind": "member", "id": number, "email": "x"}),
        json!([number]),
    ]
}

/// The lines, and the numbers of the bad ones, which stand everywhere among the others.
fn rows() -> (String, BTreeSet<u64>) {
    let mut rows = full_rows::references();
    let mut number = 0;
    while rows.len() + BAD < wanted() {
        number += 1;
        rows.extend(full_rows::person(number, &format!("crm:{number}")));
    }
    rows.truncate(wanted() - BAD);
    let step = rows.len() / BAD;
    for (count, row) in bad(8_000_000).into_iter().enumerate() {
        rows.insert(count * (step + 1), row);
    }
    let lines = (0..BAD).map(|count| (count * (step + 1) + 1).try_into().unwrap()).collect();
    (full_rows::lines(&rows), lines)
}

/// How an import went: rows imported, unchanged and failed, and the lines that were refused.
#[derive(Debug, PartialEq)]
struct Outcome {
    counts: [u64; 3],
    refused: BTreeSet<u64>,
}

/// Imports by the command.
fn by_command(target: &Target, database: &str) -> Outcome {
    let output = profile(&target.folder, database).args(["import", "rows.ndjson"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "some rows are bad");
    let (told, report) =
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    let counts: Vec<u64> = told.split([' ', ',', '\n']).filter_map(|word| word.parse().ok()).collect();
    let number = |line: &str| line.strip_prefix("line ")?.split_once(": ")?.0.parse().ok();
    Outcome { counts: counts.try_into().unwrap(), refused: report.lines().filter_map(number).collect() }
}

/// Imports over HTTP.
async fn over_http(target: &Target, secret: &str, lines: &str) -> Outcome {
    let answer = Answer::read(
        reqwest::Client::new()
            .post(format!("{}/operator/v1/imports?reason=moving", target.url))
            .bearer_auth(secret)
            .header("content-type", "application/x-ndjson")
            .body(lines.to_owned())
            .send()
            .await
            .unwrap(),
    )
    .await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let report: Vec<Value> = answer.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let last = report.last().unwrap();
    assert_eq!(last["dry_run"], false, "{last}");
    let counts = ["imported", "unchanged", "failed"].map(|name| last[name].as_u64().unwrap());
    Outcome { counts, refused: report.iter().filter_map(|line| line["line"].as_u64()).collect() }
}

/// Every change but for when, by whom and how it was made.
async fn contents(store: &dyn Changes) -> Vec<String> {
    let lines = all_changes(store).await.into_iter().map(|mut change| {
        // Numbers of a client's records: of two rows that need one, any may be the first to get it.
        change.fields.retain(|field| field.field.rsplit_once('.').is_none_or(|(_, name)| name != "id"));
        content(&change)
    });
    let mut lines: Vec<String> = lines.collect();
    lines.sort();
    lines
}

async fn assert_same(one: &dyn Changes, other: &dyn Changes) {
    let (one, other) = (contents(one).await, contents(other).await);
    for (one, other) in one.iter().zip(&other) {
        assert_eq!(one, other);
    }
    assert_eq!(one.len(), other.len());
}

/// Imports the rows twice by the command into one database and twice over HTTP into the other.
async fn import_twice(databases: [&str; 2]) -> [Target; 2] {
    let (lines, bad_lines) = rows();
    let total = lines.lines().count() as u64;
    let bad = bad_lines.len() as u64;
    let targets = databases.map(|database| Target::serve_with(Target::empty(), database, &[UNLIMITED]));
    let [commanded, asked] = &targets;
    fs::write(commanded.folder.join("rows.ndjson"), &lines).unwrap();
    let secret = asked.operator_key(databases[1], "admin", &[]).secret;
    for counts in [[total - bad, 0, bad], [0, total - bad, bad]] {
        let started = Instant::now();
        let of_command = by_command(commanded, databases[0]);
        println!("{total} rows by the command: {:?}", started.elapsed());
        let started = Instant::now();
        let of_http = over_http(asked, &secret, &lines).await;
        println!("{total} rows over HTTP: {:?}", started.elapsed());
        assert_eq!(of_command, Outcome { counts, refused: bad_lines.clone() });
        assert_eq!(of_http, of_command);
    }
    commanded.verify(databases[0]);
    asked.verify(databases[1]);
    targets
}

#[tokio::test]
async fn the_command_and_http_do_the_same_on_sqlite() {
    let targets = import_twice([DATABASE, DATABASE]).await;
    let [one, other] =
        targets.each_ref().map(|target| stores::sqlite(&target.folder.join("data/profile.db")));
    assert_same(&one, &other).await;
}

#[tokio::test]
async fn the_command_and_http_do_the_same_on_postgres() {
    let databases = [Cluster::shared().database(), Cluster::shared().database()];
    import_twice(databases.each_ref().map(String::as_str)).await;
    let [one, other] = databases.each_ref().map(|database| stores::postgres(database));
    assert_same(&one, &other).await;
}
