//! Durable updates a second by 32 callers of one SQLite file: through the store, whose writer commits them in groups, and each
//! in a transaction of its own on a shared connection, as a service without such a writer makes them.
#![allow(clippy::unwrap_used, clippy::print_stdout)] // a benchmark fails by panicking, and prints what it finds

use profile_testkit::fixtures::find;
use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use diesel::prelude::*;
use diesel_async::{
    AsyncConnection as _, RunQueryDsl, SimpleAsyncConnection as _,
    sync_connection_wrapper::SyncConnectionWrapper,
};
use profile_domain::{
    Patch,
    account::{Account, Login, ProfilePatch},
};
use profile_ports::{Commits as _, Database as _};
use profile_rows::SqlStore;
use profile_sqlite::SqliteStore;
use profile_testkit::{
    fixed::{CountingIds, FixedClock},
    fixtures::{account, commit, login, text},
};
use tokio::{sync::Mutex, task::JoinSet};

/// What the service allocates with.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

const CALLERS: i64 = 32;
/// What each caller updates, one after the other.
const ACCOUNTS: i64 = 30;

diesel::table! { account (login) { login -> Integer, version -> BigInt, city -> Text, } }

diesel::table! {
    changes (id) {
        root -> Text, id -> Text, kind -> Text, key -> Text, version -> BigInt, at -> Text, actor -> Text,
        door -> Text, request_id -> Text, fields -> Text, ended -> Bool, digest -> Binary,
    }
}

async fn through_the_store(store: Arc<SqlStore<SqliteStore>>, login: Login, city: i64) {
    let base = find::<Account>(&*store, &login).await.unwrap().unwrap();
    let patch = ProfilePatch { city: Patch::Value(text(city.to_string())), ..ProfilePatch::default() };
    let next = base.updated(&patch, city);
    store.commit(commit(Some(&base), next)).await.unwrap();
}

type Connection = SyncConnectionWrapper<SqliteConnection>;

async fn update(connection: &mut Connection, login: Login, city: i64) -> QueryResult<usize> {
    let number = login.number();
    let one = account::table.find(number);
    let version = one.select(account::version).first::<i64>(connection).await? + 1;
    let values = (account::city.eq(city.to_string()), account::version.eq(version));
    diesel::update(one).set(values).execute(connection).await?;
    let change = (
        changes::root.eq(number.to_string()),
        changes::id.eq(format!("{number}-{version}")),
        changes::kind.eq("account"),
        changes::key.eq(number.to_string()),
        changes::version.eq(version),
        changes::at.eq("2026-01-01 00:00:00"),
        changes::actor.eq("bench"),
        changes::door.eq("bench"),
        changes::request_id.eq("bench"),
        changes::fields.eq("[]"),
        changes::ended.eq(false),
        changes::digest.eq([0_u8; 32].as_slice()),
    );
    diesel::insert_into(changes::table).values(change).execute(connection).await
}

async fn in_its_own_transaction(connection: Arc<Mutex<Connection>>, login: Login, city: i64) {
    let mut connection = connection.lock().await;
    connection.transaction(async |connection| update(connection, login, city).await).await.unwrap();
}

/// How many updates a second the callers make together.
async fn by_all<S, F>(length: Duration, shared: S, update: fn(Arc<S>, Login, i64) -> F) -> u64
where
    S: Send + Sync + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    let (begun, shared) = (Instant::now(), Arc::new(shared));
    let mut callers = JoinSet::new();
    for caller in 0..CALLERS {
        let shared = Arc::clone(&shared);
        callers.spawn(async move {
            let mut count = 0;
            while begun.elapsed() < length {
                let number = caller * ACCOUNTS + count % ACCOUNTS;
                update(Arc::clone(&shared), login(number), count).await;
                count += 1;
            }
            count.unsigned_abs()
        });
    }
    let all: u64 = callers.join_all().await.into_iter().sum();
    all / length.as_secs()
}

/// `cargo bench --package profile-sqlite --bench group_commit -- FILE SECONDS`: both figures.
#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let (path, seconds) = (arguments.next().unwrap(), arguments.next().unwrap());
    let length = Duration::from_secs(seconds.parse().unwrap());
    let (clock, ids) = (Arc::new(FixedClock::at(0)), Arc::new(CountingIds::default()));
    let store = SqliteStore::open(Path::new(&path), 16, clock, ids).unwrap();
    store.migrate().await.unwrap();
    let store = SqlStore::new(Arc::new(store));
    for number in 0..CALLERS * ACCOUNTS {
        store.commit(commit(None, account(number))).await.unwrap();
    }
    let together = by_all(length, store, through_the_store).await;
    let mut connection = Connection::establish(&path).await.unwrap();
    let pragmas = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON";
    connection.batch_execute(pragmas).await.unwrap();
    let alone = by_all(length, Mutex::new(connection), in_its_own_transaction).await;
    println!("{together} {alone}");
}
