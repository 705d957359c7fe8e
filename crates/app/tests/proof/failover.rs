//! The database server is killed under load and its standby takes its place, again and again; the service goes on without a
//! restart, nothing acknowledged is lost, and no update is there that was plainly refused.
//!
//! `PROOF_FAILOVERS` says how many times (2 unless told).
#![allow(clippy::print_stdout)] // the figures are for the README

use std::{
    collections::BTreeMap,
    env,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use profile_domain::change::Value;
use profile_ports::{Feed, Page};
use profile_testkit::cluster::Cluster;
use serde_json::json;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::{
    crash_loop::moment,
    support::{
        Answer, Target, UNLIMITED, clients,
        members::{Members, bearer},
        people::People,
        stores, user,
    },
};

const WRITERS: usize = 12;
/// Between two updates of one writer.
const PAUSE: Duration = Duration::from_millis(10);
/// Tells what hangs from what comes late on a busy machine.
const HANGS: Duration = Duration::from_secs(30);
/// How long the 503 of a request may take that begins without a primary; counted and printed, because a busy machine adds to it.
const PROMISED: Duration = Duration::from_secs(1);
/// Changes that are read at once.
const PAGE: u32 = 1_000;

fn failovers() -> usize {
    env::var("PROOF_FAILOVERS").map_or(2, |count| count.parse().unwrap())
}

/// How an update ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Told,
    Unknown,
    Refused,
}

/// An update that has ended.
struct Update {
    mark: String,
    ending: Ending,
    begun: Instant,
    ended: Instant,
}

/// What all writers have come to.
#[derive(Default)]
struct Outcomes {
    updates: Mutex<Vec<Update>>,
    told: AtomicUsize,
    stop: AtomicBool,
}

impl Outcomes {
    fn note(&self, update: Update) {
        if update.ending == Ending::Told {
            self.told.fetch_add(1, Ordering::SeqCst);
        }
        self.updates.lock().unwrap().push(update);
    }

