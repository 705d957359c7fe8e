//! Reads from a standby: as good as those from the primary, whatever becomes of the standby.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a test fails by panicking
#![allow(clippy::disallowed_methods)] // real time is what a read takes

use std::{
    fs,
    process::Command,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use profile_domain::{
    Saved, Search,
    account::{Account, Profile},
    change::{ChangeRecord, RecordKind},
    operator::search::PersonQuery,
    tenant::MemberListing,
    users::Listing,
};
use profile_ports::{
    Changes as _, Commits as _, Database as _, EntryFilter, Feed as _, Members as _, Page, PersonSearch,
    RecordRef, Records as _, SearchIndex as _, SearchScope, Store, Users as _,
};
use profile_postgres::PostgresStore;
use profile_rows::SqlStore;
use profile_testkit::{
    cluster::Cluster,
    fixed::{clock, ids},
    fixtures::{account, commit, commit_after, find, login, saved, text, user},
};
use tokio::{
    task::{JoinHandle, block_in_place},
    time::sleep,
};

type Postgres = SqlStore<PostgresStore>;

/// Part of each read of the feed, and of nothing else.
const FEED: &str = "FROM feed_server WHERE server IS DISTINCT";
/// What must happen soon happens within this, also on a busy machine.
const SOON: Duration = Duration::from_secs(30);

/// A primary and a standby of it, which logs what it is asked.
struct Pair {
    primary: Cluster,
    standby: Cluster,
}

impl Pair {
    fn start() -> Self {
        let primary = Cluster::start();
        let standby = primary.standby("replica");
        standby.log_statements();
        Self { primary, standby }
    }

    /// For tests that leave the standby alone.
    fn shared() -> &'static Self {
        static PAIR: OnceLock<Pair> = OnceLock::new();
        PAIR.get_or_init(Self::start)
    }

    /// A new database: its URL on both.
    fn database(&self) -> (String, String) {
        let url = self.primary.database();
        let replica = self.standby.url(url.rsplit('/').next().unwrap());
        (url, replica)
    }

    /// A new database with a store that reads from the standby, and another server's store that does not.
    async fn stores(&self) -> (Postgres, Postgres, String) {
        let (url, replica) = self.database();
        let store = reading(&url, &replica);
        store.engine().migrate().await.unwrap();
        self.is_read(&store, &url).await;
        (store, only(&url), url)
    }

    /// Waits until the standby is read.
    async fn is_read(&self, store: &Postgres, url: &str) {
        self.is_asked(url, FEED, async || assert!(store.closed_position().await.is_ok())).await;
    }

    /// Reads until the standby has answered a statement with these words.
    async fn is_asked(&self, url: &str, words: &str, read: impl AsyncFn()) {
        let (begun, before) = (Instant::now(), self.standby.logged(url, words));
        loop {
            read().await;
            if self.standby.logged(url, words) > before {
                return;
            }
            assert!(begun.elapsed() < SOON, "the standby was never asked for {words}");
            sleep(Duration::from_millis(20)).await;
        }
    }
}

fn reading(url: &str, replica: &str) -> Postgres {
    let store = PostgresStore::new(url, 4, clock(), ids()).unwrap();
    SqlStore::new(Arc::new(store.reading_from(replica).unwrap()))
}

fn only(url: &str) -> Postgres {
    SqlStore::new(Arc::new(PostgresStore::new(url, 4, clock(), ids()).unwrap()))
}

profile_testkit::store_conformance!(async {
    let pair = Pair::shared();
    let (store, _, _) = pair.stores().await;
    (Arc::new(store) as Arc<dyn Store>, ())
});

fn in_city(account: &Saved<Account>, city: impl Into<String>) -> Account {
    let record = account.record.clone();
    Account { profile: Profile { city: text(city), ..record.profile.clone() }, ..record }
}

/// Changes an account; returns its version.
async fn change(store: &Postgres, number: i64, city: impl Into<String>) -> i64 {
    let before = saved::<Account>(store, &login(number)).await.unwrap();
    store.commit(commit_after(&before, in_city(&before, city))).await.unwrap();
    before.record.version + 1
}

