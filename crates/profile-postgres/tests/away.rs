//! How long requests wait while the primary is dead and its standby not yet in its place; prints the figures.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)] // a test fails by panicking; figures

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use profile_domain::account::Account;
use profile_ports::{CommitError, Commits as _, Database as _};
use profile_postgres::{Options, PostgresStore};
use profile_rows::SqlStore;
use profile_testkit::{
    cluster::Cluster,
    fixed::{clock, ids},
    fixtures::{account, commit, find, login},
};
use tokio::{
    task::spawn_blocking,
    time::{sleep, timeout},
};

/// Tells what hangs from what is answered late on a busy machine.
const HANGS: Duration = Duration::from_mins(1);
const CALLERS: i64 = 8;
/// How long there is no primary: longer than any request waits.
const AWAY: Duration = Duration::from_millis(2200);

/// A request: a lookup, and a commit behind it.
struct Request {
    begun: Instant,
    ended: Instant,
    is_done: bool,
}

async fn request(store: &SqlStore<PostgresStore>, number: i64) -> Request {
    let begun = Instant::now();
    let is_done = match find::<Account>(store, &login(number)).await {
        Err(_) => false,
        Ok(_) => match store.commit(commit(None, account(number))).await {
            Ok(_) => true,
            Err(CommitError::Unavailable(_) | CommitError::Unknown(_)) => false,
            Err(other) => panic!("{other:?}"),
        },
    };
    Request { begun, ended: Instant::now(), is_done }
}

async fn requests(
    store: Arc<SqlStore<PostgresStore>>,
    caller: i64,
    is_over: Arc<AtomicBool>,
) -> Vec<Request> {
    let mut requests = Vec::new();
    for number in 1.. {
        if is_over.load(Ordering::Relaxed) {
            break;
        }
        requests.push(timeout(HANGS, request(&store, caller * 1_000_000 + number)).await.unwrap());
        sleep(Duration::from_millis(5)).await;
    }
    requests
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_that_begin_without_a_primary_are_refused_and_go_on_with_the_next_one() {
    let (primary, standby) = spawn_blocking(|| {
        let primary = Cluster::start();
        let standby = primary.standby("next");
        (primary, standby)
    })
    .await
    .unwrap();
    let database = primary.database();
    let name = database.rsplit('/').next().unwrap();
    let url = format!(
        "postgres://postgres@{},{}/{name}?target_session_attrs=read-write",
        primary.address(),
        standby.address()
    );
    let options = Options { max_connections: 8, ..Options::default() };
    let postgres = PostgresStore::with(&url, options, clock(), ids()).unwrap();
    postgres.migrate().await.unwrap();
    let store = Arc::new(SqlStore::new(Arc::new(postgres)));
    let is_over = Arc::<AtomicBool>::default();
    let callers = (0..CALLERS)
        .map(|caller| tokio::spawn(requests(Arc::clone(&store), caller, Arc::clone(&is_over))))
        .collect::<Vec<_>>();
    sleep(Duration::from_secs(1)).await;
    primary.kill();
    let killed = Instant::now();
    sleep(AWAY).await;
    // Kept: a server ends with whoever holds it.
    let _promoted = spawn_blocking(move || {
        standby.promote();
        standby
    })
    .await
    .unwrap();
    let promoted = Instant::now();
    sleep(Duration::from_secs(2)).await;
    is_over.store(true, Ordering::Relaxed);
    let all: Vec<Request> = join_all(callers).await.into_iter().flat_map(Result::unwrap).collect();

    let after: Vec<_> = all.iter().filter(|request| request.begun > killed).collect();
    let refused: Vec<_> = after.iter().filter(|request| !request.is_done).collect();
    let took = |request: &Request| request.ended - request.begun;
    let slowest = refused.iter().map(|request| took(request)).max().unwrap_or_default();
    let late = refused.iter().filter(|request| took(request) > Duration::from_secs(1)).count();
    let first = after.iter().filter(|request| request.is_done).map(|request| request.ended).min();
    println!(
        "{} requests refused that began without a primary, the slowest after {slowest:?}, {late} after more than a second; \
         the first success {:?} after the promotion",
        refused.len(),
        first.unwrap().saturating_duration_since(promoted)
    );
    assert!(!refused.is_empty(), "nobody was refused: was anything killed?");
    assert!(after.iter().any(|request| request.is_done && request.begun > promoted));
}
