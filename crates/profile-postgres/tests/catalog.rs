//! The rules by which the schema can be spread over many machines by root, read from PostgreSQL's own catalog and log.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // a test fails by panicking

use std::sync::Arc;

use profile_domain::{
    Claim, Keyed, Record as _, Saved,
    account::{Account, Customer},
    change::RecordKind,
    client::Client,
    tenant::{Attempts, Member, Membership},
    users::{Override, User},
};
use profile_ports::{Commit, Database as _, Repository, Store};
use profile_testkit::{
    cluster::Cluster,
    conformance::{
        clients::whole,
        members::{member, membership},
    },
    fixed::{clock, ids},
    fixtures::{account_of, business, commit, commit_after, customer, end, text, user, write},
};

/// Small tables that operators write and others are joined with: each machine has a copy.
const REFERENCE: [&str; 9] =
    ["api_key", "app", "brand", "business", "customer", "language", "member_group", "operator_key", "tenant"];
/// Tables that are spread by a value of their own.
const BY_VALUE: [&str; 3] = ["claim", "idempotency_key", "person_key"];
/// Tables of the service itself: a few rows on one machine, and one a minute.
const SERVICE: [&str; 13] = [
    "__diesel_schema_migrations",
    "call_count",
    "checkpoint",
    "client_number",
    "feed_server",
    "key_holder",
    "known_key",
    "master_key",
    "migration_turn",
    "search_progress",
    "service_key",
    "store_copy",
    "write_probe",
];

fn one_column(cluster: &Cluster, url: &str, query: &str) -> Vec<String> {
    cluster.query(url, query).lines().map(str::to_owned).collect()
}

async fn migrated(url: &str) -> Arc<dyn Store> {
    let store = profile_postgres::PostgresStore::new(url, 2, clock(), ids()).unwrap();
    store.migrate().await.unwrap();
    Arc::new(profile_rows::SqlStore::new(Arc::new(store)))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_of_records_is_spread_by_its_root() {
    let cluster = Cluster::shared();
    let url = cluster.database();
    migrated(&url).await;
    let tables = one_column(
        cluster,
        &url,
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1",
    );
    let with_root = one_column(
        cluster,
        &url,
        "SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid WHERE relkind = 'r' AND attname = 'root' AND attnotnull ORDER BY 1",
    );
    assert_eq!(
        with_root.len(),
        16 + 14,
        "the kinds of records, the log, records of people, attempts, claims, operator keys, accesses, holds, erasures, two of \
         the search, and four of subscriptions: {with_root:?}"
    );
    for table in &tables {
        let is_other = BY_VALUE.contains(&table.as_str()) || SERVICE.contains(&table.as_str());
        assert!(with_root.contains(table) || is_other, "{table} has no root");
    }
    // Indexes that check uniqueness, primary keys among them, by table and columns.
    let unique = one_column(
        cluster,
        &url,
        "SELECT c.relname || ' ' || string_agg(attname, ',') FROM pg_index JOIN pg_class c ON c.oid = indrelid \
         JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey) \
         WHERE indisunique AND c.relnamespace = 'public'::regnamespace GROUP BY c.relname, indexrelid",
    );
    assert!(unique.len() >= with_root.len());
    for index in &unique {
        let (table, columns) = index.split_once(' ').unwrap();
        let is_other = BY_VALUE.contains(&table) || SERVICE.contains(&table);
        assert!(
            is_other || columns.split(',').any(|column| column == "root"),
            "{index} does not contain root"
        );
        assert!(!REFERENCE.contains(&table) || with_root.iter().any(|known| known == table), "{table}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_in_the_schema_reaches_from_one_root_to_another() {
    let cluster = Cluster::shared();
    let url = cluster.database();
    migrated(&url).await;
    let keys = "SELECT conrelid::regclass || ' -> ' || confrelid::regclass FROM pg_constraint WHERE contype = 'f' ORDER BY 1";
    // What is wrapped under a master key holds the name of that key.
    assert_eq!(one_column(cluster, &url, keys), ["person_key -> master_key", "service_key -> master_key"]);
    let triggers = "SELECT tgrelid::regclass || ' ' || tgname FROM pg_trigger WHERE NOT tgisinternal";
    assert_eq!(one_column(cluster, &url, triggers), [""; 0]);
    let others = "SELECT relname FROM pg_class WHERE relkind IN ('S', 'v', 'm') AND relnamespace = 'public'::regnamespace";
    assert_eq!(one_column(cluster, &url, others), [""; 0], "a sequence or a view");
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
    store.commit(Commit { writes, reply: None, steps: Vec::new() }).await.unwrap();
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
    store.record_changes(RecordKind::Override, &over.key(), None, 10).await.unwrap();
    store.keys_below(RecordKind::Member, "1").await.unwrap();
    store.commit(end(&store.find_member(1).await.unwrap().unwrap().0)).await.unwrap();
    store.holder_of(&Claim::username(nora.username.key())).await.unwrap();
    found::<Customer>(store, &customer(1).id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_hot_statement_names_its_root_and_nothing_else_is_asked_for() {
    let cluster = Cluster::start();
    let url = cluster.database();
    let store = migrated(&url).await;
    cluster.execute(&url, "ALTER SYSTEM SET log_statement = 'all'");
    cluster.execute(&url, "SELECT pg_reload_conf()");
    let before = cluster.log().len();
    work(&*store).await;
    let log = cluster.log().split_off(before);
    let is_statement = |line: &&str| line.contains("LOG:  execute ") || line.contains("LOG:  statement: ");
    let statements: Vec<&str> = log.lines().filter(is_statement).collect();
    let of_records: Vec<&&str> =
        statements.iter().filter(|text| text.contains('"') || text.contains("changes")).collect();
    assert!(of_records.len() > 25, "{statements:#?}");
    for text in of_records {
        let by_value = ["\"claim\"", "\"idempotency_key\"", "\"person_key\"", "feed_server"];
        let names_root = text.contains("\"root\"") || text.contains(", root,");
        let is_other = by_value.iter().any(|table| text.contains(&format!("FROM {table}")))
            || text.contains("INTO \"claim\"");
        assert!(names_root || is_other, "{text}");
    }
    for text in statements {
        let lower = text.to_lowercase();
        for word in ["advisory", "listen ", "notify ", "nextval"] {
            assert!(!lower.contains(word), "{text}");
        }
    }
}
