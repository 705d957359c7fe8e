//! What a server does about its place in the order of the log: one promise of the feed at a time.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // a test fails by panicking

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::future::join;
use profile_domain::{
    account::{Account, Profile},
    change::ChangeRecord,
};
use profile_ports::{CommitError, Commits as _, Database as _, Feed as _, Page};
use profile_postgres::PostgresStore;
use profile_rows::SqlStore;
use profile_testkit::{
    cluster::Cluster,
    fixed::{COMMITTED_AT, FixedClock, ids},
    fixtures::{account, commit, commit_after, login, saved, text},
    proxy::Proxy,
};

async fn open(url: &str) -> SqlStore<PostgresStore> {
    open_at(url, COMMITTED_AT).await
}

/// A store whose clock stands at these seconds.
async fn open_at(url: &str, seconds: i64) -> SqlStore<PostgresStore> {
    let clock = Arc::new(FixedClock::at(seconds));
    let store = PostgresStore::new(url, 4, clock, ids()).unwrap();
    store.migrate().await.unwrap();
    SqlStore::new(Arc::new(store))
}

async fn all(store: &SqlStore<PostgresStore>) -> Vec<ChangeRecord> {
    store.changes_behind(Page::first(100)).await.unwrap()
}

fn rows(url: &str) -> Vec<String> {
    Cluster::shared().query(url, "SELECT server FROM feed_server").lines().map(str::to_owned).collect()
}

/// Waits until something is so; far longer than it should take.
async fn until(mut is_so: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !is_so().await {
        assert!(begun.elapsed() < Duration::from_secs(20), "it takes too long");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_whose_lease_is_over_gets_another_place() {
    let url = Cluster::shared().database();
    let store = open(&url).await;
    store.commit(commit(None, account(1))).await.unwrap();
    let [first] = &rows(&url)[..] else { unreachable!() };
    Cluster::shared().execute(&url, "UPDATE feed_server SET fenced = 1, lease_until = 'epoch'");
    // At once, before the server can learn of it by itself.
    store.commit(commit(None, account(2))).await.unwrap();
    let rows = rows(&url);
    assert!(rows.iter().any(|row| row != first), "it has a new row");
    until(async || all(&store).await.len() == 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_waits_until_its_lease_is_over_gets_another_place() {
    let url = Cluster::shared().database();
    let store = open(&url).await;
    store.commit(commit(None, account(1))).await.unwrap();
    let before = saved::<Account>(&store, &login(1)).await.unwrap();
    let first = rows(&url);
    let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute("BEGIN; SELECT 1 FROM account FOR UPDATE").await.unwrap();
    let release = async {
        // The lease is renewed meanwhile, but the statement sees it as it was when it began.
        tokio::time::sleep(Duration::from_millis(3500)).await;
        client.batch_execute("COMMIT").await.unwrap();
    };
    let next = Account { update_time: 7, ..before.record.clone() };
    let (committed, ()) = join(store.commit(commit_after(&before, next)), release).await;
    committed.unwrap();
    assert!(rows(&url).iter().any(|row| !first.contains(row)), "it has a new row");
    until(async || all(&store).await.len() == 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_begins_behind_everything_that_may_have_been_read() {
    let url = Cluster::shared().database();
    let ahead = open_at(&url, COMMITTED_AT + 3600).await;
    for number in 1..=3 {
        ahead.commit(commit(None, account(number))).await.unwrap();
    }
    let read = all(&ahead).await;
    assert_eq!(read.len(), 3);
    drop(ahead);
    until(async || rows(&url).is_empty()).await;
    let behind = open(&url).await;
    for number in 4..=6 {
        behind.commit(commit(None, account(number))).await.unwrap();
    }
    let next =
        behind.changes_behind(Page { after: read.last().map(|change| change.id), limit: 100 }).await.unwrap();
    let keys: Vec<&str> = next.iter().map(|change| change.key.as_str()).collect();
    assert_eq!(keys, ["4", "5", "6"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_feed_goes_on_when_nothing_of_a_server_that_has_gone_can_come_any_more() {
    let url = Cluster::shared().database();
    let reader = open(&url).await;
    reader.commit(commit(None, account(1))).await.unwrap();
    assert_eq!(all(&reader).await.len(), 1);
    let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute("BEGIN; SELECT pg_current_xact_id()").await.unwrap();
    let gone = "INSERT INTO feed_server (server, closed_until, lease_until) \
                VALUES (gen_random_uuid(), 'epoch', clock_timestamp())";
    Cluster::shared().execute(&url, gone);
    reader.commit(commit(None, account(2))).await.unwrap();
    for _ in 0..20 {
        assert!(all(&reader).await.is_empty(), "a transaction is open that may be that server's");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    client.batch_execute("COMMIT").await.unwrap();
    until(async || all(&reader).await.len() == 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_alone_sees_to_servers_that_have_gone() {
    let url = Cluster::shared().database();
    let writer = open(&url).await;
    writer.commit(commit(None, account(1))).await.unwrap();
    let gone = "INSERT INTO feed_server (server, closed_until, lease_until) \
                VALUES (gen_random_uuid(), 'epoch', clock_timestamp())";
    drop(writer);
    until(async || rows(&url).is_empty()).await;
    Cluster::shared().execute(&url, gone);
    let reader = open(&url).await;
    until(async || all(&reader).await.len() == 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_write_keeps_no_row() {
    let url = Cluster::shared().database();
    let store = open(&url).await;
    store.commit(commit(None, account(1))).await.unwrap();
    assert_eq!(rows(&url).len(), 1);
    until(async || rows(&url).is_empty()).await;
    assert_eq!(all(&store).await.len(), 1);
    store.commit(commit(None, account(2))).await.unwrap();
    assert_eq!(rows(&url).len(), 1);
    assert_eq!(all(&store).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_goes_on_beside_a_commit_that_may_still_come() {
    let url = Cluster::shared().database();
    let proxy = Proxy::before(Cluster::shared().address()).await;
    let through = url.replace(&Cluster::shared().address().to_string(), &proxy.address.to_string());
    let store = open(&through).await;
    store.commit(commit(None, account(1))).await.unwrap();
    let before = saved::<Account>(&store, &login(1)).await.unwrap();
    let profile = Profile { city: text("behind it"), ..before.profile.clone() };
    let next = Account { profile, ..before.record.clone() };
    proxy.cut_behind("behind it");
    let lost = store.commit(commit_after(&before, next)).await;
    assert!(matches!(lost, Err(CommitError::Unknown(_))), "{lost:?}");
    store.commit(commit(None, account(2))).await.unwrap();
    assert_eq!(rows(&url).len(), 2, "the row of the lost commit, and a new one");
    until(async || all(&store).await.len() == 3).await;
    until(async || rows(&url).len() == 1).await;
}
