//! The erasure of somebody with a long history: it ends, and nobody else waits for long.
//!
//! `PROOF_ERASED_CHANGES` says how many changes there are (600 unless told).
#![allow(clippy::print_stdout)] // the figures are for the README

use std::{
    env,
    fmt::Write as _,
    fs,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use profile_domain::operator::Role;
use profile_testkit::cluster::Cluster;
use serde_json::{Value, json};

use super::{answers::ok, erased::Person, service::Service};
use crate::support::profile;

/// The longest that another caller may wait meanwhile. A write waits on SQLite until the one commit is written.
const LONGEST: Duration = Duration::from_secs(30);

fn changes() -> u64 {
    env::var("PROOF_ERASED_CHANGES").map_or(600, |changes| changes.parse().unwrap())
}

/// Imports the account again and again, each time with another city: a file has each row once, so an import makes one change for
/// each of many rows of one login.
fn make_history(service: &Service, database: &str, login: &str) {
    let mut rows = String::new();
    for number in 0..changes() {
        writeln!(rows, r#"{{"kind":"account","login":{login},"city":"City {number}"}}"#).unwrap();
    }
    let file = service.folder.join("history.ndjson");
    fs::write(&file, rows).unwrap();
    let import = profile(&service.folder, database).arg("import").arg(&file).output().unwrap();
    assert!(import.status.success(), "{}", String::from_utf8_lossy(&import.stderr));
}

/// How long the slowest of many calls takes, until `is_over`.
async fn slowest(is_over: &AtomicBool, call: impl AsyncFn(u64)) -> Duration {
    let (mut slowest, mut number) = (Duration::ZERO, 0);
    while !is_over.load(Ordering::SeqCst) {
        let begin = Instant::now();
        call(number).await;
        slowest = slowest.max(begin.elapsed());
        number += 1;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    slowest
}

async fn a_long_history_is_erased(database: &str) {
    let service = Service::binary(database, &[]);
    let (person, other) = (Person::make(&service).await, Person::make(&service).await);
    let account = person.path("account");
    make_history(&service, database, account.rsplit('/').next().unwrap());
    let is_over = AtomicBool::new(false);
    let path = other.path("account");
    let read = slowest(&is_over, async |_| drop(ok(&service.get(Role::Support, path).await)));
    let write = slowest(&is_over, async |number| {
        ok(&service.patch(Role::Support, path, &json!({"fields": {"city": format!("Oslo {number}")}})).await);
    });
    let erase = async {
        let begin = Instant::now();
        let receipt = person.erase(&service).await;
        is_over.store(true, Ordering::SeqCst);
        (receipt, begin.elapsed())
    };
    let ((receipt, took), read, write) = tokio::join!(erase, read, write);
    let receipt: Value = serde_json::from_str(&receipt).unwrap();
    let erased = receipt["changes"].as_u64().unwrap();
    assert!(erased >= changes(), "{receipt}");
    let store = database.split(':').next().unwrap();
    println!(
        "{store}: {erased} changes erased in {took:.2?}; meanwhile a read took {read:.2?} at most, a write {write:.2?}"
    );
    assert!(read < LONGEST && write < LONGEST);
}

#[tokio::test]
async fn a_long_history_is_erased_on_sqlite() {
    a_long_history_is_erased("sqlite://data/profile.db").await;
}

#[tokio::test]
async fn a_long_history_is_erased_on_postgres() {
    a_long_history_is_erased(&Cluster::shared().database()).await;
}
