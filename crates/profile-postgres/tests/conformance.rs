//! The PostgreSQL adapter keeps the promises of the ports, and refuses a database that forgets.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice)] // a test fails by panicking

use std::sync::Arc;

use profile_ports::{Database as _, NotDurable, Store};
use profile_postgres::PostgresStore;
use profile_testkit::cluster::Cluster;

async fn open(url: &str) -> PostgresStore {
    let store = PostgresStore::new(url, 4).unwrap();
    store.migrate().await.unwrap();
    store
}

profile_testkit::store_conformance!(async {
    (Arc::new(open(&Cluster::shared().database()).await) as Arc<dyn Store>, ())
});

#[tokio::test(flavor = "multi_thread")]
async fn migrations_run_once_even_by_several_servers() {
    let url = Cluster::shared().database();
    let stores: Vec<_> = (0..4).map(|_| Arc::new(PostgresStore::new(&url, 1).unwrap())).collect();
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
    PostgresStore::new(&url, 1).unwrap().check_durability().await.unwrap();
    let name = url.rsplit('/').next().unwrap();
    cluster.execute(&url, &format!("ALTER DATABASE {name} SET synchronous_commit = off"));
    let refused = PostgresStore::new(&url, 1).unwrap().check_durability().await;
    assert!(matches!(refused, Err(NotDurable::Setting { setting: "synchronous_commit", .. })), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_not_there_is_unavailable() {
    let store = PostgresStore::new("postgres://postgres@127.0.0.1:1/nothing", 1).unwrap();
    assert_eq!(store.ready().await.unwrap_err().what, "database");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_encryption_is_refused_where_it_is_asked_for() {
    for mode in ["require", "verify-full"] {
        let url = format!("{}?sslmode={mode}", Cluster::shared().database());
        let error = PostgresStore::new(&url, 1).unwrap().ready().await.unwrap_err();
        assert!(error.source.to_string().contains("TLS"), "{}", error.source);
    }
}
