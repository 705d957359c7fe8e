//! A server under mixed load is killed at random moments; what it has acknowledged is there, nothing is half there, and
//! the log still tells every record. The same for a database that crashes, and for a disk that fails.
//!
//! `PROOF_KILLS` says how many times (20 unless told).
#![allow(clippy::print_stdout)] // the figures are for the README

use std::{
    env, fs,
    path::Path,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures_util::future::join_all;
use profile_testkit::cluster::Cluster;

use crate::{
    DATABASE,
    ledger::{Client, Ending, KINDS},
    support::{Target, UNLIMITED, kill},
};

const CLIENTS: usize = 8;
/// How often the whole database is verified.
const VERIFY_EVERY: usize = 5;

fn kills() -> usize {
    env::var("PROOF_KILLS").map_or(20, |kills| kills.parse().unwrap())
}

/// When to strike next: 20 to 420 ms of load, differently each time.
pub fn moment() -> Duration {
    #[allow(clippy::disallowed_methods)] // differs between runs, and need not be predictable
    let random = uuid::Uuid::new_v4().as_u128() % 400;
    Duration::from_millis(20 + u64::try_from(random).unwrap())
}

/// A server, and the clients who load it.
pub struct Loop {
    database: String,
    pub target: Target,
    pub clients: Vec<Client>,
}

impl Loop {
    pub async fn start(database: &str) -> Self {
        Self::start_with(database, |_| Vec::new()).await
    }

    /// Serves with the environment that is made for its folder.
    async fn start_with(
        database: &str,
        environment: impl FnOnce(&Path) -> Vec<(&'static str, String)>,
    ) -> Self {
        let folder = Target::import(database);
        let environment = environment(&folder);
        let mut environment: Vec<(&str, &str)> =
            environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
        environment.push(UNLIMITED);
        let target = Target::serve_with(folder, database, &environment);
        let clients = join_all((0..CLIENTS).map(|number| Client::of(&target, number))).await;
        Self { database: database.to_owned(), target, clients }
    }

    /// Load by every client, while `strike` does its worst; ends with `strike`, or at each client's first failure.
    pub async fn load(&mut self, strike: impl Future<Output = ()>) {
        let stop = Arc::new(AtomicBool::new(false));
        let clients = self.clients.iter_mut().map(|client| {
            let (target, stop) = (&self.target, Arc::clone(&stop));
            async move {
                for index in (0..KINDS.len()).cycle() {
                    let ending = client.next(target, index).await;
                    if stop.load(Ordering::SeqCst) || matches!(ending, Ending::Unknown) {
                        break;
                    }
                }
            }
        });
        let strike = async {
            tokio::time::sleep(moment()).await;
            strike.await;
            stop.store(true, Ordering::SeqCst);
        };
        tokio::join!(join_all(clients), strike);
    }

    async fn check(&mut self) {
        for client in &mut self.clients {
            client.check(&self.target).await;
        }
    }

    fn verify(&self) {
        self.target.verify(&self.database);
    }

    fn restart(&mut self) {
        self.target = Target::serve_with(self.target.folder.clone(), &self.database, &[UNLIMITED]);
    }

    /// How many updates were acknowledged.
    pub fn told(&self) -> u64 {
        self.clients.iter().flat_map(|client| &client.entries).map(|entry| entry.told).sum()
    }
}

async fn survives_kills(database: &str) {
    let mut proof = Loop::start(database).await;
    for count in 1..=kills() {
        let pattern = proof.target.pattern();
        proof.load(async { kill(&pattern) }).await;
        proof.restart();
        proof.check().await;
        if count % VERIFY_EVERY == 0 || count == kills() {
            proof.verify();
        }
    }
    let told = proof.told();
    println!("{} kills, {told} acknowledged updates, 0 lost", kills());
    assert!(told > kills() as u64, "the load was none: {told}");
}

#[tokio::test]
async fn kills_on_sqlite() {
    survives_kills(DATABASE).await;
}

#[tokio::test]
async fn kills_on_postgres() {
    survives_kills(&Cluster::shared().database()).await;
}

#[tokio::test]
async fn crashes_of_postgres() {
    let mut cluster = Cluster::start();
    let mut proof = Loop::start(&cluster.database()).await;
    for _ in 0..kills().div_ceil(4) {
        proof.load(async { cluster.crash() }).await;
        // The same server finds its database again.
        proof.check().await;
    }
    proof.verify();
    println!("{} crashes of PostgreSQL, {} acknowledged updates, 0 lost", kills().div_ceil(4), proof.told());
}

/// Makes what is written to the database fail as the file says that the environment names: `fsync` or `full`.
const SABOTAGE: &str = include_str!("sabotage.c");

fn sabotage(folder: &Path) -> String {
    let (source, library) = (folder.join("sabotage.c"), folder.join("sabotage.so"));
    fs::write(&source, SABOTAGE).unwrap();
    let compiled =
        Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(&source).status();
    assert!(compiled.is_ok_and(|compiled| compiled.success()), "is a C compiler installed?");
    library.display().to_string()
}

async fn survives_a_failing_disk(fault: &str) {
    let mut proof = Loop::start_with(DATABASE, |folder| {
        vec![("LD_PRELOAD", sabotage(folder)), ("SABOTAGE", folder.join("fault").display().to_string())]
    })
    .await;
    let switch = proof.target.folder.join("fault");
    for _ in 0..kills().div_ceil(4) {
        let before = proof.told();
        proof
            .load(async {
                fs::write(&switch, fault).unwrap();
                tokio::time::sleep(moment()).await;
            })
            .await;
        // Nothing can be written, and what was is still answered.
        for client in &mut proof.clients {
            assert!(
                matches!(client.next(&proof.target, 0).await, Ending::Unknown),
                "nothing was on the disk"
            );
        }
        proof.check().await;
        fs::remove_file(&switch).unwrap();
        for client in &mut proof.clients {
            assert!(matches!(client.next(&proof.target, 0).await, Ending::Told), "the disk is well again");
        }
        assert!(proof.told() > before);
    }
    proof.target.kill();
    proof.restart();
    proof.check().await;
    proof.verify();
    println!("{} times {fault}, {} acknowledged updates, 0 lost", kills().div_ceil(4), proof.told());
}

#[tokio::test]
async fn a_failing_fsync_on_sqlite() {
    survives_a_failing_disk("fsync").await;
}

#[tokio::test]
async fn a_full_disk_on_sqlite() {
    survives_a_failing_disk("full").await;
}
