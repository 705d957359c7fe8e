//! Copies of requests with an `Idempotency-Key`, while servers are killed: each key has one change and one answer.
//!
//! `PROOF_KEYS` says how many keys on each database (40 unless told), each in 20 copies.
#![allow(clippy::print_stdout)] // the figures are for the README

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures_util::future::join_all;
use profile_domain::change::{ChangeRecord, RecordKind, Value};
use profile_ports::Feed;
use profile_testkit::cluster::Cluster;
use serde_json::json;

use crate::{
    DATABASE,
    crash_loop::moment,
    support::{Answer, Target, UNLIMITED, kill, people::People, stores},
};

const COPIES: usize = 20;
/// Keys whose copies are sent at the same time.
const KEYS_AT_ONCE: usize = 40;
/// Changes that are read at once.
const PAGE: u32 = 1_000;

fn keys() -> usize {
    env::var("PROOF_KEYS").map_or(40, |keys| keys.parse().unwrap())
}

/// The server of the moment; the next one has another address.
struct Server {
    url: RwLock<String>,
    pattern: String,
    is_done: AtomicBool,
}

impl Server {
    fn url(&self) -> String {
        self.url.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// One copy, sent until it is answered.
async fn copy(http: &reqwest::Client, server: &Server, token: &str, key: usize) -> Answer {
    loop {
        let request = http
            .post(format!("{}/files", server.url()))
            .header("authorization", token)
            .header("api-version-date", "2026-10-15-1")
            .header("idempotency-key", format!("key-{key}"))
            .json(&json!({"filename": format!("{key}.png")}));
        if let Ok(response) = request.send().await
            && let Ok(answer) = Answer::try_read(response).await
            && answer.status < 500
        {
            assert_eq!(answer.status, 200, "key {key}: {}", answer.text);
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Sends the copies of every key; returns how many keys got more than one answer.
async fn send(server: Arc<Server>, token: String) -> usize {
    let http = Target::client();
    let numbers: Vec<usize> = (0..keys()).collect();
    let mut ambiguous = 0;
    for at_once in numbers.chunks(KEYS_AT_ONCE) {
        let answers =
            at_once.iter().map(|key| {
                let copies = (0..COPIES).map(|_| copy(&http, &server, &token, *key));
                async move {
                    join_all(copies).await.into_iter().map(|answer| answer.text).collect::<BTreeSet<_>>()
                }
            });
        ambiguous += join_all(answers).await.iter().filter(|answers| answers.len() != 1).count();
    }
    server.is_done.store(true, Ordering::SeqCst);
    ambiguous
}

/// How many changes announce each file name.
async fn announcements(store: &impl Feed) -> BTreeMap<String, usize> {
    let (mut counted, mut position) = (BTreeMap::new(), None);
    loop {
        let page = store.changes_behind(position, PAGE).await.unwrap();
        let Some(last) = page.last() else { return counted };
        position = Some(last.id);
        for name in page.iter().filter_map(filename) {
            *counted.entry(name).or_default() += 1;
        }
    }
}

fn filename(change: &ChangeRecord) -> Option<String> {
    let named = change.fields.iter().find(|field| field.field == "filename")?;
    match &named.new {
        Value::Text(name) if change.kind == RecordKind::Upload => Some(name.as_str().to_owned()),
        _ => None,
    }
}

async fn one_change_each<S: Feed>(database: &str, open: impl FnOnce(&Target) -> S) {
    let mut target = Target::unlimited(database);
    let people: People = target.people();
    let token = format!("Bearer {}", target.own_token(&people.nora));
    let server = Arc::new(Server {
        url: RwLock::new(target.url.clone()),
        pattern: target.pattern(),
        is_done: AtomicBool::new(false),
    });
    let sender = tokio::spawn(send(Arc::clone(&server), token));
    let mut kills = 0;
    while !server.is_done.load(Ordering::SeqCst) && !sender.is_finished() {
        tokio::time::sleep(moment()).await;
        kill(&server.pattern);
        kills += 1;
        let (folder, database) = (target.folder.clone(), database.to_owned());
        let next = tokio::task::spawn_blocking(move || Target::serve_with(folder, &database, &[UNLIMITED]));
        target = next.await.unwrap();
        server.url.write().unwrap_or_else(PoisonError::into_inner).clone_from(&target.url);
    }
    assert_eq!(sender.await.unwrap(), 0, "a key has several answers");
    target.verify(database);
    let announced = announcements(&open(&target)).await;
    let ours: Vec<usize> =
        (0..keys()).map(|key| announced.get(&format!("{key}.png")).copied().unwrap_or_default()).collect();
    assert_eq!(ours, vec![1; keys()], "changes of each key");
    println!("{} keys in {COPIES} copies, {kills} kills: one change and one answer each", keys());
    assert!(kills > 1, "nothing was killed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sqlite() {
    one_change_each(DATABASE, |target| stores::sqlite(&target.folder.join("data/profile.db"))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres() {
    let url = Cluster::shared().database();
    one_change_each(&url, |_| stores::postgres(&url)).await;
}
