//! A server is killed: what it alone did is taken over, and callers are counted on. Uploads, search and deliveries are taken over in
//! `many_servers.rs`. The seconds are printed, not asserted.
#![allow(clippy::print_stdout)] // figures

use std::{
    fs,
    future::Future,
    time::{Duration, Instant},
};

use profile_testkit::cluster::Cluster;
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use crate::{
    many_servers::{LIMIT, Servers},
    support::{Target, clients::token, user},
};

/// Tells what never happens from what happens late on a busy machine.
const DEADLINE: Duration = Duration::from_secs(30);
/// After this others take a server for dead whose beat stands still.
const SEEN_DEAD: Duration = Duration::from_secs(4);

/// Asks again until the answer is yes; returns how long that took.
async fn until<F: Future<Output = bool>>(what: &str, since: Instant, ask: impl Fn() -> F) -> Duration {
    let asked = async {
        while !ask().await {
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(DEADLINE, asked).await.unwrap_or_else(|_| panic!("{what}: never"));
    since.elapsed()
}

/// A reply that is older than replies are kept: what a sweep forgets.
fn keep_old_reply(database: &str, key: &str) {
    let reply = format!(
        "INSERT INTO idempotency_key (root, key, fingerprint, replied_at, status, body) \
         VALUES ('nobody', '{key}', '', now() - interval '25 hours', 200, '')"
    );
    Cluster::shared().execute(database, &reply);
}

fn has_reply(database: &str, key: &str) -> bool {
    let count = format!("SELECT count(*) FROM idempotency_key WHERE root = 'nobody' AND key = '{key}'");
    Cluster::shared().query(database, &count).trim() != "0"
}

/// Whether a server has told its log that it swept.
fn has_swept(target: &Target) -> bool {
    let log = fs::read_to_string(target.folder.join("log")).unwrap();
    log.lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .any(|line| line["message"] == "swept")
}

#[tokio::test]
async fn the_sweep_is_one_servers_and_goes_on_when_that_is_killed() {
    let database = Cluster::shared().database();
    let folder = Target::import(&database);
    keep_old_reply(&database, "before");
    let mut servers = Servers::of(Target::serve(folder, &database), database.clone());
    let begun = Instant::now();
    until("the first server sweeps", begun, async || !has_reply(&database, "before")).await;
    servers.start();
    let [first, second] = &servers.targets[..] else { panic!("two servers") };
    keep_old_reply(&database, "beside");
    // Each server looks every second whether it is the one.
    sleep(Duration::from_secs(3)).await;
    assert!(!has_swept(second), "both sweep");
    first.kill();
    let killed = Instant::now();
    // Nobody but the second server can forget this one.
    keep_old_reply(&database, "after");
    let swept = until("the second server sweeps", killed, async || !has_reply(&database, "after")).await;
    assert!(!has_reply(&database, "beside") && has_swept(second));
    println!("after a kill, swept by another server after {swept:?}");
}

#[tokio::test]
async fn the_feed_goes_on_when_a_server_that_wrote_is_killed() {
    let mut servers = Servers::first();
    servers.start();
    let [first, second] = &servers.targets[..] else { panic!("two servers") };
    let (family, key) = (first.family(), first.operator_key(&servers.database, "admin", &[]).secret);
    let changes = async |after: &str| {
        let path = format!("/operator/v1/changes?after={after}");
        let page = second.send("GET", &path, |request| request.bearer_auth(&key)).await;
        assert_eq!(page.status, 200, "{}", page.text);
        page.json()
    };
    let start = changes("latest").await["next"].as_str().unwrap().to_owned();
    let city = |name: &str| json!({ "city": name }).to_string();
    assert_eq!(first.put(&user(family.alone), city("Before")).await.status, 200);
    let rows = Cluster::shared().query(&servers.database, "SELECT count(*) FROM feed_server");
    assert_ne!(rows.trim(), "0", "the server has no row that could hold the feed");
    first.kill();
    let killed = Instant::now();
    assert_eq!(second.put(&user(family.alone), city("After")).await.status, 200);
    let told = until("the feed goes on", killed, async || {
        let (mut after, mut made_here) = (start.clone(), 0);
        // The last changes of the import may come behind the position as well.
        loop {
            let page = changes(&after).await;
            let list = page["changes"].as_array().unwrap();
            made_here += list.iter().filter(|change| change["cause"]["door"] == "account").count();
            if list.is_empty() {
                return made_here == 2;
            }
            page["next"].as_str().unwrap().clone_into(&mut after);
        }
    })
    .await;
    println!("after a kill, in the feed after {told:?}");
}

/// Calls of one client in turn to these servers; how many passed, the rest being too many.
async fn passed(targets: &[&Target], client: &str, calls: usize) -> usize {
    let mut passed = 0;
    for number in 0..calls {
        let answer = targets[number % targets.len()].get("/client/profile", &token(client)).await;
        // The client is nobody.
        assert!([404, 429].contains(&answer.status), "{}", answer.text);
        passed += usize::from(answer.status == 404);
    }
    passed
}

fn assert_is_the_limit(passed: usize) {
    let is_near = (LIMIT * 9..=LIMIT * 11).contains(&(passed * 10));
    assert!(is_near, "{passed} passed of {LIMIT}");
}

#[tokio::test]
async fn a_dead_server_neither_takes_calls_from_a_limit_nor_adds_more_than_a_tenth() {
    let mut servers = Servers::first_of_nobody();
    servers.start();
    servers.start();
    // Until each has seen the others.
    sleep(SEEN_DEAD).await;
    let all: Vec<&Target> = servers.targets.iter().collect();
    let living = &all[..2];
    let client = |number: u32| format!("5b2f6a3e-8f0d-4c56-9f6e-ffffffffff{number}");

    let before = passed(&all, &client(21), LIMIT / 2).await;
    assert_eq!(before, LIMIT / 2);
    all[2].kill();
    // In the minute in which it died, one who comes while it still counts as living, and one who comes after that.
    assert_is_the_limit(before + passed(living, &client(21), LIMIT * 2).await);
    assert_is_the_limit(passed(living, &client(22), LIMIT * 2).await);
    sleep(SEEN_DEAD).await;
    assert_is_the_limit(passed(living, &client(23), LIMIT * 2).await);
}
