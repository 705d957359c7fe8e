//! Every statement that the promises of the store send to spread tables names its root, or is one that may ask every machine.
#![allow(clippy::unwrap_used, clippy::panic)] // a test fails by panicking
#![allow(unreachable_pub)] // a test binary has no outside

mod plans;

use std::{
    sync::{Arc, OnceLock},
    thread::panicking,
};

use plans::{ASK_ALL, Statement, statements};
use profile_ports::{Database as _, Store};
use profile_postgres::PostgresStore;
use profile_rows::SqlStore;
use profile_testkit::{
    cluster::Cluster,
    fixed::{clock, ids},
};

/// A server that puts the name of the database before each line of its log.
fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(|| {
        let cluster = Cluster::start();
        let url = cluster.url("postgres");
        cluster.execute(&url, "ALTER SYSTEM SET log_line_prefix = '%d '");
        cluster.query(&url, "SELECT pg_reload_conf()");
        cluster
    })
}

/// A database that is spread, and whose statements are judged at the end of its test.
struct Recorded {
    name: String,
    /// How long the log was before.
    from: usize,
}

async fn open() -> (Arc<SqlStore<PostgresStore>>, Recorded) {
    let cluster = cluster();
    let url = cluster.database();
    let name = url.rsplit('/').next().unwrap().to_owned();
    cluster.pretend_citus(&url, 2);
    let store = || PostgresStore::new(&url, 4, clock(), ids()).unwrap();
    store().distribute().await.unwrap();
    for setting in ["session_preload_libraries = 'auto_explain'", "auto_explain.log_min_duration = 0"] {
        cluster.execute(&url, &format!("ALTER DATABASE {name} SET {setting}"));
    }
    let from = cluster.log().len();
    (Arc::new(SqlStore::new(Arc::new(store()))), Recorded { name, from })
}

impl Drop for Recorded {
    fn drop(&mut self) {
        if panicking() {
            return;
        }
        let log = cluster().log().split_off(self.from);
        let all = statements(&log, &self.name);
        assert!(!all.is_empty(), "nothing was recorded");
        let mut wrong: Vec<String> = all.iter().filter_map(judge).collect();
        wrong.sort();
        wrong.dedup();
        assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    }
}

/// Says what is wrong with a statement.
fn judge(statement: &Statement) -> Option<String> {
    let told = |what: &str| Some(format!("{what}: {}\n{}", statement.text, statement.plan));
    if statement.names_roots() {
        return None;
    }
    if !ASK_ALL.iter().any(|(text, _)| statement.text.contains(text)) {
        return told("asks every machine");
    }
    // Tables are joined beside each other, or not at all.
    if statement.joins_roots() { None } else { told("joins rows of different roots") }
}

profile_testkit::store_conformance!(async {
    let (store, recorded) = open().await;
    (store as Arc<dyn Store>, recorded)
});
profile_testkit::key_register_conformance!(open());
