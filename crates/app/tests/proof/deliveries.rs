//! Four servers on one PostgreSQL tell receivers and a broker of every change, while servers, database, receivers and broker are
//! killed and paused at random: each change arrives at least once, each record in the order of its versions, and nothing else.
//!
//! `PROOF_DELIVERED` says how many changes (2,000 unless told).
#![allow(clippy::print_stdout)] // the figures are for the README

use std::{
    collections::BTreeSet,
    env, fs,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use profile_testkit::{cluster::Cluster, nats::Broker};
use serde_json::{Value, json};
use tokio::{sync::RwLock, time::sleep};

use crate::{
    arrived::{Arrived, STUCK, assert_whole, ids, text, until_whole},
    fleet::{Fleet, Paused, Server, assert_unserved, milliseconds},
    follower::Follower,
    gate::Line,
};

const SERVERS: usize = 4;
const WRITERS: usize = 12;
/// Records of each kind.
const PEOPLE: usize = 20;
/// Between two changes of one writer: deliveries are to follow, on however few cores.
const PAUSE: Duration = Duration::from_millis(30);
/// How long servers are killed and paused in a round.
const STORM: Duration = Duration::from_secs(7);
/// How long receivers are left alone, so that what has failed comes again: a second failure costs half a minute.
const RECOVERY: Duration = Duration::from_secs(6);
/// How long receivers and broker are away in a round while the servers are left alone.
const AWAY: Duration = Duration::from_secs(3);

fn changes() -> usize {
    env::var("PROOF_DELIVERED").map_or(2_000, |changes| changes.parse().unwrap())
}

/// Sends a signal to every process of the database server; returns whether it was there.
fn signal_database(cluster: &Cluster, signal: &str) -> bool {
    let file = fs::read_to_string(cluster.data.join("postmaster.pid")).unwrap();
    let server = file.lines().next().unwrap();
    let is_done = |command: &mut Command| command.status().unwrap().success();
    // The server first: then no more processes come while they are stopped.
    is_done(Command::new("kill").args([signal, server]))
        && is_done(Command::new("pkill").args([signal, "-P", server]))
}

/// Everything that things happen to, but for the database and the broker.
struct Scene {
    fleet: Fleet,
    followers: [Follower; 2],
    /// Held by whoever does something to a server: one that starts needs its database.
    striking: RwLock<()>,
    /// Whether receivers and broker are away and nothing happens to servers. Held by each request that must succeed therefore.
    is_away: RwLock<bool>,
    /// The requests that have succeeded meanwhile.
    served: AtomicUsize,
    is_over: AtomicBool,
}

impl Scene {
    async fn start(database: &str, broker: &Broker) -> Self {
        let environment =
            vec![("PROFILE_WEBHOOK_ALLOW_PRIVATE", "on".to_owned()), ("PROFILE_NATS_URL", broker.url())];
        let fleet = Fleet::start(database, SERVERS, PEOPLE, environment);
        let accounts = Follower::subscribe(&fleet, json!({ "kinds": ["account"] })).await;
        let others = Follower::subscribe(&fleet, json!({ "not_actor": "me" })).await;
        Self {
            fleet,
            followers: [accounts, others],
            striking: RwLock::default(),
            is_away: RwLock::new(false),
            served: AtomicUsize::new(0),
            is_over: AtomicBool::new(false),
        }
    }

    /// Whether enough was written and done to the servers.
    fn is_enough(&self) -> bool {
        let (kills, pauses) = self.fleet.strikes();
        self.fleet.told() >= changes() && kills > 0 && pauses > 0
    }

    async fn write(&self) {
        while !self.is_over.load(Ordering::SeqCst) {
            let is_away = self.is_away.read().await;
            let must_succeed = *is_away;
            let _until_answered = must_succeed.then_some(is_away);
            match (self.fleet.write(self.fleet.any_server()).await, must_succeed) {
                (Ok(answer), _) if answer.status() == 200 => {
                    self.served.fetch_add(usize::from(must_succeed), Ordering::SeqCst);
                }
                (Ok(answer), false) => assert_unserved(&answer),
                (Err(_), false) => {}
                (other, true) => panic!("while only receivers and broker are away: {other:?}"),
            }
            sleep(PAUSE).await;
        }
    }

    /// Kills and pauses servers, database and broker, and at its end disturbs the receivers.
    async fn storm(&self, cluster: &mut Cluster, broker: &mut Broker) {
        let end = Instant::now() + STORM;
        let servers = join_all(self.fleet.servers.iter().map(|server| self.strike(server, end)));
        let database = async {
            sleep(milliseconds(500, 2500)).await;
            let alone = self.striking.write().await;
            cluster.crash();
            drop(alone);
            sleep(milliseconds(500, 2000)).await;
            let _paused = Paused::by(|signal| signal_database(cluster, signal));
            sleep(milliseconds(300, 1200)).await;
        };
        let stream = async {
            sleep(milliseconds(500, 2500)).await;
            broker.kill();
            sleep(milliseconds(300, 1000)).await;
            broker.restart();
            sleep(milliseconds(500, 2000)).await;
            let _paused = Paused::by(|signal| broker.signal(signal));
            sleep(milliseconds(300, 1500)).await;
        };
        let receivers = async {
            sleep(RECOVERY).await;
            join_all(self.followers.iter().map(Follower::disturb)).await;
        };
        tokio::join!(servers, database, stream, receivers);
    }

    async fn strike(&self, server: &Server, end: Instant) {
        loop {
            sleep(milliseconds(1000, 3000)).await;
            if Instant::now() > end {
                return;
            }
            let _striking = self.striking.read().await;
            self.fleet.strike(server).await;
        }
    }

    /// Waits until every server takes writes again, and what has failed is delivered.
    async fn settle(&self) {
        let begun = Instant::now();
        for server in &self.fleet.servers {
            while !self.fleet.write(server).await.is_ok_and(|answer| answer.status() == 200) {
                assert!(begun.elapsed() < STUCK, "a server does not come back");
                sleep(Duration::from_millis(100)).await;
            }
        }
        sleep(RECOVERY).await;
    }

    /// Takes receivers and broker away for a while; no request may notice.
    async fn take_away(&self, broker: &mut Broker) {
        *self.is_away.write().await = true;
        for follower in &self.followers {
            follower.gate.set(Line::Cut);
        }
        broker.kill();
        sleep(AWAY).await;
        // This waits for the requests that began meanwhile.
        *self.is_away.write().await = false;
        broker.restart();
        for follower in &self.followers {
            follower.gate.set(Line::Open);
        }
    }

    /// The log from its beginning, once the feed has everything: what killed servers have left delays its end.
    async fn log(&self, written: usize) -> Vec<Value> {
        let (mut all, mut query, begun) = (Vec::new(), "limit=200".to_owned(), Instant::now());
        while all.len() < written {
            let answer = self.fleet.call("GET", &format!("/changes?{query}")).send().await.unwrap();
            assert_eq!(answer.status(), 200);
            let mut page: Value = answer.json().await.unwrap();
            let changes = page["changes"].as_array_mut().unwrap();
            if changes.is_empty() {
                assert!(begun.elapsed() < STUCK, "the feed has {} of {written} changes", all.len());
                sleep(Duration::from_millis(200)).await;
            }
            all.append(changes);
            query = format!("limit=200&after={}", text(&page, "next"));
        }
        all
    }
}

/// Waits until everything was delivered, and asserts that it was as the log says; returns how much came again to the receivers and
/// to the stream. `all` is what was written, of the whole `log`.
async fn assert_delivered(scene: &Scene, broker: &Broker, log: &[Value], all: &[&Value]) -> (usize, usize) {
    let [accounts, others] = &scene.followers;
    let (own, last) = (text(&others.subscription, "not_actor"), text(all.last().unwrap(), "id"));
    let of_accounts = accounts.expected(log, |change| change["kind"] == "account");
    let of_others = others.expected(log, |change| text(&change["cause"], "actor") != own);
    assert!(!of_others.is_empty() && of_others.len() < all.len(), "the operator and others have written");
    until_whole("accounts", || accounts.missing(&scene.fleet, &of_accounts, last)).await;
    until_whole("others", || others.missing(&scene.fleet, &of_others, last)).await;
    let published =
        || -> Arrived { broker.messages().into_iter().map(|message| (message.id, message.body)).collect() };
    until_whole("stream", async || {
        let published = published();
        let published = ids(&published);
        all.iter().filter(|change| !published.contains(text(change, "id"))).count()
    })
    .await;
    // What comes again would come now.
    sleep(Duration::from_secs(2)).await;

    let published = published();
    // The stream begins where the first server did, before the subscriptions.
    let begin = ids(&published).first().copied().unwrap_or_default().to_owned();
    let of_stream: Vec<&Value> = log.iter().filter(|change| text(change, "id") >= begin.as_str()).collect();
    let again = assert_whole("accounts", &accounts.arrived(), &of_accounts)
        + assert_whole("others", &others.arrived(), &of_others);
    (again, assert_whole("stream", &published, &of_stream))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_change_is_delivered_whatever_is_killed_and_paused() {
    let (begun, mut cluster, mut broker) = (Instant::now(), Cluster::start(), Broker::start());
    broker.create_stream();
    let database = cluster.database();
    let scene = Arc::new(Scene::start(&database, &broker).await);
    let mut writers = Vec::new();
    for _ in 0..WRITERS {
        let scene = Arc::clone(&scene);
        writers.push(tokio::spawn(async move { scene.write().await }));
    }
    let mut rounds = 0;
    while !scene.is_enough() {
        scene.storm(&mut cluster, &mut broker).await;
        scene.settle().await;
        scene.take_away(&mut broker).await;
        rounds += 1;
        assert!(writers.iter().all(|writer| !writer.is_finished()), "a writer has failed");
    }
    scene.is_over.store(true, Ordering::SeqCst);
    join_all(writers).await.into_iter().for_each(Result::unwrap);

    let written = cluster.query(&database, "SELECT count(*) FROM changes").trim().parse().unwrap();
    let log = scene.log(written).await;
    let all = scene.followers[0].expected(&log, |_| true);
    let (told, served) = (scene.fleet.told(), scene.served.load(Ordering::SeqCst));
    assert!(all.len() >= told, "{told} changes were acknowledged, the log has {}", all.len());
    // Nothing else was written, as deliveries are no part of the log; of the import, the end may come behind the subscriptions.
    let written: Vec<_> = all.iter().filter(|change| text(&change["cause"], "door") != "import").collect();
    let kinds: BTreeSet<&str> = written.iter().map(|change| text(change, "kind")).collect();
    assert_eq!(kinds, BTreeSet::from(["account", "user"]));
    assert!(served > 0, "no request was made while receivers and broker were away");
    let (again, again_in_stream) = assert_delivered(&scene, &broker, &log, &all).await;
    let (kills, pauses) = scene.fleet.strikes();
    println!(
        "{} changes in {rounds} rounds: {kills} kills and {pauses} pauses of servers, {rounds} crashes and {rounds} pauses of \
         PostgreSQL, {} kills and {rounds} pauses of the broker, {} outages of receivers; each change was delivered in the \
         order of its record, {again} again to a receiver, {again_in_stream} again to the stream; {served} requests while \
         receivers and broker were away, all answered; {} s",
        all.len(),
        2 * rounds,
        4 * rounds,
        begun.elapsed().as_secs()
    );
}
