//! What becomes of requests when the line to PostgreSQL fails, and what is said about it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a test fails by panicking

use std::{net::SocketAddr, sync::Arc, time::Duration};

use chrono::DateTime;
use futures_util::future::join_all;
use profile_domain::{
    account::{Account, Profile},
    operator::{Subscription, SubscriptionId, SubscriptionStatus, SubscriptionValues},
    sealed::Sealed,
};
use profile_ports::{CommitError, Commits as _, Database as _, Subscriptions as _};
use profile_postgres::{Options, PostgresStore};
use profile_rows::{Engine as _, SqlStore};
use profile_testkit::{
    cluster::Cluster,
    fixed::{clock, ids},
    fixtures::{account, commit, commit_after, find, login, saved, text},
    proxy::Proxy,
};
use tokio::time::timeout;

/// Tells what hangs from what is answered late on a busy machine.
const HANGS: Duration = Duration::from_mins(1);

/// A store whose statements may take no longer than this on the server.
fn within(url: &str, statement_limit: Duration) -> SqlStore<PostgresStore> {
    let store = PostgresStore::with(
        url,
        Options { max_connections: 4, statement_limit, ..Options::default() },
        clock(),
        ids(),
    )
    .unwrap();
    SqlStore::new(Arc::new(store))
}

fn through(address: SocketAddr, url: &str) -> String {
    let database = url.rsplit('/').next().unwrap();
    format!("postgres://postgres@{address}/{database}")
}

/// A store with a migrated database behind a line that can be broken.
async fn behind_a_proxy() -> (SqlStore<PostgresStore>, Proxy, String) {
    let cluster = Cluster::shared();
    let url = cluster.database();
    let proxy = Proxy::before(cluster.address()).await;
    let store = within(&through(proxy.address, &url), Duration::from_secs(2));
    store.engine().migrate().await.unwrap();
    (store, proxy, url)
}

