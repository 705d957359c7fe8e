//! Copies of requests with an `Idempotency-Key`, while servers are killed: each key has one change and one answer.
//!
//! `PROOF_KEYS` says how many keys on each database (40 unless told), each in 20 copies.
#![allow(clippy::print_stdout)] // the figures are for the README

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::future::join_all;
use profile_domain::change::{ChangeRecord, RecordKind, Value};
use profile_ports::{Feed, Page};
use profile_testkit::cluster::Cluster;
use serde_json::json;

use crate::{
    DATABASE,
    crash_loop::moment,
    support::{Answer, Target, UNLIMITED, kill, people::People, stores},
};

const COPIES: usize = 20;
/// Keys whose copies are sent at the same time.
const KEYS_AT_ONCE: usize = 8;
/// How often a server is killed at least.
const KILLS: usize = 2;
/// Changes that are read at once.
const PAGE: u32 = 1_000;

fn keys() -> usize {
    env::var("PROOF_KEYS").map_or(40, |keys| keys.parse().unwrap())
}

/// The server of the moment; the next one has another address.
struct Server {
    url: RwLock<String>,
    pattern: String,
    kills: AtomicUsize,
    is_done: AtomicBool,
}

impl Server {
    fn url(&self) -> String {
        self.url.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Where requests with a key are sent.
enum Door {
    /// `POST /files` of the users contract.
    Files,
    /// `PATCH` of an account through the operator API.
    Operator(i64),
}

impl Door {
    fn request(&self, http: &reqwest::Client, url: &str, key: usize) -> reqwest::RequestBuilder {
        let request = match self {
            Self::Files => http
                .post(format!("{url}/files"))
                .header("api-version-date", "2026-10-15-1")
                .json(&json!({"filename": name_of(key)})),
            Self::Operator(login) => http
                .patch(format!("{url}/operator/v1/records/account/{login}"))
                .json(&json!({"fields": {"city": name_of(key)}})),
        };
        request.header("idempotency-key", format!("key-{key}"))
    }

    /// The name that a change was made with, if it came through this door.
    fn name(&self, change: &ChangeRecord) -> Option<String> {
        let (kind, field) = match self {
            Self::Files => (RecordKind::Upload, "filename"),
            Self::Operator(_) => (RecordKind::Account, "city"),
        };
        let named = change.fields.iter().find(|of| of.field == field)?;
        match &named.new {
            Value::Text(name) if change.kind == kind => Some(name.as_str().to_owned()),
            _ => None,
        }
    }
}

/// What the request with a key names.
fn name_of(key: usize) -> String {
    format!("{key}.png")
}

/// One copy, sent until it is answered.
async fn copy(http: &reqwest::Client, server: &Server, door: &Door, token: &str, key: usize) -> Answer {
    loop {
        let request = door.request(http, &server.url(), key).header("authorization", token);
        if let Ok(response) = request.send().await
            && let Ok(answer) = Answer::try_read(response).await
            && answer.status < 500
            && answer.status != 409
        {
            assert_eq!(answer.status, 200, "key {key}: {}", answer.text);
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Sends the copies of every key, and again until enough servers were killed; returns how many keys got more than one answer.
async fn send(server: Arc<Server>, door: Arc<Door>, token: String) -> usize {
    let http = Target::client();
    let mut answers = vec![BTreeSet::new(); keys()];
    loop {
        for (first, at_once) in answers.chunks_mut(KEYS_AT_ONCE).enumerate() {
            let of_keys = at_once.iter_mut().enumerate().map(|(number, answers)| {
                let key = first * KEYS_AT_ONCE + number;
                let copies = join_all((0..COPIES).map(|_| copy(&http, &server, &door, &token, key)));
                async { answers.extend(copies.await.into_iter().map(|answer| answer.text)) }
            });
            join_all(of_keys.collect::<Vec<_>>()).await;
        }
        if server.kills.load(Ordering::SeqCst) >= KILLS {
            break;
        }
    }
    server.is_done.store(true, Ordering::SeqCst);
    answers.iter().filter(|answers| answers.len() != 1).count()
}

/// How many changes announce each file name.
async fn announcements(store: &impl Feed, door: &Door) -> BTreeMap<String, usize> {
    let (mut counted, mut position) = (BTreeMap::new(), None);
    loop {
        let page = store.changes_behind(Page { after: position, limit: PAGE }).await.unwrap();
        let Some(last) = page.last() else { return counted };
        position = Some(last.id);
        for name in page.iter().filter_map(|change| door.name(change)) {
            *counted.entry(name).or_default() += 1;
        }
    }
}

/// The same at the end of the run: a server that was killed holds the end of the log back until its lease is over.
async fn all_announcements(store: &impl Feed, door: &Door) -> BTreeMap<String, usize> {
    for _ in 0..60 {
        let announced = announcements(store, door).await;
        if (0..keys()).all(|key| announced.contains_key(&name_of(key))) {
            return announced;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    announcements(store, door).await
}

async fn one_change_each<S: Feed>(database: &str, is_operator: bool, open: impl FnOnce(&Target) -> S) {
    let mut target = Target::unlimited(database);
    let people: People = target.people();
    let (door, token) = if is_operator {
        (Door::Operator(target.family().alone), target.operator_key(database, "admin", &[]).secret)
    } else {
        (Door::Files, target.own_token(&people.nora))
    };
    let (door, token) = (Arc::new(door), format!("Bearer {token}"));
    let server = Arc::new(Server {
        url: RwLock::new(target.url.clone()),
        pattern: target.pattern(),
        kills: AtomicUsize::new(0),
        is_done: AtomicBool::new(false),
    });
    let sender = tokio::spawn(send(Arc::clone(&server), Arc::clone(&door), token));
    while !server.is_done.load(Ordering::SeqCst) && !sender.is_finished() {
        // Long enough for some of the callers of one record to come to an end.
        tokio::time::sleep(4 * moment()).await;
        kill(&server.pattern);
        server.kills.fetch_add(1, Ordering::SeqCst);
        let (folder, database) = (target.folder.clone(), database.to_owned());
        let next = tokio::task::spawn_blocking(move || Target::serve_with(folder, &database, &[UNLIMITED]));
        target = next.await.unwrap();
        server.url.write().unwrap_or_else(PoisonError::into_inner).clone_from(&target.url);
    }
    assert_eq!(sender.await.unwrap(), 0, "a key has several answers");
    target.verify(database);
    let announced = all_announcements(&open(&target), &door).await;
    let ours: Vec<usize> =
        (0..keys()).map(|key| announced.get(&name_of(key)).copied().unwrap_or_default()).collect();
    assert_eq!(ours, vec![1; keys()], "changes of each key");
    let kills = server.kills.load(Ordering::SeqCst);
    println!("{} keys in {COPIES} copies, {kills} kills: one change and one answer each", keys());
    assert!(kills > 1, "nothing was killed");
}

async fn on_file(is_operator: bool) {
    let open = |target: &Target| stores::sqlite(&target.folder.join("data/profile.db"));
    one_change_each(DATABASE, is_operator, open).await;
}

async fn on_server(is_operator: bool) {
    let url = Cluster::shared().database();
    one_change_each(&url, is_operator, |_| stores::postgres(&url)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sqlite() {
    on_file(false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres() {
    on_server(false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_operators_on_sqlite() {
    on_file(true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_operators_on_postgres() {
    on_server(true).await;
}
