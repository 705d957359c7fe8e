//! A statement that a busy server asks again and again is prepared once.
#![allow(clippy::unwrap_used)] // a test fails by panicking

use std::sync::{Arc, Mutex};

use diesel::{
    connection::{InstrumentationEvent, set_default_instrumentation},
    prelude::*,
    sql_types::Bool,
};
use profile_domain::account::ProfilePatch;
use profile_ports::{Commits as _, Database as _};
use profile_rows::SqlStore;
use profile_sqlite::SqliteStore;
use profile_testkit::{
    fixed::{CountingIds, FixedClock},
    fixtures::{account, commit},
};

/// Every statement that Diesel keeps prepared.
static KEPT: Mutex<Vec<String>> = Mutex::new(Vec::new());

#[tokio::test]
async fn an_update_is_kept_prepared() {
    set_default_instrumentation(|| {
        Some(Box::new(|event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::CacheQuery { sql, .. } = event {
                KEPT.lock().unwrap().push(sql.to_owned());
            }
        }))
    })
    .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (clock, ids) = (Arc::new(FixedClock::at(0)), Arc::new(CountingIds::default()));
    let store = SqliteStore::open(&folder.path().join("profile.db"), 1, clock, ids).unwrap();
    store.migrate().await.unwrap();
    let (store, mut current) = (SqlStore::new(Arc::new(store)), account(1));
    store.commit(commit(None, current.clone())).await.unwrap();
    for now in 1..4 {
        let next = current.updated(&ProfilePatch::default(), now);
        store.commit(commit(Some(&current), next.clone())).await.unwrap();
        current = next;
    }
    let kept = KEPT.lock().unwrap();
    assert_eq!(kept.iter().filter(|sql| sql.starts_with("UPDATE ")).count(), 1, "{kept:#?}");
}

/// What `.cargo/config.toml` asks for; without it the service is right, but far slower.
#[test]
fn sqlite_is_built_for_it() {
    #[derive(QueryableByName)]
    struct Built {
        #[diesel(sql_type = Bool)]
        plans_are_stable: bool,
        #[diesel(sql_type = Bool)]
        connections_are_apart: bool,
        #[diesel(sql_type = Bool)]
        caches_are_shared: bool,
    }
    let built: Built = diesel::sql_query(
        "SELECT sqlite_compileoption_used('ENABLE_QPSG') AS plans_are_stable, \
                sqlite_compileoption_used('THREADSAFE=2') AS connections_are_apart, \
                sqlite_compileoption_used('ENABLE_MEMORY_MANAGEMENT') AS caches_are_shared",
    )
    .get_result(&mut SqliteConnection::establish(":memory:").unwrap())
    .unwrap();
    assert!(built.plans_are_stable && built.connections_are_apart && !built.caches_are_shared);
}
