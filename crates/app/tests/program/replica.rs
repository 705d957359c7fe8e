//! A service beside a standby of its database: one that is away, one that is read, and one that falls behind.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use profile_testkit::cluster::Cluster;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::{
    DATABASE, refused,
    support::{Target, profile, user},
};

/// Where a service is told of its standby.
const SETTING: &str = "PROFILE_DATABASE_REPLICA_URL";
/// A standby that falls behind is left out after ten seconds.
const SOON: Duration = Duration::from_mins(1);

/// What the log has told of the replica, warnings and others.
fn told(folder: &Path) -> Vec<(String, String)> {
    let log = fs::read_to_string(folder.join("log")).unwrap();
    let lines = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    lines
        .map(|line| (text(&line["level"]), text(&line["message"])))
        .filter(|(level, message)| level != "DEBUG" && message.contains("replica"))
        .collect()
}

/// The value of a metric, if there is one.
async fn metric(target: &Target, name: &str) -> Option<f64> {
    let metrics = target.send("GET", "/metrics", |request| request).await.text;
    let line = metrics.lines().find_map(|line| line.strip_prefix(name).map(str::to_owned));
    line.map(|value| value.trim().parse().unwrap())
}

/// Waits until a metric is at least this.
async fn until_at_least(target: &Target, name: &str, least: f64) {
    let begun = Instant::now();
    while metric(target, name).await.is_none_or(|value| value < least) {
        assert!(begun.elapsed() < SOON, "{name} is never {least}");
        sleep(Duration::from_millis(50)).await;
    }
}

/// Finds and lists the account of a login, and reads its history, as an operator.
async fn reads(target: &Target, key: &str, login: i64, city: &str) {
    let get = async |path: &str| {
        let answer = target.get(&format!("/operator/v1{path}"), &format!("Bearer {key}")).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        answer.json()
    };
    let listed = get("/records?kind=account&limit=200").await;
    let listed = listed["records"].as_array().unwrap();
    let key = login.to_string();
    assert!(listed.iter().any(|record| record["key"].as_str() == Some(&key)), "{listed:?}");
    let changes = get(&format!("/records/account/{login}/changes")).await;
    assert_eq!(changes["changes"][0]["fields"][0]["new"], city, "{changes}");
    let version = changes["changes"][0]["version"].as_i64().unwrap();
    let then = get(&format!("/records/account/{login}?version={version}")).await;
    assert_eq!(then["fields"]["city"], city);
    get(&format!("/persons?q={login}")).await;
    assert!(!get("/changes?after=latest").await["next"].is_null());
}

async fn set_city(target: &Target, login: i64, city: &str) {
    assert_eq!(target.put(&user(login), json!({ "city": city }).to_string()).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_is_away_at_the_start_costs_a_warning() {
    let url = Cluster::shared().database();
    let folder = Target::import(&url);
    let away = "postgres://profile:canary-of-a-password@127.0.0.1:1/away";
    let target = Target::serve_with(folder, &url, &[(SETTING, away)]);
    let key = target.operator_key(&url, "support", &[]).secret;
    let login = target.family().alone;
    for city in ["Malmö", "Lund"] {
        set_city(&target, login, city).await;
        reads(&target, &key, login, city).await;
        sleep(Duration::from_secs(1)).await;
    }
    let told = told(&target.folder);
    assert_eq!(told, [("WARN".to_owned(), "the replica is left out: reads go to the primary".to_owned())]);
    assert_eq!(metric(&target, "profile_replica_usable").await, Some(0.0));
    let log = fs::read_to_string(target.folder.join("log")).unwrap();
    assert!(log.contains("postgres://profile:***@127.0.0.1:1/away") && !log.contains("canary-of-a-password"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_falls_behind_is_left_out_until_it_has_caught_up() {
    let primary = Cluster::start();
    let standby = primary.standby("replica");
    let url = primary.database();
    let replica = standby.url(url.rsplit('/').next().unwrap());
    let target = Target::serve_with(Target::import(&url), &url, &[(SETTING, &replica)]);
    let key = target.operator_key(&url, "support", &[]).secret;
    let login = target.family().alone;
    until_at_least(&target, "profile_replica_usable", 1.0).await;
    set_city(&target, login, "Malmö").await;
    let answered = "profile_replica_reads_total{answered_by=\"replica\"}";
    let begun = Instant::now();
    while metric(&target, answered).await.is_none_or(|reads| reads < 20.0) {
        reads(&target, &key, login, "Malmö").await;
        assert!(begun.elapsed() < SOON, "the replica does not answer");
    }
    assert!(told(&target.folder).is_empty());

    standby.query(&standby.url("postgres"), "SELECT pg_wal_replay_pause()");
    set_city(&target, login, "Lund").await;
    reads(&target, &key, login, "Lund").await;
    until_at_least(&target, "profile_replica_lag_seconds", 10.1).await;
    assert_eq!(metric(&target, "profile_replica_usable").await, Some(0.0));
    reads(&target, &key, login, "Lund").await;
    standby.query(&standby.url("postgres"), "SELECT pg_wal_replay_resume()");
    until_at_least(&target, "profile_replica_usable", 1.0).await;
    reads(&target, &key, login, "Lund").await;
    let told: Vec<String> = told(&target.folder).into_iter().map(|(level, _)| level).collect();
    assert_eq!(told, ["WARN", "INFO"]);
}

#[test]
fn a_replica_of_an_embedded_store_is_refused() {
    let folder = Target::empty();
    let serve =
        |url: &str, replica: &str| profile(&folder, url).env(SETTING, replica).arg("serve").output().unwrap();
    let replica = "postgres://profile:canary@127.0.0.1:1/replica";
    refused(&serve(DATABASE, replica), 1, "the database is sqlite://data/profile.db");
    let url = Cluster::shared().database();
    refused(&serve(&url, "mysql://profile:canary@elsewhere"), 1, "cannot use mysql://profile:***@elsewhere");
}
