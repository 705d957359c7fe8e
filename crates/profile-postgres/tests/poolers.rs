//! The PostgreSQL adapter behind a pooler that gives every transaction another session.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::cast_sign_loss)] // a test fails by panicking

use profile_domain::account::Account;
use std::sync::Arc;

use futures_util::future::join_all;
use profile_ports::{Commits as _, Database as _, Store};
use profile_postgres::{Options, PostgresStore};
use profile_rows::SqlStore;
use profile_testkit::{
    cluster::Cluster,
    fixed::{clock, ids},
    fixtures::{account, commit, find, login},
    pooler::Pooler,
};

fn unprepared(url: &str) -> SqlStore<PostgresStore> {
    let store = PostgresStore::with(
        url,
        Options { max_connections: 8, prepared: false, ..Options::default() },
        clock(),
        ids(),
    )
    .unwrap();
    SqlStore::new(Arc::new(store))
}

profile_testkit::store_conformance!(async {
    let pooler = Pooler::start(Cluster::shared(), "");
    let store = unprepared(&pooler.url(&Cluster::shared().database()));
    store.engine().migrate().await.unwrap();
    (Arc::new(store) as Arc<dyn Store>, pooler)
});

#[tokio::test(flavor = "multi_thread")]
async fn a_pooler_that_keeps_no_prepared_statements_is_refused_with_what_to_do() {
    let pooler = Pooler::start(Cluster::shared(), "ignore_startup_parameters = options");
    let store = PostgresStore::new(&pooler.url(&Cluster::shared().database()), 4, clock(), ids()).unwrap();
    let refused = store.migrate().await.unwrap_err().source.to_string();
    assert!(refused.contains("PROFILE_DATABASE_PREPARED=off"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_are_answered_and_no_session_is_changed_for_others() {
    let pooler = Pooler::start(Cluster::shared(), "");
    let url = Cluster::shared().database();
    let stores: Vec<_> = (0..2).map(|_| Arc::new(unprepared(&pooler.url(&url)))).collect();
    for migrated in join_all(stores.iter().map(|store| store.engine().migrate())).await {
        migrated.unwrap();
    }
    let requests = (1..=200).zip(stores.iter().cycle()).map(|(number, store)| {
        let store = Arc::clone(store);
        tokio::spawn(async move {
            store.commit(commit(None, account(number))).await.unwrap();
            find::<Account>(&*store, &login(number)).await.unwrap().unwrap();
        })
    });
    for answered in join_all(requests).await {
        answered.unwrap();
    }
    // Whatever session a stranger gets has the limits of the server itself.
    let limit = "DO $$ BEGIN ASSERT current_setting('statement_timeout') = '0'; END $$";
    for _ in 0..8 {
        Cluster::shared().execute(&pooler.url(&url), limit);
    }
}
