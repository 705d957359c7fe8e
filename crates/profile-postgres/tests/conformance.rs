//! The PostgreSQL adapter keeps the promises of the ports, and refuses a database that forgets.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice)] // a test fails by panicking

use profile_domain::account::Account;
use std::{
    future::{Future as _, poll_fn},
    pin::pin,
    sync::Arc,
    task::Poll,
};

use futures_util::future::{join, join_all};
use profile_ports::{Commits as _, Database as _, NotDurable, Store};
use profile_postgres::PostgresStore;
use profile_rows::{Engine as _, SqlStore};
use profile_testkit::{
    cluster::Cluster,
    conformance,
    fixed::{clock, ids},
    fixtures::{account, commit, find, login},
};

async fn open(url: &str) -> SqlStore<PostgresStore> {
    let store = PostgresStore::new(url, 4, clock(), ids()).unwrap();
    store.migrate().await.unwrap();
    SqlStore::new(Arc::new(store))
}

profile_testkit::store_conformance!(async {
    (Arc::new(open(&Cluster::shared().database()).await) as Arc<dyn Store>, ())
});

/// A database of a language, whose rules for letters and order are not those of the service.
async fn open_in(locale: &str) -> (Arc<dyn Store>, ()) {
    let icu = format!("--icu-locale={locale}");
    let options = ["--template=template0", "--locale-provider=icu", &icu];
    (Arc::new(open(&Cluster::shared().database_with(&options)).await) as Arc<dyn Store>, ())
}

mod in_turkish {
    use super::open_in;
    profile_testkit::search_conformance!(open_in("tr-TR"));
}

mod in_english {
    use super::open_in;
    profile_testkit::search_conformance!(open_in("en-US"));
}

mod in_danish_numbers_first {
    use super::open_in;
    profile_testkit::search_conformance!(open_in("da-DK-u-kn-kf-upper"));
}

#[tokio::test(flavor = "multi_thread")]
async fn lookups_pass_searches_by() {
    let store = PostgresStore::new(&Cluster::shared().database(), 8, clock(), ids()).unwrap();
    store.migrate().await.unwrap();
    conformance::search::lookups_pass_searches_by(Arc::new(SqlStore::new(Arc::new(store)))).await;
}
profile_testkit::key_register_conformance!(async {
    (Arc::new(open(&Cluster::shared().database()).await), ())
});

#[tokio::test(flavor = "multi_thread")]
async fn migrations_run_once_even_by_several_servers() {
    let url = Cluster::shared().database();
    let stores: Vec<_> =
        (0..4).map(|_| Arc::new(PostgresStore::new(&url, 1, clock(), ids()).unwrap())).collect();
    assert!(!stores[0].pending_migrations().await.unwrap().is_empty());
    // A task each: a migration keeps its thread busy, and another one on the same task would wait for nothing.
    let migrations =
        stores.iter().map(Arc::clone).map(|store| tokio::spawn(async move { store.migrate().await }));
    for migrated in futures_util::future::join_all(migrations).await {
        migrated.unwrap().unwrap();
    }
    assert!(stores[0].pending_migrations().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_forgets_is_refused() {
    let cluster = Cluster::shared();
    let url = cluster.database();
    PostgresStore::new(&url, 1, clock(), ids()).unwrap().check_durability().await.unwrap();
    let name = url.rsplit('/').next().unwrap();
    cluster.execute(&url, &format!("ALTER DATABASE {name} SET synchronous_commit = off"));
    let refused = PostgresStore::new(&url, 1, clock(), ids()).unwrap().check_durability().await;
    assert!(matches!(refused, Err(NotDurable::Setting { setting: "synchronous_commit", .. })), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_not_there_is_unavailable() {
    let store = PostgresStore::new("postgres://postgres@127.0.0.1:1/nothing", 1, clock(), ids()).unwrap();
    assert_eq!(store.ready().await.unwrap_err().what, "database");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_encryption_is_refused_where_it_is_asked_for() {
    for mode in ["require", "verify-full"] {
        let url = format!("{}?sslmode={mode}", Cluster::shared().database());
        let error = PostgresStore::new(&url, 1, clock(), ids()).unwrap().ready().await.unwrap_err();
        assert!(error.source.to_string().contains("TLS"), "{}", error.source);
    }
}

/// Commits and looks up the account of a number; whether both went well.
async fn works(store: &SqlStore<PostgresStore>, number: i64) -> bool {
    let made = store.commit(commit(None, account(number))).await.is_ok();
    made && matches!(find::<Account>(store, &login(number)).await, Ok(Some(_)))
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_connections_are_replaced() {
    let cluster = Cluster::shared();
    let url = cluster.database();
    let store = open(&url).await;
    let end = "DO $$ BEGIN PERFORM pg_terminate_backend(pid) FROM pg_stat_activity \
               WHERE datname = current_database() AND pid <> pg_backend_pid(); END $$";
    for round in 0..5 {
        let first = 1 + round * 100;
        let under_way = join_all((first..first + 40).map(|number| works(&store, number)));
        // What is under way may fail, but must come to an end.
        join(under_way, async { cluster.execute(&url, end) }).await;
        let mut later = first + 50..first + 90;
        while !works(&store, later.next().unwrap()).await {}
        assert!(
            join_all((first + 90..first + 99).map(|number| works(&store, number))).await.iter().all(|ok| *ok)
        );
    }
}

#[test]
fn a_runtime_that_stops_takes_no_other_commit_with_it() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let url = Cluster::shared().database();
    let store = tokio::runtime::Runtime::new().unwrap().block_on(open(&url));
    for polls in 0..6 {
        runtime().block_on(async {
            let mut begun = pin!(works(&store, 1 + i64::from(polls)));
            for _ in 0..polls {
                poll_fn(|context| Poll::Ready(begun.as_mut().poll(context).is_ready())).await;
                tokio::task::yield_now().await;
            }
        });
        assert!(runtime().block_on(works(&store, 100 + i64::from(polls))));
    }
}