fn in_city(account: Account, city: &str) -> Account {
    Account { profile: Profile { city: text(city), ..account.profile.clone() }, ..account }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_line_ends_what_waits_and_is_not_used_again() {
    let (store, proxy, _) = behind_a_proxy().await;
    store.commit(commit(None, account(1))).await.unwrap();
    let key = login(1);
    let lookups = || join_all((0..6).map(|_| find::<Account>(&store, &key)));
    assert!(lookups().await.iter().all(|found| matches!(found, Ok(Some(_)))));
    proxy.freeze();
    let frozen = timeout(HANGS, lookups()).await.expect("lookups on a frozen line must end");
    assert!(frozen.iter().any(Result::is_err), "the line is frozen");
    for found in lookups().await {
        assert!(matches!(found, Ok(Some(_))), "later lookups have new connections: {found:?}");
    }
    store.commit(commit(None, account(2))).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_whose_answer_is_lost_is_unknown() {
    let (store, proxy, url) = behind_a_proxy().await;
    for (number, frozen) in [(1, false), (2, true)] {
        // The change is one statement, which is its own commit; a beginning is a transaction.
        store.commit(commit(None, account(number))).await.unwrap();
        let begun = saved::<Account>(&store, &login(number)).await.unwrap();
        if frozen {
            proxy.freeze_behind("behind it");
        } else {
            proxy.cut_behind("behind it");
        }
        let lost = store.commit(commit_after(&begun, in_city(begun.record.clone(), "behind it")));
        let lost = timeout(HANGS, lost).await.expect("a commit must end");
        assert!(matches!(lost, Err(CommitError::Unknown(_))), "{lost:?}");
        let direct = within(&url, Duration::from_secs(10));
        let stored = find::<Account>(&direct, &login(number)).await.unwrap().unwrap();
        assert_eq!(stored.profile.city, text("behind it"), "it was written");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_whose_commit_is_lost_is_unknown() {
    let (store, proxy, url) = behind_a_proxy().await;
    let added = subscription();
    proxy.cut_behind("COMMIT\0");
    let lost = timeout(HANGS, store.add_subscription(&added, None)).await.expect("a step must end");
    assert!(matches!(lost, Err(CommitError::Unknown(_))), "{lost:?}");
    let direct = within(&url, Duration::from_secs(10));
    assert_eq!(direct.find_subscription(&added.id).await.unwrap(), Some(added), "it was written");

    let other =
        Subscription { id: SubscriptionId::try_from("sub_00000000000002").unwrap(), ..subscription() };
    proxy.cut_behind("BEGIN");
    let lost = timeout(HANGS, store.add_subscription(&other, None)).await.expect("a step must end");
    assert!(matches!(lost, Err(CommitError::Unavailable(_))), "{lost:?}");
    assert_eq!(direct.find_subscription(&other.id).await.unwrap(), None);
}

fn subscription() -> Subscription {
    Subscription {
        id: SubscriptionId::try_from("sub_00000000000001").unwrap(),
        name: None,
        url: text("https://hook.test"),
        headers: Vec::new(),
        kinds: Vec::new(),
        fields: Vec::new(),
        not_actor: None,
        values: SubscriptionValues::None,
        secret: Sealed(vec![1]),
        old_secrets: Vec::new(),
        created_at: DateTime::from_timestamp(1_780_000_000, 0).unwrap(),
        revision: 0,
        status: SubscriptionStatus::Active,
        position: None,
        failing_since: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_whose_end_is_lost_is_unknown_and_one_that_never_ended_is_not_written() {
    let (store, proxy, url) = behind_a_proxy().await;
    let commits =
        |from: i64| join_all((from..from + 20).map(|number| store.commit(commit(None, account(number)))));
    let direct = within(&url, Duration::from_secs(10));

    // The end of the text tells it from the name of an isolation level.
    proxy.cut_behind("COMMIT\0");
    let outcomes = timeout(HANGS, commits(100)).await.unwrap();
    assert!(outcomes.iter().any(|outcome| matches!(outcome, Err(CommitError::Unknown(_)))), "{outcomes:?}");
    for (number, outcome) in (100..).zip(outcomes) {
        assert!(matches!(outcome, Ok(_) | Err(CommitError::Unknown(_))), "{outcome:?}");
        assert!(find::<Account>(&direct, &login(number)).await.unwrap().is_some(), "{number} was written");
    }

    proxy.cut_behind("BEGIN");
    let outcomes = timeout(HANGS, commits(200)).await.unwrap();
    assert!(outcomes.iter().any(Result::is_err), "{outcomes:?}");
    for (number, outcome) in (200..).zip(outcomes) {
        let stored = find::<Account>(&direct, &login(number)).await.unwrap().is_some();
        match outcome {
            Ok(_) => assert!(stored),
            Err(CommitError::Unavailable(_)) => assert!(!stored, "{number} is certainly not written"),
            Err(other) => panic!("{other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_was_never_sent_is_unavailable() {
    let store = PostgresStore::new("postgres://postgres@127.0.0.1:1/nothing", 1, clock(), ids()).unwrap();
    let outcome = store.commit(commit(None, account(1))).await;
    assert!(matches!(outcome, Err(CommitError::Unavailable(_))), "{outcome:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_cannot_keep_every_letter_is_refused() {
    for encoding in ["LATIN1", "SQL_ASCII", "WIN1252"] {
        let store =
            PostgresStore::new(&Cluster::shared().database_encoded(encoding), 1, clock(), ids()).unwrap();
        let refused = store.migrate().await.unwrap_err().source.to_string();
        assert!(refused.contains(encoding) && refused.contains("ENCODING 'UTF8'"), "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_may_take_longer_than_a_statement() {
    let cluster = Cluster::shared();
    let url = cluster.database();
    let slow = "CREATE FUNCTION slow() RETURNS event_trigger LANGUAGE plpgsql AS \
                $$ BEGIN PERFORM pg_sleep(1.5); END $$";
    cluster.execute(&url, slow);
    let when = "CREATE EVENT TRIGGER slow ON ddl_command_end WHEN TAG IN ('CREATE EXTENSION') EXECUTE FUNCTION slow()";
    cluster.execute(&url, when);
    let store = within(&url, Duration::from_millis(300));
    store.engine().migrate().await.unwrap();
    assert!(store.engine().pending_migrations().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn many_servers_come_up_on_an_empty_database() {
    for _ in 0..3 {
        let url = Cluster::shared().database();
        let servers = (0..6).map(|_| {
            let store = PostgresStore::new(&url, 2, clock(), ids()).unwrap();
            tokio::spawn(async move { store.migrate().await })
        });
        let applied: Vec<usize> =
            join_all(servers).await.into_iter().map(|applied| applied.unwrap().unwrap().len()).collect();
        assert_eq!(applied.iter().filter(|count| **count > 0).count(), 1, "one migrates: {applied:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn causes_are_told_in_words() {
    let cluster = Cluster::shared();
    let url = cluster.database();
    let told = async |url: &str| {
        let store = PostgresStore::new(url, 1, clock(), ids()).unwrap();
        store.ready().await.unwrap_err().source.to_string()
    };
    let stranger = url.replace("postgres@", "stranger@");
    assert!(told(&stranger).await.contains("role \"stranger\" does not exist"));
    let nowhere = told("postgres://postgres@nowhere.invalid/profile").await;
    assert!(nowhere.contains("lookup address"), "{nowhere}");
    let closed = told("postgres://postgres@127.0.0.1:1/profile").await;
    assert!(closed.contains("refused") && closed.matches("error connecting").count() == 1, "{closed}");
    let plain = told(&format!("{url}?sslmode=require")).await;
    assert!(plain.contains("TLS"), "{plain}");

    let store = within(&url, Duration::from_secs(10));
    store.engine().migrate().await.unwrap();
    cluster.execute(&url, "ALTER TABLE account RENAME COLUMN city TO town");
    let renamed = find::<Account>(&store, &login(1)).await.unwrap_err().source.to_string();
    assert!(renamed.contains("city does not exist"), "{renamed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_takes_no_writes_is_not_ready() {
    let cluster = Cluster::shared();
    let url = cluster.database();
    within(&url, Duration::from_secs(10)).engine().migrate().await.unwrap();
    let name = url.rsplit('/').next().unwrap();
    within(&url, Duration::from_secs(10)).engine().ready().await.unwrap();
    cluster.execute(&url, &format!("ALTER DATABASE {name} SET default_transaction_read_only = on"));
    let error = within(&url, Duration::from_secs(10)).engine().ready().await.unwrap_err();
    assert!(error.source.to_string().contains("read-only"), "{}", error.source);
}