/// The newest change in the history of an account.
async fn newest(store: &Postgres, number: i64) -> Option<ChangeRecord> {
    let key = login(number).to_string();
    store
        .record_changes(RecordRef { kind: RecordKind::Account, key: &key }, Page::first(1))
        .await
        .unwrap()
        .pop()
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_searches_histories_and_the_feed_are_read_from_the_standby_and_lookups_are_not() {
    let pair = Pair::shared();
    let (store, _, url) = pair.stores().await;
    store.commit(commit(None, account(1))).await.unwrap();
    store.commit(commit(None, user(1, &[]))).await.unwrap();
    let (key, scope) = (login(1).to_string(), SearchScope { with_personal: true, kinds: Vec::new() });
    let search = PersonSearch { query: PersonQuery::of("nora"), scope };
    let searched = |text: &str| Search::of(text).unwrap();
    let everybody = Listing { search: searched(""), from: None, backwards: false, limit: 10 };
    let some = Listing { search: searched("nor"), ..everybody.clone() };
    let members = MemberListing { tenant_id: 1, search: searched(""), skip: 0, take: 10 };
    let kind = RecordKind::Account;
    let lists = async || {
        assert_eq!(store.list_users(&everybody).await.unwrap().len(), 1);
        assert_eq!(store.list_users(&some).await.unwrap().len(), 1);
        assert_eq!(store.list_members(&members).await.unwrap().0, 0);
        assert_eq!(store.list_entries(EntryFilter::of(kind), Page::first(9)).await.unwrap().len(), 1);
    };
    let searches = async || {
        store.find_identified(&search, Page::first(9)).await.unwrap();
        store.find_named(&search, Page::first(9)).await.unwrap();
    };
    let histories = async || {
        assert_eq!(newest(&store, 1).await.unwrap().version, 1);
        assert_eq!(store.changes_of(kind, &key).await.unwrap().len(), 1);
        assert_eq!(store.changes_behind(Page::first(9)).await.unwrap().len(), 2);
    };
    for words in ["0 AS rank", "1 AS rank", "\"member\"", "NOT (EXISTS"] {
        pair.is_asked(&url, words, &lists).await;
    }
    for words in ["FROM search_term", "FROM search_record"] {
        pair.is_asked(&url, words, &searches).await;
    }
    for words in ["\"version\" DESC", "ORDER BY \"changes\".\"version\" ", FEED] {
        pair.is_asked(&url, words, &histories).await;
    }

    for _ in 0..20 {
        assert!(find::<Account>(&store, &login(1)).await.unwrap().is_some());
    }
    assert_eq!(pair.standby.logged(&url, "FROM (\"account\""), 0);
    assert_eq!(pair.standby.logged(&url, "FROM \"account\""), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_any_server_has_written_is_shown_at_once() {
    let pair = Pair::start();
    let (store, other, url) = pair.stores().await;
    for number in [1, 2] {
        other.commit(commit(None, account(number))).await.unwrap();
    }
    let before = pair.standby.logged(&url, "DESC LIMIT");
    for round in 0..300 {
        let version = change(&other, 1, format!("round {round}")).await;
        assert_eq!(newest(&store, 1).await.unwrap().version, version);
    }
    let answered = pair.standby.logged(&url, "DESC LIMIT") - before;
    assert!(answered > 5, "of 300 histories the standby answered {answered}");

    pair.standby.query(&pair.standby.url("postgres"), "SELECT pg_wal_replay_pause()");
    other.commit(commit(None, account(3))).await.unwrap();
    assert_eq!(
        newest(&store, 3).await.map(|change| change.version),
        Some(1),
        "the standby has no such record"
    );
    for round in 0..20 {
        // By itself, and by another server.
        let version =
            change(if round % 2 == 0 { &store } else { &other }, 2, format!("paused {round}")).await;
        assert_eq!(newest(&store, 2).await.unwrap().version, version);
        let key = login(2).to_string();
        let history = store.changes_of(RecordKind::Account, &key).await.unwrap();
        assert_eq!(
            history.last().unwrap().version,
            version,
            "an earlier state may be asked for by its version"
        );
        let listed = store.list_entries(EntryFilter::of(RecordKind::Account), Page::first(9)).await.unwrap();
        assert_eq!(listed.iter().map(|entry| entry.version).collect::<Vec<_>>(), [301, version, 1]);
    }
    let last = newest(&store, 2).await.unwrap().id;
    let begun = Instant::now();
    while store.closed_position().await.unwrap() != Some(last) {
        // As without a standby: another server says twice a second what it has closed.
        assert!(begun.elapsed() < SOON, "the feed does not go on");
        sleep(Duration::from_millis(20)).await;
    }
    pair.standby.query(&pair.standby.url("postgres"), "SELECT pg_wal_replay_resume()");
    pair.is_read(&store, &url).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_feed_shows_at_once_what_its_own_server_has_written() {
    let pair = Pair::start();
    let (url, replica) = pair.database();
    // The only server: nobody else has to say what is closed.
    let store = reading(&url, &replica);
    store.engine().migrate().await.unwrap();
    pair.is_read(&store, &url).await;
    let mut position = None;
    for number in 1..=220 {
        if number == 201 {
            let answered = pair.standby.logged(&url, FEED);
            assert!(answered > 5, "of 200 pages the standby answered {answered}");
            pair.standby.query(&pair.standby.url("postgres"), "SELECT pg_wal_replay_pause()");
        }
        store.commit(commit(None, account(number))).await.unwrap();
        let page = store.changes_behind(Page { after: position, limit: 9 }).await.unwrap();
        assert_eq!(page.iter().map(|change| &*change.key).collect::<Vec<_>>(), [login(number).to_string()]);
        position = page.last().map(|change| change.id);
        assert_eq!(store.closed_position().await.unwrap(), position);
    }
}

/// Reads the list of users again and again until it is over; returns how often, and how long the slowest took.
fn keep_reading(store: &Arc<Postgres>, is_over: &Arc<AtomicBool>) -> JoinHandle<(usize, Duration)> {
    let (store, is_over) = (Arc::clone(store), Arc::clone(is_over));
    tokio::spawn(async move {
        let (mut reads, mut slowest) = (0, Duration::ZERO);
        let all = Listing { search: Search::of("").unwrap(), from: None, backwards: false, limit: 10 };
        while !is_over.load(Ordering::Relaxed) {
            let begun = Instant::now();
            assert_eq!(store.list_users(&all).await.unwrap().len(), 1);
            slowest = slowest.max(begun.elapsed());
            reads += 1;
            sleep(Duration::from_millis(1)).await;
        }
        (reads, slowest)
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standby_that_cancels_restarts_or_dies_fails_no_read() {
    let mut pair = Pair::start();
    let (store, _, url) = pair.stores().await;
    store.commit(commit(None, user(1, &[]))).await.unwrap();
    let (store, is_over) = (Arc::new(store), Arc::new(AtomicBool::new(false)));
    let reading = keep_reading(&store, &is_over);
    let standby = pair.standby.url("postgres");
    for end in ["pg_cancel_backend", "pg_terminate_backend"].repeat(10) {
        // As the server does with queries that stand in the way of what is replayed.
        let end = format!("SELECT {end}(pid) FROM pg_stat_activity WHERE application_name = 'profile'");
        block_in_place(|| pair.standby.query(&standby, &end));
    }
    pair.is_read(&store, &url).await;
    block_in_place(|| pair.standby.crash());
    pair.is_read(&store, &url).await;
    pair.standby.kill();
    sleep(Duration::from_secs(1)).await;
    is_over.store(true, Ordering::Relaxed);
    let (reads, slowest) = reading.await.unwrap();
    assert!(reads > 100 && slowest < SOON, "{reads} reads, the slowest took {slowest:?}");
}

/// Sends a signal to a server and all its processes.
fn signal(server: &Cluster, signal: &str) {
    let file = fs::read_to_string(server.data.join("postmaster.pid")).unwrap();
    let first = file.lines().next().unwrap();
    let others = Command::new("pgrep").args(["-P", first]).output().unwrap();
    let others = String::from_utf8(others.stdout).unwrap();
    let sent = Command::new("kill").arg(signal).arg(first).args(others.split_whitespace()).status().unwrap();
    assert!(sent.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standby_that_falls_silent_is_not_waited_for_for_long() {
    let pair = Pair::start();
    let (store, _, url) = pair.stores().await;
    store.commit(commit(None, account(1))).await.unwrap();
    pair.is_read(&store, &url).await;
    signal(&pair.standby, "-STOP");
    let begun = Instant::now();
    for _ in 0..100 {
        assert!(newest(&store, 1).await.is_some());
    }
    let took = begun.elapsed();
    signal(&pair.standby, "-CONT");
    assert!(took < SOON, "100 reads took {took:?}");
    pair.is_read(&store, &url).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standby_that_was_promoted_is_not_read() {
    let pair = Pair::start();
    let (store, _, url) = pair.stores().await;
    store.commit(commit(None, account(1))).await.unwrap();
    block_in_place(|| pair.standby.promote());
    let before = pair.standby.logged(&url, "DESC LIMIT");
    for round in 0..20 {
        let version = change(&store, 1, format!("round {round}")).await;
        assert_eq!(newest(&store, 1).await.unwrap().version, version);
    }
    assert_eq!(pair.standby.logged(&url, "DESC LIMIT"), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standby_that_a_failover_has_left_behind_is_not_read_and_one_that_follows_is() {
    let first = Cluster::start();
    let [promoted, left, following] = ["promoted", "left", "following"].map(|name| first.standby(name));
    // From now on it has only what the next primary has.
    let follow = format!(
        "ALTER SYSTEM SET primary_conninfo = 'host=127.0.0.1 port={} user=postgres'",
        promoted.address().port()
    );
    following.execute(&following.url("postgres"), &follow);
    following.query(&following.url("postgres"), "SELECT pg_reload_conf()");
    while promoted.query(&promoted.url("postgres"), "SELECT count(*) FROM pg_stat_replication").trim() != "1"
    {
        sleep(Duration::from_millis(20)).await;
    }
    let database = first.database().rsplit('/').next().unwrap().to_owned();
    let before = only(&first.url(&database));
    before.engine().migrate().await.unwrap();
    before.commit(commit(None, account(1))).await.unwrap();
    let flushed = first.query(&first.url("postgres"), "SELECT pg_current_wal_flush_lsn()");
    let has = format!("SELECT pg_last_wal_replay_lsn() >= '{}'", flushed.trim());
    for standby in [&promoted, &left, &following] {
        standby.log_statements();
        while standby.query(&standby.url("postgres"), &has).trim() != "t" {
            sleep(Duration::from_millis(20)).await;
        }
    }
    drop(before);
    block_in_place(|| promoted.promote());
    // What was left goes on with its old primary, and is soon further in that one's log than the new one is in its own.
    first.execute(&first.url("postgres"), "CREATE TABLE other AS SELECT * FROM generate_series(1, 300000)");

    let url = promoted.url(&database);
    let stores = [&left, &following].map(|standby| reading(&url, &standby.url(&database)));
    let pair = Pair { primary: promoted, standby: following };
    pair.is_read(&stores[1], &url).await;
    for round in 0..50 {
        let version = change(&stores[0], 1, format!("round {round}")).await;
        for store in &stores {
            assert_eq!(newest(store, 1).await.unwrap().version, version);
        }
    }
    assert_eq!(left.logged(&url, FEED) + left.logged(&url, "\"changes\""), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standby_that_is_away_or_another_server_changes_nothing() {
    let (url, _) = Pair::shared().database();
    let stranger = Cluster::shared().database();
    for replica in ["postgres://postgres@127.0.0.1:1/away", &url, &stranger] {
        let store = reading(&url, replica);
        store.engine().migrate().await.unwrap();
        sleep(Duration::from_secs(1)).await;
        assert_eq!(
            store.list_entries(EntryFilter::of(RecordKind::Language), Page::first(9)).await.unwrap().len(),
            0
        );
        assert_eq!(store.closed_position().await.unwrap(), None);
    }
    assert!(PostgresStore::new(&url, 4, clock(), ids()).unwrap().reading_from("nonsense").is_err());
}
