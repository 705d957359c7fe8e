//! Spreading the tables over a cluster, against stand-ins for Citus, and what the hot statements ask for then.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a test fails by panicking

use std::sync::Arc;

use profile_domain::{
    Claim, Keyed, Record as _, Saved,
    account::{Account, Customer},
    change::RecordKind,
    client::Client,
    tenant::{Attempts, Member, Membership},
    users::{Override, User},
};
use profile_ports::{
    Commit, Commits as _, Database as _, NotDistributable, Page, RecordRef, Repository, Store,
};
use profile_postgres::{Placement, PostgresStore, TABLES};
use profile_rows::{Engine as _, SqlStore};
use profile_testkit::{
    cluster::Cluster,
    conformance::{
        clients::whole,
        members::{member, membership},
    },
    fixed::{clock, ids},
    fixtures::{account_of, business, commit, commit_after, customer, end, reply, text, user, write},
};

fn open(url: &str) -> PostgresStore {
    PostgresStore::new(url, 2, clock(), ids()).unwrap()
}

fn names(placement: Placement) -> Vec<&'static str> {
    TABLES.iter().filter(|table| table.placement == placement).map(|table| table.name).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_goes_to_its_place_once() {
    let cluster = Cluster::shared();
    let url = cluster.database();
    cluster.pretend_citus(&url, 2);
    let done = open(&url).distribute().await.unwrap();
    let (spread, everywhere) = (names(Placement::Spread), names(Placement::Everywhere));
    assert!(done[0].starts_with("applied "), "pending migrations come first: {done:?}");
    assert_eq!(done.len(), 1 + spread.len() + everywhere.len());

    let calls = cluster.citus_calls(&url);
    let reference = everywhere.iter().map(|table| format!("create_reference_table {table}"));
    let beside = |table: &str| if table == spread[0] { "none" } else { spread[0] };
    let distributed = spread
        .iter()
        .map(|table| format!("create_distributed_table {table} by root beside {}", beside(table)));
    assert_eq!(calls, reference.chain(distributed).collect::<Vec<_>>());
    let groups = "SELECT count(DISTINCT colocationid) FROM citus.pg_dist_partition WHERE partmethod = 'h'";
    assert_eq!(cluster.query(&url, groups), "1\n");

    let size = open(&url).storage_size().await.unwrap();
    assert!(size.database > 0 && size.is_partial, "the bytes of other machines are not in it: {size:?}");

    assert_eq!(open(&url).distribute().await.unwrap(), [""; 0]);
    assert_eq!(cluster.citus_calls(&url), calls, "what is in its place stays there");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_interrupted_goes_on() {
    let cluster = Cluster::shared();
    let url = cluster.database();
    cluster.pretend_citus(&url, 1);
    open(&url).migrate().await.unwrap();
    cluster.execute(&url, "ALTER FUNCTION citus.create_distributed_table RENAME TO away");
    cluster.execute(
        &url,
        "CREATE FUNCTION citus.create_distributed_table(text, text, text DEFAULT 'hash', colocate_with text DEFAULT 'default') \
         RETURNS void LANGUAGE sql AS $$ SELECT CASE WHEN $1 = 'client' THEN 1 / (SELECT 0) END, \
         citus.away($1::regclass, $2, $3, $4) $$",
    );
    let error = open(&url).distribute().await.unwrap_err();
    let NotDistributable::Unavailable(error) = error else { panic!("{error}") };
    assert!(error.source.to_string().starts_with("client: "), "{}", error.source);
    cluster.execute(&url, "DROP FUNCTION citus.create_distributed_table");
    cluster.execute(&url, "ALTER FUNCTION citus.away RENAME TO create_distributed_table");
    let done = open(&url).distribute().await.unwrap();
    assert_eq!(done[0], "distributed client");
    let known = "SELECT count(*) FROM citus.pg_dist_partition";
    let all = names(Placement::Spread).len() + names(Placement::Everywhere).len();
    assert_eq!(cluster.query(&url, known), format!("{all}\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_from_before_do_not_stay_behind() {
    let cluster = Cluster::shared();
    let url = cluster.database();
    let store = SqlStore::new(Arc::new(open(&url)));
    store.engine().migrate().await.unwrap();
    store.commit(commit(None, customer(1))).await.unwrap();
    cluster.pretend_citus(&url, 1);
    open(&url).distribute().await.unwrap();
    let calls = cluster.citus_calls(&url);
    let removed: Vec<_> = calls.iter().filter_map(|call| call.strip_prefix("truncate_local_data ")).collect();
    assert_eq!(removed, ["customer", "changes", "person_record"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_cannot_be_spread_stays_as_it_is() {
    let cluster = Cluster::shared();
    let [plain, alone, read_only] = [(), (), ()].map(|()| cluster.database());
    cluster.pretend_citus(&alone, 0);
    cluster.pretend_citus(&read_only, 1);
    let name = read_only.rsplit('/').next().unwrap();
    cluster.execute(&read_only, &format!("ALTER DATABASE {name} SET default_transaction_read_only = on"));
    for (url, why) in [(plain, "extension"), (alone, "worker nodes"), (read_only, "read-only")] {
        let before = cluster.dump(&url);
        let refused = open(&url).distribute().await.unwrap_err();
        assert!(refused.to_string().contains(why), "{refused}");
        assert_eq!(cluster.dump(&url), before, "not even a migration was applied");
    }
}

async fn found<T: Keyed>(store: &(dyn Store + 'static), key: &T::Key) -> Saved<T>
where
    dyn Store: Repository<T>,
{
    Repository::<T>::find(store, key).await.unwrap().unwrap()
}

/// What callers of the contracts make a store do, for records of several kinds.
async fn work(store: &(dyn Store + 'static)) {
    let (owner, nora, mira) = (customer(1), user(1, &[]), member(1, "m@example.test"));
    let first = account_of(&owner, 1);
    let over = Override { version: 1, ..Override::new(nora.id.clone(), business(1).id, nora.person) };
    store.commit(commit(None, owner)).await.unwrap();
    let writes = vec![write(None, nora.clone()), write(None, over.clone())];
    store.commit(Commit { writes, reply: Some(reply("{}")), steps: Vec::new() }).await.unwrap();
    store.find_response(&reply("{}").key).await.unwrap();
    store.commit(commit(None, first.clone())).await.unwrap();
    store.commit(commit(None, mira.clone())).await.unwrap();
    store.commit(commit(None, membership(1, &mira, 7))).await.unwrap();
    store.commit(commit(None, Client { key: None, ..whole(1) })).await.unwrap();

    let account = found::<Account>(store, &first.login).await;
    store.commit(commit_after(&account, Account { update_time: 7, ..account.record.clone() })).await.unwrap();
    let user = found::<User>(store, &nora.id).await;
    store.commit(commit_after(&user, User { name: Some(text("N")), ..user.record.clone() })).await.unwrap();
    let one = found::<Override>(store, &over.id()).await;
    store.commit(commit_after(&one, Override { name: Some(text("N")), ..one.record.clone() })).await.unwrap();
    let client = found::<Client>(store, &whole(1).sub).await;
    store.commit(commit_after(&client, Client { picture: None, ..client.record.clone() })).await.unwrap();
    let member = store.find_member(1).await.unwrap().unwrap().0;
    store.commit(commit_after(&member, Member { language_id: None, ..member.record.clone() })).await.unwrap();
    let one = found::<Membership>(store, &membership(1, &mira, 7).id()).await;
    store.commit(end(&one)).await.unwrap();
    store.find_members(&[1]).await.unwrap();
    store.find_memberships(7, &[1]).await.unwrap();
    store.keep_attempts(1, &Attempts { version: 1, ..Attempts::default() }).await.unwrap();
    store.find_attempts(1).await.unwrap();
    store.find_entry(RecordKind::Account, "1").await.unwrap();
    store
        .record_changes(RecordRef { kind: RecordKind::Override, key: &over.key() }, Page::first(10))
        .await
        .unwrap();
    store.keys_below(RecordKind::Member, "1").await.unwrap();
    store.commit(end(&store.find_member(1).await.unwrap().unwrap().0)).await.unwrap();
    store.holder_of(&Claim::username(nora.username.key())).await.unwrap();
    found::<Customer>(store, &customer(1).id).await;
}

/// The scans of one plan: the table, and the conditions under it.
fn scans(plan: &str) -> Vec<(String, String)> {
    let mut scans: Vec<(String, String)> = Vec::new();
    for line in plan.lines() {
        let node = line.trim_start().trim_start_matches("->").trim_start();
        if let Some((kind, rest)) = node.split_once(" on ")
            && kind.contains("Scan")
            && !kind.starts_with("Bitmap Index")
        {
            scans.push((rest.split([' ', '"']).next().unwrap().to_owned(), String::new()));
            continue;
        }
        if let Some((_, conditions)) =
            scans.last_mut().filter(|_| node.contains("Cond: ") || node.starts_with("Filter: "))
        {
            conditions.push_str(node);
        }
    }
    scans
}

#[tokio::test(flavor = "multi_thread")]
async fn every_hot_statement_reads_by_root_and_nothing_else_is_asked_for() {
    let cluster = Cluster::start();
    let url = cluster.database();
    cluster.pretend_citus(&url, 2);
    open(&url).distribute().await.unwrap();
    for setting in [
        "log_statement = 'all'",
        "session_preload_libraries = 'auto_explain'",
        "auto_explain.log_min_duration = 0",
    ] {
        // The next setting is one of a library that this one loads.
        cluster.execute(&url, &format!("ALTER SYSTEM SET {setting}"));
        cluster.execute(&url, "SELECT pg_reload_conf()");
    }
    let before = cluster.log().len();
    let store: Arc<dyn Store> = Arc::new(SqlStore::new(Arc::new(open(&url))));
    work(&*store).await;
    let log = cluster.log().split_off(before);

    let spread = names(Placement::Spread);
    // Each begins with its text; the lines of a plan are indented.
    let plans = log.split("  plan:\n").skip(1);
    let mut looked_at = 0;
    for plan in plans {
        let lines: Vec<&str> = plan.lines().take_while(|line| line.starts_with('\t')).collect();
        let plan = lines.join("\n");
        // How far the log goes is asked for once, when a server gets its lease: of all machines.
        if plan.contains("SELECT id, at FROM changes ORDER BY id DESC LIMIT 1") {
            continue;
        }
        for (table, conditions) in scans(&plan) {
            if spread.contains(&table.as_str()) {
                looked_at += 1;
                assert!(conditions.contains("root = "), "{table} is not read by root: {plan}");
            }
        }
    }
    assert!(looked_at > 25, "{looked_at} scans");
    for line in
        log.lines().filter(|line| line.contains("LOG:  execute ") || line.contains("LOG:  statement: "))
    {
        let lower = line.to_lowercase();
        for word in ["advisory", "listen ", "notify ", "nextval"] {
            assert!(!lower.contains(word), "{line}");
        }
    }
}
