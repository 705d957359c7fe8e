//! The feed of a database to which several servers write: with clocks apart, paused and killed.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a test fails by panicking
#![allow(clippy::disallowed_methods)] // servers have clocks that run

use std::{
    collections::{BTreeMap, BTreeSet, hash_map::RandomState},
    env,
    hash::BuildHasher as _,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use profile_domain::tenant::Language;
use profile_ports::{Clock, CommitError, Commits as _, Database as _, Feed as _, Page};
use profile_postgres::PostgresStore;
use profile_rows::SqlStore;
use profile_testkit::{
    cluster::Cluster,
    fixed::ids,
    fixtures::{commit, commit_after, saved, text},
};
use tokio_postgres::NoTls;
use uuid::Uuid;

/// What tells a writer its database and how far its clock is off; without it, there is nothing to do.
const WRITER: &str = "FEED_WRITER";
/// By how many seconds the clocks of the writers are off.
const OFF: [i64; 4] = [-10, -3, 3, FASTEST];
/// That of the reader as well: what it writes itself is closed as soon as the others are.
const FASTEST: i64 = 10;
/// How many commits a writer makes at a time.
const AT_ONCE: usize = 16;
/// How many records all of them write.
const RECORDS: usize = 5000;
/// How many changes they make together.
const CHANGES: usize = 30_000;
/// No writer outlives the test.
const LIFE: Duration = Duration::from_mins(2);

/// A clock that is off by this.
struct Off(TimeDelta);

impl Clock for Off {
    fn now(&self) -> DateTime<Utc> {
        Utc::now() + self.0
    }
}

fn store(url: &str, off: i64) -> Arc<SqlStore<PostgresStore>> {
    let store = PostgresStore::new(url, 6, Arc::new(Off(TimeDelta::seconds(off))), ids()).unwrap();
    Arc::new(SqlStore::new(Arc::new(store)))
}

/// A random number below `bound`.
fn any(bound: usize) -> usize {
    usize::try_from(RandomState::new().hash_one(0) >> 32).unwrap() % bound
}

fn language(number: usize) -> Language {
    let id = i32::try_from(number).unwrap();
    Language { id, version: 1, name: text("a"), code: text("b"), icon: None, icon_square: None }
}

/// Changes one record after another, as long as it lives.
async fn write(store: &SqlStore<PostgresStore>) {
    loop {
        let key = i32::try_from(any(RECORDS)).unwrap();
        let before = saved::<Language>(store, &key).await.unwrap();
        let next = Language { name: text(format!("at {}", before.version)), ..before.record.clone() };
        match store.commit(commit_after(&before, next)).await {
            Ok(_) | Err(CommitError::Stale | CommitError::Unavailable(_) | CommitError::Unknown(_)) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_writer_writes_where_it_is_told_to() {
    let Ok(told) = env::var(WRITER) else { return };
    let (off, url) = told.split_once(' ').unwrap();
    let store = store(url, off.parse().unwrap());
    let writers = join_all((0..AT_ONCE).map(|_| write(&store)));
    tokio::time::timeout(LIFE, writers).await.ok();
}

/// The process of a writer.
struct Writer {
    told: String,
    process: Child,
}

impl Writer {
    fn begin(told: String) -> Self {
        let process = Command::new(env::current_exe().unwrap())
            .args(["--exact", "a_writer_writes_where_it_is_told_to"])
            .env(WRITER, &told)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        Self { told, process }
    }

    fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.process.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Pauses and kills a writer at random until it is told to stop; how often it did either. The first time is not left to chance.
fn disturb(mut writer: Writer, mut is_to_die: bool, is_over: &AtomicBool) -> [usize; 2] {
    let mut done = [0, 0];
    let wait = |at_most: usize| {
        let until = Instant::now() + Duration::from_millis(1000 + any(at_most) as u64);
        while Instant::now() < until && !is_over.load(Ordering::Relaxed) {
            thread::sleep(Duration::from_millis(20));
        }
    };
    while !is_over.load(Ordering::Relaxed) {
        wait(4000);
        if is_to_die {
            writer.kill();
            writer = Writer::begin(writer.told.clone());
            done[1] += 1;
        } else {
            writer.signal("-STOP");
            wait(5000);
            writer.signal("-CONT");
            done[0] += 1;
        }
        is_to_die = any(3) == 0;
    }
    done
}

/// A change as a reader sees it: its position, its record and its version.
type Seen = (Uuid, String, i64);

/// Follows the feed from its beginning until it is over and everything is closed; each change as it came.
async fn follow(store: &SqlStore<PostgresStore>, is_over: &AtomicBool, seen: &AtomicUsize) -> Vec<Seen> {
    let mut all: Vec<Seen> = Vec::new();
    loop {
        let is_last = is_over.load(Ordering::Relaxed);
        let page =
            store.changes_behind(Page { after: all.last().map(|(id, ..)| *id), limit: 500 }).await.unwrap();
        all.extend(page.iter().map(|change| (change.id, change.key.clone(), change.version)));
        seen.store(all.len(), Ordering::Relaxed);
        if page.is_empty() {
            if is_last {
                return all;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

/// Follows the log as one who takes the last id that is there for the end of it; how many changes came.
async fn follow_naively(url: &str, is_over: &AtomicBool) -> BTreeSet<Uuid> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    let mut all = BTreeSet::new();
    loop {
        let is_last = is_over.load(Ordering::Relaxed);
        let last = all.last().map_or(String::new(), |last: &Uuid| format!("WHERE id > '{last}'"));
        let query = format!("SELECT id::text FROM changes {last} ORDER BY id");
        let rows = client.query(&query, &[]).await.unwrap();
        if rows.is_empty() && is_last {
            return all;
        }
        all.extend(rows.iter().map(|row| row.get::<_, &str>(0).parse::<Uuid>().unwrap()));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Waits until everything that is in the log is closed; the servers that were killed delay it as long as their leases.
async fn all_is_closed(store: &SqlStore<PostgresStore>, cluster: &Cluster, url: &str) {
    let last = cluster.query(url, "SELECT id FROM changes ORDER BY id DESC LIMIT 1");
    let last: Uuid = last.trim().parse().unwrap();
    let begun = Instant::now();
    while store.closed_position().await.unwrap() != Some(last) {
        assert!(begun.elapsed() < Duration::from_mins(1), "the feed is held up");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn is_in_order_of_versions(all: &[Seen]) -> bool {
    let mut versions: BTreeMap<&str, i64> = BTreeMap::new();
    all.iter().all(|(_, key, version)| {
        let last = versions.entry(key).or_default();
        *last += 1;
        last == version
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_sees_every_change_of_servers_that_are_paused_and_killed_once() {
    let url = Cluster::shared().database();
    let reader = store(&url, FASTEST);
    follow_disturbed_servers(Cluster::shared(), &url, reader).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_of_a_standby_sees_them_once_too() {
    let primary = Cluster::start();
    let standby = primary.standby("replica");
    standby.log_statements();
    let url = primary.database();
    let replica = standby.url(url.rsplit('/').next().unwrap());
    let store = PostgresStore::new(&url, 6, Arc::new(Off(TimeDelta::seconds(FASTEST))), ids()).unwrap();
    let reader = Arc::new(SqlStore::new(Arc::new(store.reading_from(&replica).unwrap())));
    follow_disturbed_servers(&primary, &url, reader).await;
    let read = standby.logged(&url, "FROM feed_server");
    assert!(read > 20, "the standby answered {read} times");
}

/// Follows the feed with `reader` while servers write that are paused and killed; asserts that it sees each change once.
async fn follow_disturbed_servers(cluster: &Cluster, url: &str, reader: Arc<SqlStore<PostgresStore>>) {
    reader.engine().migrate().await.unwrap();
    for made in join_all((0..RECORDS).map(|number| reader.commit(commit(None, language(number))))).await {
        made.unwrap();
    }
    let over = [(); 2].map(|()| Arc::new(AtomicBool::new(false)));
    let [writing_is_over, all_is_over] = &over;
    let seen = Arc::new(AtomicUsize::new(0));
    let writers = OFF.map(|off| {
        let (writer, is_over) = (Writer::begin(format!("{off} {url}")), Arc::clone(writing_is_over));
        thread::spawn(move || disturb(writer, off < 0, &is_over))
    });
    let following = {
        let (reader, is_over, seen) = (Arc::clone(&reader), Arc::clone(all_is_over), Arc::clone(&seen));
        tokio::spawn(async move { follow(&reader, &is_over, &seen).await })
    };
    let naive = {
        let (url, is_over) = (url.to_owned(), Arc::clone(all_is_over));
        tokio::spawn(async move { follow_naively(&url, &is_over).await })
    };
    // The reader's own server writes as well.
    while seen.load(Ordering::Relaxed) < CHANGES {
        let key = i32::try_from(any(RECORDS)).unwrap();
        let before = saved::<Language>(&*reader, &key).await.unwrap();
        reader.commit(commit_after(&before, before.record.clone())).await.ok();
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    writing_is_over.store(true, Ordering::Relaxed);
    let disturbed = writers.map(|writer| writer.join().unwrap());
    all_is_closed(&reader, cluster, url).await;
    all_is_over.store(true, Ordering::Relaxed);
    let (seen, naive) = (following.await.unwrap(), naive.await.unwrap());

    let written = cluster.query(url, "SELECT id FROM changes ORDER BY id");
    let written: Vec<Uuid> = written.lines().map(|id| id.parse().unwrap()).collect();
    assert!(
        disturbed.iter().any(|done| done[0] > 0) && disturbed.iter().any(|done| done[1] > 0),
        "{disturbed:?}"
    );
    let ids: Vec<Uuid> = seen.iter().map(|(id, ..)| *id).collect();
    assert!(ids == written, "{} changes were seen of {}", ids.len(), written.len());
    assert!(is_in_order_of_versions(&seen));
    assert!(naive.len() < written.len(), "who does not ask what is closed must miss something");
}
