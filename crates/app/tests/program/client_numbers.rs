//! Numbers of new clients beside those that an import brings (contract client, section 2).

use std::{fs, process::Stdio};

use futures_util::future::join_all;
use profile_ports::{Page, PersonKeys};
use profile_testkit::cluster::Cluster;
use serde_json::{Value, json};

use crate::{
    DATABASE,
    support::{Answer, Target, clients::token, profile, stores},
};

fn sub(number: usize) -> String {
    format!("5b2f6a3e-8f0d-4c56-9f6e-{number:012x}")
}

async fn accept_terms(target: &Target, number: usize) -> Answer {
    let token = token(&sub(number));
    target.send("POST", "/client/tnc", |request| request.header("authorization", token)).await
}

fn number_of(answer: &Answer) -> i64 {
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["data"][0]["client_id"].as_i64().unwrap()
}

fn write(target: &Target, rows: impl Iterator<Item = (usize, i64)>) {
    let row = |(number, client_id)| {
        json!({"kind": "client", "sub": sub(number), "client_id": client_id}).to_string()
    };
    fs::write(target.folder.join("clients.ndjson"), rows.map(row).collect::<Vec<_>>().join("\n")).unwrap();
}

/// Every client that is there, and every person's key, one each.
async fn keys(store: &dyn PersonKeys) -> usize {
    store.person_keys_not_under("", Page::first(u32::MAX)).await.unwrap().len()
}

async fn numbers_go_on_behind_an_import(database: &str) -> (Target, usize) {
    let target = Target::unlimited(database);
    write(&target, (1..=1200).map(|number| (0x10_0000 + number, i64::try_from(number).unwrap())));
    let import = || {
        let mut import = profile(&target.folder, database);
        import.args(["import", "clients.ndjson"]).stdout(Stdio::null()).stderr(Stdio::piped());
        import
    };
    assert!(import().status().unwrap().success());
    // Clients of the other tests have the numbers 4120 and 4121, and an address the next one.
    let first = number_of(&accept_terms(&target, 1).await);
    assert!((4122..=4124).contains(&first), "{first}: at once, and beyond every imported number");

    // Sparse numbers, far from those that are given meanwhile.
    write(
        &target,
        (1..=300).map(|number| (0x20_0000 + number, 1_000_000 + i64::try_from(number).unwrap() * 7919)),
    );
    let running = import().spawn().unwrap();
    for round in 0..5 {
        let answers = join_all((0..8).map(|number| accept_terms(&target, 100 + round * 8 + number))).await;
        assert!(answers.iter().all(|answer| number_of(answer) > first));
    }
    let ended = running.wait_with_output().unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    assert!(number_of(&accept_terms(&target, 2).await) > 1_000_000 + 300 * 7919);

    // The last number that may be imported still leaves room; one more is refused, and moves nothing.
    write(&target, [(0x30_0001, (1 << 53) - 1), (0x30_0002, 1 << 53), (0x30_0003, i64::MAX)].into_iter());
    let refused = import().output().unwrap();
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(told.lines().filter(|line| line.contains("client_id")).count(), 2, "{told}");
    assert_eq!(number_of(&accept_terms(&target, 3).await), 1 << 53);
    target.verify(database);
    // Of the other tests 2, of the imports 1200, 300 and 1, of the requests 1, 40 and 2.
    (target, 2 + 1501 + 43)
}

#[tokio::test]
async fn numbers_go_on_behind_an_import_on_sqlite() {
    let (target, clients) = numbers_go_on_behind_an_import(DATABASE).await;
    let file = target.folder.join("data/profile.db");
    assert_eq!(keys(&stores::sqlite(&file)).await, clients);
}

#[tokio::test]
async fn numbers_go_on_behind_an_import_on_postgres() {
    let database = Cluster::shared().database();
    let (_, clients) = numbers_go_on_behind_an_import(&database).await;
    assert_eq!(keys(&stores::postgres(&database)).await, clients);
}

/// A number that somebody has written past the service is passed by.
#[tokio::test]
async fn a_taken_number_is_passed_by() {
    let cluster = Cluster::shared();
    let database = cluster.database();
    let target = Target::unlimited(&database);
    let first = number_of(&accept_terms(&target, 1).await);
    cluster.execute(&database, "UPDATE client_number SET last = 0");
    cluster.execute(&database, &format!("UPDATE client SET client_id = 1 WHERE client_id = {first}"));
    let claim = format!("UPDATE claim SET root = '1' WHERE kind = 'client.client_id' AND root = '{first}'");
    cluster.execute(&database, &claim);
    let second: Value = accept_terms(&target, 2).await.json();
    assert_eq!(second["data"][0]["client_id"], 2, "{second}");
}
