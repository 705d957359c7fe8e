//! The search of people on the command line, and servers that are killed.

use std::{
    path::Path,
    process::Output,
    thread::sleep,
    time::{Duration, Instant},
};

use profile_testkit::cluster::Cluster;
use serde_json::Value;

use crate::{
    DATABASE, refused, stderr, stdout,
    support::{Target, profile, user},
};

fn run(folder: &Path, database: &str, arguments: &[&str]) -> Output {
    profile(folder, database).args(arguments).output().unwrap()
}

/// Waits until the command finds somebody; what it prints.
fn until_found(folder: &Path, database: &str, text: &str) -> String {
    let begun = Instant::now();
    loop {
        let found = run(folder, database, &["find", text]);
        if found.status.success() {
            return stdout(&found);
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "{text}: {}", stderr(&found));
        sleep(Duration::from_millis(100));
    }
}

#[tokio::test]
async fn commands_find_show_and_tell_the_history() {
    let target = Target::binary(DATABASE);
    let (family, folder) = (target.family(), &target.folder);
    let login = family.alone.to_string();
    assert_eq!(target.put(&user(family.alone), r#"{"city":"Malmö\tnorth"}"#).await.status, 200);
    let found = until_found(folder, DATABASE, &login);
    assert!(found.contains("account") && found.contains(&login), "{found}");
    let json: Value =
        serde_json::from_str(&stdout(&run(folder, DATABASE, &["find", &login, "--json"]))).unwrap();
    let matched = &json["persons"][0]["matches"][0];
    assert_eq!(
        (&matched["kind"], &matched["field"], &matched["exact"]),
        (&"account".into(), &Value::Null, &true.into())
    );
    let nobody = run(folder, DATABASE, &["find", "nobody-is-called-so"]);
    assert_eq!((nobody.status.code(), stdout(&nobody)), (Some(1), String::new()));
    refused(&run(folder, DATABASE, &["find", ""]), 1, "1 to 200 characters");

    let shown = stdout(&run(folder, DATABASE, &["show", "account", &login]));
    assert!(shown.contains("version 2") && shown.contains("Malmö\\tnorth"), "{shown}");
    let json: Value =
        serde_json::from_str(&stdout(&run(folder, DATABASE, &["show", "account", &login, "--json"])))
            .unwrap();
    assert_eq!((&json["version"], &json["fields"]["city"]), (&2.into(), &"Malmö\tnorth".into()));
    let first = json["created_at"].as_str().unwrap();
    let past = stdout(&run(folder, DATABASE, &["show", "account", &login, "--as-of", first]));
    assert!(past.contains("version 1") && !past.contains("north"), "{past}");
    let history = stdout(&run(folder, DATABASE, &["history", "account", &login]));
    assert!(history.starts_with("version 2") && history.contains("→ Malmö\\tnorth"), "{history}");
    let json: Value =
        serde_json::from_str(&stdout(&run(folder, DATABASE, &["history", "account", &login, "--json"])))
            .unwrap();
    assert_eq!(json["changes"].as_array().unwrap().len(), 2);
    for command in ["show", "history"] {
        refused(
            &run(folder, DATABASE, &[command, "account", "999999999"]),
            1,
            "there is no account 999999999",
        );
        refused(&run(folder, DATABASE, &[command, "account", "007"]), 1, "no account can have the key 007");
        refused(&run(folder, DATABASE, &[command, "accounts", "7"]), 1, "there is no kind accounts");
    }
}

#[tokio::test]
async fn sensitive_values_are_not_printed() {
    let target = Target::binary(DATABASE);
    let client = crate::support::clients::OPEN;
    for command in ["show", "history"] {
        let shown = stdout(&run(&target.folder, DATABASE, &[command, "client", client]));
        let lines = shown.lines().filter(|line| line.contains("date_of_birth")).collect::<Vec<_>>();
        assert!(lines.len() == 1 && lines[0].contains("(not shown)"), "{shown}");
    }
}

async fn search_is_made_anew_and_survives_a_killed_server(database: &str) {
    let target = Target::binary(database);
    let (family, folder) = (target.family(), target.folder.clone());
    let login = family.alone.to_string();
    until_found(&folder, database, &login);
    let rebuilt = run(&folder, database, &["search", "rebuild"]);
    assert!(rebuilt.status.success(), "{}", stderr(&rebuilt));
    assert!(stdout(&rebuilt).starts_with("followed "), "{}", stdout(&rebuilt));
    assert!(stdout(&run(&folder, database, &["find", &login])).contains(&login));
    // The server goes on where the command has come to.
    assert_eq!(target.put(&user(family.alone), r#"{"phone":"+46 31 1234567"}"#).await.status, 200);
    assert!(until_found(&folder, database, "031-1234567").contains(&login));
    target.kill();
    let target = Target::serve(folder.clone(), database);
    assert_eq!(target.put(&user(family.alone), r#"{"phone":"+46 31 7654321"}"#).await.status, 200);
    assert!(until_found(&folder, database, "031-7654321").contains(&login));
    assert_eq!(run(&folder, database, &["find", "031-1234567"]).status.code(), Some(1));
}

#[tokio::test]
async fn search_is_made_anew_and_survives_a_killed_server_on_sqlite() {
    search_is_made_anew_and_survives_a_killed_server(DATABASE).await;
}

#[tokio::test]
async fn search_is_made_anew_and_survives_a_killed_server_on_postgres() {
    search_is_made_anew_and_survives_a_killed_server(&Cluster::shared().database()).await;
}
