//! Every change on a stream of NATS, end to end on SQLite and on PostgreSQL, with a broker that is killed.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use profile_testkit::nats::{Broker, Message};
use serde_json::{Value, json};

use super::{
    deliveries::{SQLITE, Server, account, databases},
    service::BASE,
};
use crate::support::{full_rows, people};

/// How long the stream may take to have everything.
const END: Duration = Duration::from_mins(1);

/// What the feed has.
async fn log(server: &Server) -> Vec<Value> {
    let (mut all, mut query) = (Vec::new(), "limit=200".to_owned());
    loop {
        let page = server.get(&format!("/changes?{query}")).await;
        let changes = page["changes"].as_array().unwrap();
        if changes.is_empty() {
            return all;
        }
        all.extend(changes.iter().cloned());
        query = format!("limit=200&after={}", page["next"].as_str().unwrap());
    }
}

fn ids(changes: &[Value]) -> BTreeSet<String> {
    changes.iter().map(|change| change["id"].as_str().unwrap().to_owned()).collect()
}

/// Waits until the log tells at least so many changes, as what a killed server has left delays it, and until the stream has every
/// change of the log; returns both.
async fn until_whole(server: &Server, broker: &Broker, least: usize) -> (Vec<Value>, Vec<Message>) {
    let begun = Instant::now();
    loop {
        let (log, messages) = (log(server).await, broker.messages());
        let published: BTreeSet<String> = messages.iter().map(|message| message.id.clone()).collect();
        if log.len() >= least && published.is_superset(&ids(&log)) {
            return (log, messages);
        }
        assert!(begun.elapsed() < END, "{} of {} changes are in the stream", published.len(), log.len());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Asserts that each record's versions come in their order, however often one is repeated.
fn assert_order(messages: &[Message]) {
    let mut newest: BTreeMap<&str, i64> = BTreeMap::new();
    for Message { body, .. } in messages {
        let (subject, version) =
            (body["subject"].as_str().unwrap(), body["data"]["version"].as_i64().unwrap());
        let before = newest.entry(subject).or_insert(0);
        assert!(version <= *before + 1, "{subject}: version {version} comes behind {before}");
        *before = version.max(*before);
    }
}

/// The lines of the log about the stream.
fn warnings(server: &Server) -> Vec<String> {
    let log = std::fs::read_to_string(server.target.folder.join("log")).unwrap();
    log.lines().filter(|line| line.contains("WARN") && line.contains("NATS")).map(str::to_owned).collect()
}

#[tokio::test]
async fn changes_of_every_kind_that_is_imported_are_published_thin_with_their_ids() {
    for database in databases() {
        let broker = Broker::start();
        broker.create_stream();
        let server = Server::start(&database, &[("PROFILE_NATS_URL", &broker.url())]);
        let key = json!({"kind": "api_key", "id": "apik_T0000000000001", "owner": people::OWN, "secret": "s".repeat(32), "permissions": []});
        let rows = [full_rows::references(), full_rows::person(1, "person-1"), vec![key]].concat();
        let rows = full_rows::lines(&rows);
        let import = |request: reqwest::RequestBuilder| {
            let request = request.header("authorization", server.authorization());
            request.header("content-type", "application/x-ndjson").body(rows)
        };
        let report =
            server.target.send("POST", &format!("{BASE}/imports?reason=of%20a%20test"), import).await;
        assert_eq!(report.status, 200, "{}", report.text);
        let (log, messages) = until_whole(&server, &broker, 1).await;
        assert_eq!(messages.len(), log.len(), "each once");
        assert_order(&messages);
        let kinds: BTreeSet<&str> = log.iter().map(|change| change["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds.len(), 15, "{kinds:?}");
        for change in &log {
            let message = messages.iter().find(|message| change["id"] == message.id.as_str()).unwrap();
            assert_eq!(message.subject, format!("profile.{}.changed", change["kind"].as_str().unwrap()));
            assert_eq!(message.content_type, "application/cloudevents+json; charset=utf-8");
            assert_eq!(&message.body["data"], change, "as the feed shows it to a reader");
        }
        assert_eq!(warnings(&server), Vec::<String>::new());
        server.target.kill();
    }
}

#[tokio::test]
async fn a_broker_that_is_killed_under_writes_loses_nothing_and_fails_no_request() {
    for database in databases() {
        let mut broker = Broker::start();
        broker.create_stream();
        let environment = [("PROFILE_NATS_URL", &*broker.url())];
        let mut server = Server::start(&database, &environment);
        for number in 1..=10 {
            server.put(&account(number), json!({})).await;
        }
        for round in 0..6 {
            match round {
                1 | 4 => broker.kill(),
                2 | 5 => broker.restart(),
                3 => {
                    server.target.kill();
                    server = server.restart(&environment);
                }
                _ => {}
            }
            for number in 1..=10 {
                for _ in 0..3 {
                    server.set_city(&account(number), &format!("{round}")).await;
                }
            }
        }
        let (log, messages) = until_whole(&server, &broker, 10 + 6 * 10).await;
        assert_order(&messages);
        let published: BTreeSet<String> = messages.iter().map(|message| message.id.clone()).collect();
        assert_eq!(published, ids(&log));
        server.target.kill();
    }
}

#[tokio::test]
async fn a_stream_that_is_made_later_gets_what_was_changed_meanwhile() {
    let broker = Broker::start();
    let server = Server::start(SQLITE, &[("PROFILE_NATS_URL", &broker.url())]);
    server.put(&account(1), json!({})).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let missing = warnings(&server);
    assert_eq!(missing.len(), 1, "{missing:?}");
    assert!(missing[0].contains("no stream of the broker takes the subject profile.account.changed"));
    assert!(!missing[0].contains("s@cret") && !missing[0].contains("s%40cret"));
    broker.create_stream();
    server.set_city(&account(1), "Malmö").await;
    let (log, messages) = until_whole(&server, &broker, 2).await;
    assert_eq!((messages.len(), log.len()), (2, 2));
    for _ in 0..100 {
        if warnings(&server).len() == 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(warnings(&server).len(), 2);
    server.target.kill();
}

#[tokio::test]
async fn with_delivery_off_nothing_is_published_and_the_stream_goes_on_later() {
    let broker = Broker::start();
    broker.create_stream();
    let url = broker.url();
    let on = [("PROFILE_NATS_URL", &*url)];
    let server = Server::start(SQLITE, &on);
    server.put(&account(1), json!({})).await;
    until_whole(&server, &broker, 1).await;
    server.target.kill();
    let server = server.restart(&[on[0], ("PROFILE_DELIVERY", "off")]);
    server.put(&account(2), json!({})).await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(broker.messages().len(), 1);
    let settings = std::fs::read_to_string(server.target.folder.join("log")).unwrap();
    assert!(settings.contains("nats://***@127.0.0.1") && !settings.contains("s%40cret"), "masked");
    server.target.kill();
    let server = server.restart(&on);
    until_whole(&server, &broker, 1).await;
    server.target.kill();
}
