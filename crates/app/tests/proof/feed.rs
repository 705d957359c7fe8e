//! Many writers through the contracts, on servers that are killed and paused at random: who walks through the feed, in pages or as
//! events, sees each change exactly once and each record in the order of its versions.
//!
//! `PROOF_CHANGES` says how many changes on each database (150 unless told).
#![allow(clippy::print_stdout)] // the figures are for the README

use std::{
    collections::BTreeMap,
    env,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use profile_ports::{Feed, Page};
use profile_testkit::cluster::Cluster;
use serde_json::Value;

use crate::{
    DATABASE,
    fleet::{Fleet, Server, assert_unserved, milliseconds},
    support::stores,
};

/// Writers, each of a record that others write, too.
const WRITERS: usize = 12;
/// Records of each kind.
const PEOPLE: usize = 3;
/// How long a server that was killed may hold the feed back.
const END: Duration = Duration::from_mins(1);
/// Changes that are read from the store at once.
const PAGE: u32 = 1_000;

fn changes() -> usize {
    env::var("PROOF_CHANGES").map_or(150, |changes| changes.parse().unwrap())
}

/// A change as a follower sees it: its position, its record and its version.
type Seen = (String, String, i64);

fn seen(change: &Value) -> Seen {
    let text = |name: &str| change[name].as_str().unwrap().to_owned();
    (text("id"), format!("{} {}", text("kind"), text("key")), change["version"].as_i64().unwrap())
}

/// Servers, and whether their followers may go.
struct Scene {
    fleet: Fleet,
    is_over: AtomicBool,
}

impl Scene {
    fn is_over(&self) -> bool {
        self.is_over.load(Ordering::SeqCst)
    }

    /// Whether enough was written and done to the servers.
    fn is_enough(&self) -> bool {
        let (kills, pauses) = self.fleet.strikes();
        self.fleet.told() >= changes() && kills > 0 && pauses > 0
    }

    fn changes(&self, query: &str) -> reqwest::RequestBuilder {
        self.fleet.call("GET", &format!("/changes{query}"))
    }

    /// Kills and pauses a server at random until enough was written; at the end, it serves.
    async fn disturb(&self, server: &Server) {
        while !self.is_enough() {
            tokio::time::sleep(milliseconds(1500, 3000)).await;
            self.fleet.strike(server).await;
        }
    }

    /// Changes one record after another.
    async fn write(&self) {
        while !self.is_enough() {
            match self.fleet.write(self.fleet.any_server()).await {
                Ok(answer) if answer.status() == 200 => {}
                Ok(answer) => assert_unserved(&answer),
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    }

    /// Walks in pages that wait, one server after the other.
    async fn walk(&self, mut position: String, all: &Mutex<Vec<Seen>>) {
        while !self.is_over() {
            let call = self.changes(&format!("?after={position}&limit=40&wait=1"));
            let Ok(answer) = call.send().await else { continue };
            if answer.status() != 200 {
                assert_unserved(&answer);
                continue;
            }
            let Ok(page) = answer.json::<Value>().await else { continue };
            let next = page["next"].as_str().unwrap().to_owned();
            assert!(next >= position, "the feed goes back");
            position = next;
            keep(all, page["changes"].as_array().unwrap().iter().map(seen));
        }
    }

    /// Follows the events of one server after the other, each time for a while.
    async fn follow(&self, mut last: String, all: &Mutex<Vec<Seen>>) {
        while !self.is_over() {
            let call = self.changes("?after=latest").header("accept", "text/event-stream");
            let Ok(mut answer) = call.header("last-event-id", &last).send().await else { continue };
            if answer.status() != 200 {
                assert_unserved(&answer);
                continue;
            }
            let (until, mut text) = (Instant::now() + milliseconds(100, 2000), String::new());
            while Instant::now() < until {
                let piece = tokio::time::timeout(Duration::from_millis(500), answer.chunk()).await;
                match piece {
                    Ok(Ok(Some(piece))) => text.push_str(std::str::from_utf8(&piece).unwrap()),
                    Ok(_) => break,
                    Err(_) => {}
                }
                while let Some(end) = text.find("\n\n") {
                    let rest = text.split_off(end + 2);
                    let event = std::mem::replace(&mut text, rest);
                    let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name));
                    let Some(id) = field("id: ") else { continue };
                    assert!(*id >= *last, "the stream goes back");
                    id.clone_into(&mut last);
                    if field("event: ") == Some("change") {
                        keep(all, [seen(&serde_json::from_str(field("data: ").unwrap()).unwrap())]);
                    }
                }
            }
        }
    }
}

fn keep(all: &Mutex<Vec<Seen>>, more: impl IntoIterator<Item = Seen>) {
    all.lock().unwrap_or_else(PoisonError::into_inner).extend(more);
}

/// Everything that the log has behind a position.
async fn log(store: &impl Feed, start: &str) -> Vec<Seen> {
    let (mut all, mut position) = (Vec::new(), Some(start.parse().unwrap()));
    loop {
        let page = store.changes_behind(Page { after: position, limit: PAGE }).await.unwrap();
        let Some(last) = page.last() else { return all };
        position = Some(last.id);
        let seen = page.iter().map(|change| {
            (change.id.to_string(), format!("{} {}", change.kind.name(), change.key), change.version)
        });
        all.extend(seen);
    }
}

/// Asserts that followers see each record in the order of its versions, none left out.
fn assert_versions(all: &[Seen]) {
    let mut versions: BTreeMap<&str, i64> = BTreeMap::new();
    for (id, record, version) in all {
        if let Some(before) = versions.insert(record, *version) {
            assert_eq!(*version, before + 1, "{record} at {id}");
        }
    }
}

/// `written` returns the ids that the log has, in their order.
async fn each_change_once<S: Feed>(
    database: &str,
    count: usize,
    open: impl FnOnce(&Path) -> S,
    written: impl Fn() -> Option<Vec<String>>,
) {
    let fleet = Fleet::start(database, count, PEOPLE, Vec::new());
    let scene = Arc::new(Scene { fleet, is_over: AtomicBool::new(false) });
    let latest: Value = scene.changes("?after=latest").send().await.unwrap().json().await.unwrap();
    let start = latest["next"].as_str().unwrap().to_owned();
    let walkers = [(); 2].map(|()| Arc::new(Mutex::new(Vec::<Seen>::new())));
    let [walked, streamed] = walkers.clone();
    let (of_pages, of_events) = (Arc::clone(&scene), Arc::clone(&scene));
    let (from, last) = (start.clone(), start.clone());
    let pages = tokio::spawn(async move { of_pages.walk(from, &walked).await });
    let events = tokio::spawn(async move { of_events.follow(last, &streamed).await });

    let disturbed = join_all(scene.fleet.servers.iter().map(|server| scene.disturb(server)));
    let writing = join_all((0..WRITERS).map(|_| scene.write()));
    tokio::join!(disturbed, writing);

    // Servers that were killed delay the end of the feed as long as their leases.
    let store = open(&scene.fleet.first.folder);
    let begun = Instant::now();
    let lengths = || walkers.each_ref().map(|all| all.lock().unwrap_or_else(PoisonError::into_inner).len());
    loop {
        let known = log(&store, &start).await.len();
        let is_closed =
            written().is_none_or(|ids| ids.iter().filter(|id| id.as_str() > start.as_str()).count() == known);
        if is_closed && lengths().into_iter().all(|length| length >= known) {
            break;
        }
        assert!(begun.elapsed() < END, "{:?} of {known} changes were seen", lengths());
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    // What came twice would come now.
    tokio::time::sleep(Duration::from_secs(2)).await;
    scene.is_over.store(true, Ordering::SeqCst);
    pages.await.unwrap();
    events.await.unwrap();

    let all = log(&store, &start).await;
    assert_versions(&all);
    for (name, walker) in ["pages", "events"].into_iter().zip(&walkers) {
        let seen = walker.lock().unwrap_or_else(PoisonError::into_inner).clone();
        assert!(seen == all, "in {name}, {} changes were seen of {}", seen.len(), all.len());
    }
    let (told, (kills, pauses)) = (scene.fleet.told(), scene.fleet.strikes());
    assert!(all.len() >= told, "{told} changes were acknowledged, the log has {}", all.len());
    println!("{} changes, {kills} kills, {pauses} pauses: seen once in pages and once as events", all.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sqlite() {
    let open = |folder: &Path| stores::sqlite(&folder.join("data/profile.db"));
    each_change_once(DATABASE, 1, open, || None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres() {
    let url = Cluster::shared().database();
    let written = || {
        let ids = Cluster::shared().query(&url, "SELECT id FROM changes ORDER BY id");
        Some(ids.lines().map(str::to_owned).collect())
    };
    each_change_once(&url, 4, |_| stores::postgres(&url), written).await;
}
