//! The rules by which the schema can be spread over many machines by root, read from PostgreSQL's own catalog.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a test fails by panicking

use profile_ports::Database as _;
use profile_postgres::{Placement, PostgresStore, TABLES};
use profile_testkit::{
    cluster::Cluster,
    fixed::{clock, ids},
};

/// What Diesel remembers: on one machine, and not ours to place.
const MIGRATIONS: &str = "__diesel_schema_migrations";
/// Citus puts the number of a shard behind a name and cuts one that is longer than 63 bytes then.
const MAX_NAME: usize = 52;

/// Every column of every table on one machine, each looked at: none holds anything of a person. A caller is a keyed hash, a log is
/// digests and positions, and the rest is of servers, keys and the service itself. `jws` signs a checkpoint; `keys` are names.
const LOCAL_COLUMNS: [&str; 11] = [
    "call_count: hash text, second bigint, calls integer[], granted integer, number bigint",
    "checkpoint: position uuid, predecessor uuid, count bigint, digest bytea, at timestamp with time zone, jws text",
    "client_number: last bigint",
    "feed_server: server uuid, closed_until timestamp with time zone, lease_until timestamp with time zone, fenced bigint",
    "key_holder: server uuid, host text, beat bigint, keys json",
    "known_key: kind text, name text",
    "migration_turn: id integer",
    "search_progress: id integer, position uuid, follower uuid, beat bigint",
    "store_copy: id integer, origin text, head text, step text",
    "verification: id integer, at timestamp with time zone, position uuid, records bigint, files bigint, changes bigint, findings bigint",
    "write_probe: id integer, at timestamp with time zone",
];

fn lines(cluster: &Cluster, url: &str, query: &str) -> Vec<String> {
    cluster.query(url, query).lines().map(str::to_owned).collect()
}

async fn migrated(cluster: &Cluster) -> String {
    let url = cluster.database();
    let store = PostgresStore::new(&url, 2, clock(), ids()).unwrap();
    store.migrate().await.unwrap();
    url
}

fn names(placement: Placement) -> Vec<&'static str> {
    TABLES.iter().filter(|table| table.placement == placement).map(|table| table.name).collect()
}

fn placement(table: &str) -> Placement {
    TABLES
        .iter()
        .find(|known| known.name == table)
        .unwrap_or_else(|| panic!("{table} has no place"))
        .placement
}

/// In SQL, the tables of a placement.
fn listed(placement: Placement) -> String {
    names(placement).iter().map(|name| format!("'{name}'::regclass")).collect::<Vec<_>>().join(", ")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_has_exactly_one_place() {
    let cluster = Cluster::shared();
    let url = migrated(cluster).await;
    let all =
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace";
    let mut tables = lines(cluster, &url, all);
    tables.retain(|table| table != MIGRATIONS);
    tables.sort();
    let mut placed: Vec<_> = TABLES.iter().map(|table| table.name.to_owned()).collect();
    placed.sort();
    assert_eq!(tables, placed);
    assert!(TABLES.iter().all(|table| !table.reason.is_empty()));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_that_is_spread_has_a_root_in_each_unique_index() {
    let cluster = Cluster::shared();
    let url = migrated(cluster).await;
    let rooted = "SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid \
                  WHERE relkind = 'r' AND attname = 'root' AND attnotnull AND atttypid = 'text'::regtype \
                  AND attcollation = (SELECT oid FROM pg_collation WHERE collname = 'C')";
    let rooted = lines(cluster, &url, rooted);
    for table in names(Placement::Spread) {
        assert!(rooted.iter().any(|known| known == table), "{table} has no root, or one of another type");
    }
    // Indexes that check uniqueness, primary keys among them, by table and columns.
    let unique = "SELECT c.relname || ' ' || string_agg(attname, ',') FROM pg_index JOIN pg_class c ON c.oid = indrelid \
                  JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey) \
                  WHERE indisunique AND c.relnamespace = 'public'::regnamespace GROUP BY c.relname, indexrelid";
    let unique = lines(cluster, &url, unique);
    assert!(unique.len() > rooted.len());
    for index in unique.iter().filter(|index| !index.starts_with(MIGRATIONS)) {
        let (table, columns) = index.split_once(' ').unwrap();
        let has_root = columns.split(',').any(|column| column == "root");
        assert!(placement(table) != Placement::Spread || has_root, "{index} does not contain root");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_on_one_machine_holds_nothing_of_people() {
    let cluster = Cluster::shared();
    let url = migrated(cluster).await;
    // A column that is new, or of another type, fails until it has been looked at and is in the list.
    let columns = format!(
        "SELECT attrelid::regclass || ': ' || \
         string_agg(attname || ' ' || format_type(atttypid, NULL), ', ' ORDER BY attnum) \
         FROM pg_attribute WHERE attnum > 0 AND NOT attisdropped AND attrelid IN ({}) GROUP BY attrelid \
         ORDER BY attrelid::regclass::text COLLATE \"C\"",
        listed(Placement::Local)
    );
    assert_eq!(lines(cluster, &url, &columns), LOCAL_COLUMNS);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_in_the_schema_reaches_from_one_root_to_another() {
    let cluster = Cluster::shared();
    let url = migrated(cluster).await;
    let keys = "SELECT conrelid::regclass || ' ' || confrelid::regclass FROM pg_constraint WHERE contype = 'f' ORDER BY 1";
    let keys = lines(cluster, &url, keys);
    for key in &keys {
        let (from, to) = key.split_once(' ').unwrap();
        assert_eq!(placement(to), Placement::Everywhere, "{key}");
        assert_ne!(placement(from), Placement::Local, "{key} would make {from} a table of the cluster");
        let place = |name: &str| TABLES.iter().position(|table| table.name == name);
        assert!(place(from) > place(to), "{key}: what is referred to is placed first");
    }
    // What is wrapped under a master key holds the name of that key.
    assert_eq!(keys, ["person_key master_key", "service_key master_key"]);
    let triggers = "SELECT tgrelid::regclass || ' ' || tgname FROM pg_trigger WHERE NOT tgisinternal";
    assert_eq!(lines(cluster, &url, triggers), [""; 0]);
    let others = "SELECT relname FROM pg_class WHERE relkind IN ('S', 'v', 'm') AND relnamespace = 'public'::regnamespace";
    assert_eq!(lines(cluster, &url, others), [""; 0], "a sequence or a view");
}

#[tokio::test(flavor = "multi_thread")]
async fn names_of_shards_are_names_of_tables_with_a_number() {
    let cluster = Cluster::shared();
    let url = migrated(cluster).await;
    let names = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace \
                 UNION SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace";
    for name in lines(cluster, &url, names) {
        assert!(name.len() <= MAX_NAME, "{name} would be cut");
        let last = name.rsplit('_').next().unwrap();
        assert!(!last.bytes().all(|byte| byte.is_ascii_digit()), "{name} ends as that of a shard");
    }
    // The violated rule of a table that is spread is its primary key, by whose name the table is known.
    let keys = format!(
        "SELECT conrelid::regclass || ' ' || conname FROM pg_constraint WHERE contype IN ('p', 'u') AND conrelid IN ({})",
        listed(Placement::Spread)
    );
    for key in lines(cluster, &url, &keys) {
        let (table, name) = key.split_once(' ').unwrap();
        assert_eq!(name, format!("{table}_pkey"));
    }
}
