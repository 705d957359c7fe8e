//! What becomes of commits and connections when a server is lost, refuses writes, or commits without its standbys.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a test fails by panicking

use std::{
    net::TcpListener,
    sync::Arc,
    time::{Duration, Instant},
};

use profile_domain::{
    account::{Account, Profile},
    operator::{OperatorKey, OperatorKeyId, Role},
};
use profile_ports::{
    Commit, CommitError, Commits as _, Database as _, Forget, OperatorKeys as _, PersonStep, ReadOnly,
    Unavailable,
};
use profile_postgres::{Options, PostgresStore};
use profile_rows::{Engine as _, SqlStore};
use profile_testkit::{
    cluster::Cluster,
    fixed::{clock, ids},
    fixtures::{account, commit, commit_after, find, login, moment, person, saved, text},
};
use tokio::{
    task::{JoinHandle, spawn_blocking},
    time::{sleep, timeout},
};

/// Tells what hangs from what is answered late on a busy machine.
const HANGS: Duration = Duration::from_mins(1);
const READ_WRITE: &str = "target_session_attrs=read-write";

type Store = Arc<SqlStore<PostgresStore>>;

fn store(url: &str) -> Store {
    within(url, Duration::from_secs(10))
}

fn within(url: &str, statement_limit: Duration) -> Store {
    let options = Options { max_connections: 4, statement_limit, ..Options::default() };
    let postgres = PostgresStore::with(url, options, clock(), ids()).unwrap();
    Arc::new(SqlStore::new(Arc::new(postgres)))
}

/// The URL of a database on several servers, the first one first.
fn on_all(urls: &[&str], parameters: &str) -> String {
    let hosts = urls.iter().map(|url| url.split(['@', '/']).nth(3).unwrap());
    let hosts = hosts.collect::<Vec<_>>().join(",");
    let database = urls[0].rsplit('/').next().unwrap();
    format!("postgres://postgres@{hosts}/{database}?{parameters}")
}

async fn retried(store: &Store, number: i64) {
    let begun = Instant::now();
    loop {
        match store.commit(commit(None, account(number))).await {
            Ok(_) => return,
            Err(CommitError::Unavailable(_)) => assert!(begun.elapsed() < HANGS, "{number} is never written"),
            Err(other) => panic!("{other:?}"),
        }
        sleep(Duration::from_millis(50)).await;
    }
}