    /// Waits until some more updates have been acknowledged.
    async fn more(&self) {
        let (told, begun) = (self.told.load(Ordering::SeqCst), Instant::now());
        while self.told.load(Ordering::SeqCst) < told + 2 * WRITERS {
            assert!(begun.elapsed() < HANGS, "no update succeeds");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

/// Where a writer writes, each time another mark.
enum Door {
    Account(String),
    User(String),
    Client(String),
    Member(String),
}

impl Door {
    /// The door of a writer, to a record that nobody else writes.
    fn numbered(target: &Target, number: usize) -> Self {
        match number % 4 {
            0 => Self::Account(user(target.family().alone)),
            1 => {
                let people: People = target.people();
                Self::User(format!("Bearer {}", target.own_token(&people.nora)))
            }
            2 => Self::Client(clients::token(&format!("5b2f6a3e-8f0d-4c56-9f6e-{number:012x}"))),
            _ => {
                let members: Members = target.members();
                Self::Member(bearer(members.mira(), None))
            }
        }
    }

    fn request(&self, http: &reqwest::Client, url: &str, mark: &str) -> reqwest::RequestBuilder {
        let (request, token, body) = match self {
            Self::Account(token) => (http.put(format!("{url}/account/me")), token, json!({"city": mark})),
            Self::User(token) => (http.patch(format!("{url}/users/me")), token, json!({"bio": mark})),
            Self::Client(token) => (http.put(format!("{url}/client/address")), token, address(mark)),
            Self::Member(token) => {
                let names = json!({"given_name": mark, "family_name": "Failover"});
                (http.put(format!("{url}/api/sys/v1/account/update_profile")), token, names)
            }
        };
        request.header("authorization", token).header("api-version-date", "2026-10-15-1").json(&body)
    }

    /// Makes the record that is written.
    async fn open(&self, http: &reqwest::Client, url: &str) {
        if let Self::Client(token) = self {
            let made = http.post(format!("{url}/client/address")).header("authorization", token);
            let made = made.json(&address("first")).send().await.unwrap();
            assert_eq!(made.status(), 200);
        }
    }
}

fn address(city: &str) -> serde_json::Value {
    json!({"address_line_1": "1", "state_province": "1", "city": city, "zip_postal_code": "1"})
}

/// Writes until told to stop.
async fn write(number: usize, door: Door, url: String, outcomes: Arc<Outcomes>) {
    let http = Target::client();
    door.open(&http, &url).await;
    for count in 0.. {
        if outcomes.stop.load(Ordering::SeqCst) {
            return;
        }
        let mark = format!("failover {number} {count}");
        let begun = Instant::now();
        let answer = Answer::read(door.request(&http, &url, &mark).send().await.unwrap()).await;
        let ending = match answer.status {
            200 => Ending::Told,
            503 if answer.text.contains("unknown") => Ending::Unknown,
            503 => Ending::Refused,
            _ => panic!("{}: {}", answer.status, answer.text),
        };
        outcomes.note(Update { mark, ending, begun, ended: Instant::now() });
        tokio::time::sleep(PAUSE).await;
    }
}

/// How often each mark is in the log.
async fn written(store: &impl Feed) -> BTreeMap<String, usize> {
    let (mut found, mut position) = (BTreeMap::new(), None);
    loop {
        let page = store.changes_behind(Page { after: position, limit: PAGE }).await.unwrap();
        let Some(last) = page.last() else { return found };
        position = Some(last.id);
        for field in page.iter().flat_map(|change| &change.fields) {
            if let Value::Text(text) = &field.new
                && text.as_str().starts_with("failover ")
            {
                *found.entry(text.as_str().to_owned()).or_default() += 1;
            }
        }
    }
}

/// Two servers, of which the second one has all that the first one has acknowledged.
struct Pair {
    primary: Cluster,
    standby: Cluster,
}

impl Pair {
    fn start() -> Self {
        let primary = Cluster::start();
        let standby = primary.standby("next");
        let pair = Self { primary, standby };
        pair.synchronous();
        pair
    }

    fn synchronous(&self) {
        self.primary.wait_for_standby("next");
        let url = self.primary.url("postgres");
        let begun = Instant::now();
        while self.primary.query(&url, "SELECT sync_state FROM pg_stat_replication").trim() != "sync" {
            assert!(begun.elapsed() < HANGS, "the standby does not follow");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Puts the standby in the place of the primary; returns when the one was killed and when the other had been promoted.
    fn fail_over(self) -> (Self, Instant, Instant) {
        self.primary.kill();
        let killed = Instant::now();
        std::thread::sleep(Duration::from_secs(1));
        self.standby.promote();
        let promoted = Instant::now();
        // The killed one still holds its port until its files are removed.
        (Self { primary: self.standby, standby: self.primary }, killed, promoted)
    }

    /// A new standby where the killed server was.
    fn restored(self) -> Self {
        let standby = self.primary.standby_in_place_of(self.standby, "next");
        let pair = Self { primary: self.primary, standby };
        pair.synchronous();
        pair
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn failovers_lose_nothing_and_need_no_restart() {
    let mut pair = spawn_blocking(Pair::start).await.unwrap();
    let direct = pair.primary.database();
    let name = direct.rsplit('/').next().unwrap().to_owned();
    let (one, other) = (pair.primary.address(), pair.standby.address());
    let database = format!("postgres://postgres@{one},{other}/{name}?target_session_attrs=read-write");
    let target = Target::serve_with(Target::import(&database), &database, &[UNLIMITED]);
    let outcomes = Arc::new(Outcomes::default());
    let writers: Vec<JoinHandle<()>> = (0..WRITERS)
        .map(|number| {
            let door = Door::numbered(&target, number);
            tokio::spawn(write(number, door, target.url.clone(), Arc::clone(&outcomes)))
        })
        .collect();
    let mut moments = Vec::new();
    for _ in 0..failovers() {
        // Each of these commits has waited for the standby, so that has all before them as well.
        outcomes.more().await;
        tokio::time::sleep(moment()).await;
        let (next, killed, promoted) = spawn_blocking(move || pair.fail_over()).await.unwrap();
        outcomes.more().await;
        moments.push((killed, promoted));
        pair = spawn_blocking(move || next.restored()).await.unwrap();
    }
    outcomes.more().await;
    outcomes.stop.store(true, Ordering::SeqCst);
    join_all(writers).await.into_iter().for_each(Result::unwrap);

    let written = all_written(&database, &outcomes).await;
    judge(&outcomes.updates.lock().unwrap(), &written, &moments);
    target.verify(&database);
}

/// Asserts that the log has what was acknowledged and nothing that was plainly refused; prints the figures. `moments` are when a
/// server was killed, and when its standby had been promoted.
fn judge(updates: &[Update], written: &BTreeMap<String, usize>, moments: &[(Instant, Instant)]) {
    let of = |ending: Ending| updates.iter().filter(move |update| update.ending == ending);
    let marks = |updates: &mut dyn Iterator<Item = &Update>| {
        updates.map(|update| update.mark.clone()).collect::<Vec<String>>()
    };
    let lost = marks(&mut of(Ending::Told).filter(|update| written.get(&update.mark) != Some(&1)));
    let there = marks(&mut of(Ending::Refused).filter(|update| written.contains_key(&update.mark)));
    let first = moments.iter().map(|(killed, promoted)| {
        let first = of(Ending::Told).filter(|update| update.begun > *killed).map(|update| update.ended).min();
        first.unwrap().saturating_duration_since(*promoted).as_millis()
    });
    // Those on their way when the server was killed are told as soon as that is known; what is promised is for those behind.
    let is_without_server = |update: &&Update| {
        moments.iter().any(|(killed, promoted)| (*killed..*promoted).contains(&update.begun))
    };
    let answered = updates.iter().filter(|update| update.ending != Ending::Told).filter(is_without_server);
    let answered: Vec<Duration> = answered.map(|update| update.ended - update.begun).collect();
    let late = answered.iter().filter(|took| **took > PROMISED).count();
    println!(
        "{} failovers, {} acknowledged updates, {} lost, {} of unknown outcome, {} refused, of which {} are there; first \
         success after promotion: {} ms at most; {} updates that began without a primary got 503, {late} of them after more \
         than a second, the slowest after {} ms",
        moments.len(),
        of(Ending::Told).count(),
        lost.len(),
        of(Ending::Unknown).count(),
        of(Ending::Refused).count(),
        there.len(),
        first.max().unwrap_or_default(),
        answered.len(),
        answered.iter().max().unwrap_or(&Duration::ZERO).as_millis()
    );
    assert_eq!(lost, Vec::<String>::new(), "acknowledged, and not there once");
    assert_eq!(there, Vec::<String>::new(), "plainly refused, and there");
    assert!(of(Ending::Refused).count() > 0, "nothing was refused: was anything killed?");
}

/// What is in the log once everything that was acknowledged can be read: a row of a server that has gone holds its end back.
async fn all_written(database: &str, outcomes: &Outcomes) -> BTreeMap<String, usize> {
    let store = stores::postgres(database);
    let begun = Instant::now();
    loop {
        let found = written(&store).await;
        let is_whole = outcomes
            .updates
            .lock()
            .unwrap()
            .iter()
            .all(|update| update.ending != Ending::Told || found.contains_key(&update.mark));
        if is_whole || begun.elapsed() > HANGS {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}
