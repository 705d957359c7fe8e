//! Updates of every sort by many writers; then the log, folded, tells each record as its row does.
//!
//! `PROOF_UPDATES` says how many on each database (4,000 unless told).
#![allow(clippy::print_stdout)] // the figures are for the README

use std::{
    env,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Instant,
};

use futures_util::future::join_all;
use profile_domain::{
    Keyed, Saved,
    account::Account,
    tenant::Member,
    users::{Override, User},
};
use profile_ports::{CommitError, Database as _, Repository, Store, Write};
use profile_testkit::{
    cluster::Cluster,
    conformance::members::member,
    fixtures::{SALT, account, business, cause, commit, commit_after, end, login, saved, text, user},
    memory::EmptyVault,
};
use profile_usecases::verify;

use crate::support::stores;

/// Records of each kind.
const RECORDS: u32 = 200;
const WRITERS: u32 = 8;

fn updates() -> i64 {
    env::var("PROOF_UPDATES").map_or(4_000, |updates| updates.parse().unwrap())
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from(self.0 >> 33).unwrap() % limit
    }
}

fn over(number: u32) -> Override {
    let nora = user(number, &[]);
    Override { version: 1, ..Override::new(nora.id, business(1).id, nora.person) }
}

async fn begin(store: &dyn Store) {
    let numbers = 1..=RECORDS;
    join_all(numbers.map(async |number| {
        let of_member = member(i32::try_from(number).unwrap(), &format!("m{number}@example.test"));
        store.commit(commit(None, account(number.into()))).await.unwrap();
        store.commit(commit(None, user(number, &[]))).await.unwrap();
        store.commit(commit(None, over(number))).await.unwrap();
        store.commit(commit(None, of_member)).await.unwrap();
    }))
    .await;
}

/// One accepted change of the record, however often others are faster.
async fn change<T: Keyed>(store: &(dyn Store + 'static), key: &T::Key, next: impl Fn(&T) -> T)
where
    dyn Store: Repository<T>,
{
    loop {
        let current: Saved<T> = saved(store, key).await.unwrap();
        match store.commit(commit_after(&current, next(&current))).await {
            Ok(_) => return,
            Err(CommitError::Stale) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

/// Changes an override that is there, or ends it, or has it begin anew; one change of the log each time.
async fn change_override(store: &(dyn Store + 'static), number: u32, name: &str) {
    let key = over(number).id();
    loop {
        let commit = match saved::<Override>(store, &key).await {
            Some(current) if name.ends_with('7') => end(&current),
            Some(current) => {
                commit_after(&current, Override { name: Some(text(name)), ..current.record.clone() })
            }
            None => {
                let last = store
                    .last_change(<Override as profile_domain::Record>::KIND, &key.to_string())
                    .await
                    .unwrap();
                Write::begin(over(number), last.as_ref().filter(|last| last.ended), cause(), SALT).into()
            }
        };
        match store.commit(commit).await {
            Ok(_) => return,
            Err(CommitError::Stale | CommitError::Ended) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

async fn write(store: &(dyn Store + 'static), dice: &mut Dice, step: i64) {
    let (number, name) = (1 + dice.below(RECORDS), format!("name {step}"));
    match dice.below(4) {
        0 => {
            let renamed = |one: &Account| {
                let mut next = Account { update_time: step, ..one.clone() };
                next.profile.name = text(&name);
                next
            };
            change::<Account>(store, &login(number.into()), renamed).await;
        }
        1 => {
            let renamed = |one: &User| User { name: Some(text(&name)), ..one.clone() };
            change::<User>(store, &user(number, &[]).id, renamed).await;
        }
        2 => change_override(store, number, &name).await,
        _ => {
            let email = text(format!("m{number}.{step}@example.test"));
            let moved = |one: &Member| Member { email: email.clone(), ..one.clone() };
            change::<Member>(store, &i32::try_from(number).unwrap(), moved).await;
        }
    }
}

async fn fold(store: Arc<dyn Store>, database: &str) {
    begin(&*store).await;
    let (updates, started) = (updates(), Instant::now());
    let left = Arc::new(AtomicI64::new(updates));
    let writers = (0..WRITERS).map(|number| {
        let (store, left) = (Arc::clone(&store), Arc::clone(&left));
        tokio::spawn(async move {
            let mut dice = Dice(number.into());
            loop {
                let step = left.fetch_sub(1, Ordering::Relaxed);
                if step <= 0 {
                    return;
                }
                write(&*store, &mut dice, step).await;
            }
        })
    });
    for writer in join_all(writers).await {
        writer.unwrap();
    }
    let seconds = started.elapsed().as_secs_f64();
    println!("{database}: {updates} updates in {seconds:.0} s");
    let mut findings = Vec::new();
    let verified = verify(&*store, &EmptyVault, |finding| findings.push(finding), |_| {}).await.unwrap();
    assert_eq!(findings, [], "the log tells another state than a row");
    assert_eq!(verified.changes, u64::try_from(updates).unwrap() + u64::from(4 * RECORDS));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("profile.db");
    let store = stores::sqlite(&file);
    store.engine().migrate().await.unwrap();
    fold(Arc::new(store), "SQLite").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres() {
    let url = Cluster::shared().database();
    let store = stores::postgres(&url);
    store.engine().migrate().await.unwrap();
    fold(Arc::new(store), "PostgreSQL").await;
}