fn is_read_only(error: &Unavailable) -> bool {
    ReadOnly::causes(error) && error.source.to_string() == "the database is read-only"
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_a_read_only_database_refuses_is_not_made_and_its_connections_are_given_up() {
    let cluster = Cluster::start();
    let url = cluster.database();
    let store = store(&url);
    store.engine().migrate().await.unwrap();
    store.commit(commit(None, account(1))).await.unwrap();
    let begun = saved::<Account>(&*store, &login(1)).await.unwrap();
    let sessions = || {
        let query = "SELECT pid FROM pg_stat_activity WHERE application_name = 'profile' AND query NOT LIKE 'WITH unhurried%'";
        cluster.query(&url, query).lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let before = sessions();

    cluster.execute(&url, "ALTER SYSTEM SET default_transaction_read_only = on");
    cluster.query(&url, "SELECT pg_reload_conf()");
    let moved = Account { profile: Profile { city: text("moved"), ..Profile::default() }, ..account(1) };
    // A session reads its settings anew before its next statement, but a signal may come after that.
    let refused = loop {
        let moved = Account { person: begun.record.person, ..moved.clone() };
        match store.commit(commit_after(&begun, moved)).await {
            Ok(_) | Err(CommitError::Stale) => sleep(Duration::from_millis(20)).await,
            Err(refused) => break refused,
        }
    };
    assert!(matches!(&refused, CommitError::Unavailable(error) if is_read_only(error)), "{refused:?}");
    // A commit of several statements, a step of its own, and what the probe writes.
    let refused = store.commit(commit(None, account(2))).await.unwrap_err();
    assert!(matches!(&refused, CommitError::Unavailable(_)), "{refused:?}");
    let refused = store.add_operator_key(&operator_key(), None).await.unwrap_err();
    assert!(matches!(&refused, CommitError::Unavailable(error) if is_read_only(error)), "{refused:?}");
    assert!(store.engine().ready().await.is_err());
    assert!(is_read_only(&store.engine().check_writable().await.unwrap_err()));
    assert!(is_read_only(&store.engine().migrate().await.unwrap_err()));
    assert!(is_read_only(&store.engine().pending_migrations().await.unwrap_err()));
    assert!(find::<Account>(&*store, &login(1)).await.unwrap().is_some(), "reads are served");

    cluster.execute(&url, "ALTER SYSTEM RESET default_transaction_read_only");
    cluster.query(&url, "SELECT pg_reload_conf()");
    retried(&store, 2).await;
    let after = sessions();
    assert!(after.iter().all(|session| !before.contains(session)), "{before:?} {after:?}");
}

fn operator_key() -> OperatorKey {
    OperatorKey {
        id: OperatorKeyId::try_from("opk_00000000000001").unwrap(),
        name: "Desk".to_owned(),
        role: Role::Reader,
        hash: "hash".to_owned(),
        allow_cidrs: Vec::new(),
        created_at: moment(),
        created_by: "operator".to_owned(),
        expires_at: None,
        last_used_at: None,
        revoked: None,
    }
}

/// The sessions whose commits wait for a standby.
fn waiting(cluster: &Cluster, url: &str) -> Vec<String> {
    let query = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
    cluster.query(url, query).lines().map(str::to_owned).collect()
}

/// Does `what` to the session whose commit waits for a standby.
async fn once_it_waits(cluster: &Arc<Cluster>, url: &str, what: &'static str) {
    let (cluster, url) = (Arc::clone(cluster), url.to_owned());
    let struck = spawn_blocking(move || {
        let begun = Instant::now();
        while waiting(&cluster, &url).is_empty() {
            assert!(begun.elapsed() < HANGS, "no commit waits for the standby");
            std::thread::sleep(Duration::from_millis(20));
        }
        for session in waiting(&cluster, &url) {
            cluster.query(&url, &format!("SELECT {what}({session})"));
        }
    });
    struck.await.unwrap();
}

/// A cluster whose commits wait for a standby that has gone, with a migrated database.
async fn without_its_standby() -> (Arc<Cluster>, String, Store) {
    let (cluster, url) = spawn_blocking(|| {
        let cluster = Cluster::start();
        let url = cluster.database();
        (cluster, url)
    })
    .await
    .unwrap();
    let store = store(&url);
    store.engine().migrate().await.unwrap();
    for number in [1, 2] {
        store.commit(commit(None, account(number))).await.unwrap();
    }
    cluster.wait_for_standby("gone");
    // Sessions that are there read the setting when a signal comes, which nobody hears of.
    sleep(Duration::from_secs(1)).await;
    (Arc::new(cluster), url, store)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_stops_waiting_for_its_standby_is_unknown() {
    let (cluster, url, store) = without_its_standby().await;
    for (number, what) in [(1, "pg_cancel_backend"), (2, "pg_terminate_backend")] {
        let begun = saved::<Account>(&*store, &login(number)).await.unwrap();
        let moved = Account {
            profile: Profile { city: text(what), ..begun.record.profile.clone() },
            ..begun.record.clone()
        };
        let forget = Forget { person: person(), records: Vec::new(), is_whole: false };
        let alone = commit_after(&begun, moved);
        let several = commit(None, account(10 + number));
        let steps = Commit {
            steps: vec![PersonStep::Forget(Box::new(forget))],
            ..commit(None, account(20 + number))
        };
        for commit in [alone, several, steps] {
            let (store, url) = (Arc::clone(&store), url.clone());
            let committed: JoinHandle<_> = tokio::spawn(async move { store.commit(commit).await });
            once_it_waits(&cluster, &url, what).await;
            let outcome = timeout(HANGS, committed).await.expect("a commit must end").unwrap();
            assert!(matches!(outcome, Err(CommitError::Unknown(_))), "{what}: {outcome:?}");
        }
        // They were committed here, and nobody knows whether a standby has them.
        let stored = find::<Account>(&*store, &login(number)).await.unwrap().unwrap();
        assert_eq!(stored.profile.city, text(what));
        for number in [10 + number, 20 + number] {
            assert!(find::<Account>(&*store, &login(number)).await.unwrap().is_some(), "{number}");
        }
    }
    let keyed = {
        let store = Arc::clone(&store);
        tokio::spawn(async move { store.add_operator_key(&operator_key(), None).await })
    };
    once_it_waits(&cluster, &url, "pg_cancel_backend").await;
    let outcome = timeout(HANGS, keyed).await.expect("a step must end").unwrap();
    assert!(matches!(outcome, Err(CommitError::Unknown(_))), "{outcome:?}");
    assert!(store.find_operator_key(&operator_key().id).await.unwrap().is_some());

    cluster.wait_for_standby("");
    retried(&store, 30).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_waits_for_its_standby_too_long_is_unknown_and_leaves_no_session_behind() {
    let (cluster, url, _) = without_its_standby().await;
    let store = within(&url, Duration::from_secs(1));
    let outcome = timeout(HANGS, store.commit(commit(None, account(5)))).await.expect("a commit must end");
    assert!(matches!(outcome, Err(CommitError::Unknown(_))), "{outcome:?}");
    let begun = Instant::now();
    while !waiting(&cluster, &url).is_empty() {
        assert!(begun.elapsed() < HANGS, "the session still waits");
        sleep(Duration::from_millis(50)).await;
    }
    assert!(find::<Account>(&*store, &login(5)).await.unwrap().is_some(), "it was committed");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_that_takes_writes_is_found_wherever_it_stands_in_the_url() {
    let (primary, standby) = spawn_blocking(|| {
        let primary = Cluster::start();
        let standby = primary.standby("second");
        (primary, standby)
    })
    .await
    .unwrap();
    let url = primary.database();
    let begun = Instant::now();
    let at_the_standby = standby.url(url.rsplit('/').next().unwrap());
    let seen = format!("SELECT 1 FROM pg_database WHERE datname = '{}'", url.rsplit('/').next().unwrap());
    while standby.query(&standby.url("postgres"), &seen).is_empty() {
        assert!(begun.elapsed() < HANGS, "the standby does not follow");
        sleep(Duration::from_millis(50)).await;
    }
    // Takes connections and never says a word, as a machine that has stopped.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = format!("postgres://postgres@{}/x", silent.local_addr().unwrap());
    let closed = "postgres://postgres@127.0.0.1:1/x";

    let store = store(&on_all(&[&at_the_standby, &silent, closed, &url], READ_WRITE).replace("/x?", "/?"));
    timeout(HANGS, store.engine().migrate()).await.unwrap().unwrap();
    store.commit(commit(None, account(1))).await.unwrap();
    let nowhere = self::store(&on_all(&[&at_the_standby, closed], READ_WRITE));
    assert!(is_read_only(&nowhere.engine().check_writable().await.unwrap_err()));
    let told =
        self::store(&on_all(&[closed, closed], READ_WRITE)).engine().check_writable().await.unwrap_err();
    assert!(told.source.to_string().starts_with("127.0.0.1:1: error connecting"), "{}", told.source);

    primary.kill();
    standby.promote();
    retried(&store, 2).await;
    assert!(find::<Account>(&*store, &login(1)).await.unwrap().is_some(), "it was on the standby as well");
    nowhere.engine().check_writable().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_do_not_each_wait_for_a_database_that_is_known_to_be_away() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let store = store(&format!("postgres://postgres@{}/x", silent.local_addr().unwrap()));
    // As many connects of some seconds would take longer.
    let all = async {
        for number in 0..10 {
            assert!(find::<Account>(&*store, &login(1)).await.is_err());
            let outcome = store.commit(commit(None, account(number))).await;
            assert!(matches!(outcome, Err(CommitError::Unavailable(_))), "{outcome:?}");
        }
    };
    timeout(HANGS, all).await.expect("they wait too long");
}
