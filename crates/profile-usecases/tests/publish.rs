//! Changes on their way to the stream of a broker: in order, again after failures, by one server at a time, and never lost.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a test fails by panicking

mod support;

use std::{
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use profile_domain::{
    Text,
    change::{ChangeRecord, Digest, Value},
    operator::{SubscriptionStatus, SubscriptionValues},
    sealed::Sealed,
};
use profile_ports::{
    EventStream, Feed as _, Follower, Followers as _, ServiceVault, StreamError, StreamEvent, Unavailable,
    WebhookAttempt, WebhookRequest, WebhookSender,
};
use profile_testkit::{
    fixed::{COMMITTED_AT, FixedClock, PausedClock, ids},
    memory::MemoryStore,
};
use profile_usecases::delivery::{Delivery, EventFormat, EventKind};
use support::{Server, add_account, move_account, until};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

/// There are no subscriptions here.
struct Nobody;

impl ServiceVault for Nobody {
    fn seal(&self, _: &str, _: &Text) -> Result<Sealed, Unavailable> {
        panic!("nothing is sealed")
    }

    fn open(&self, _: &str, _: &Sealed) -> Result<Text, Unavailable> {
        panic!("nothing is opened")
    }
}

#[async_trait]
impl WebhookSender for Nobody {
    async fn send(&self, _: WebhookRequest) -> WebhookAttempt {
        panic!("nothing is sent")
    }
}

/// Bodies that tests can read: key, version, what was done, and whether the values are erased.
struct Words;

impl EventFormat for Words {
    fn change(&self, change: &ChangeRecord, kind: EventKind, values: SubscriptionValues) -> Bytes {
        assert_eq!(values, SubscriptionValues::None, "events are thin");
        let erased = if change.is_redacted() { " erased" } else { "" };
        format!("{} {} {}{erased}", change.key, change.version, kind.name()).into()
    }

    fn test(&self, _: Uuid, _: DateTime<Utc>) -> Bytes {
        Bytes::new()
    }
}

type Answer = Box<dyn Fn(&str) -> Result<(), StreamError> + Send + Sync>;

/// A stream that keeps what it confirms.
struct Stream {
    answer: Mutex<Answer>,
    stored: Mutex<Vec<(Uuid, String)>>,
    tried: AtomicUsize,
    open: AtomicUsize,
    most_open: AtomicUsize,
}

#[async_trait]
impl EventStream for Stream {
    async fn publish(&self, event: &StreamEvent) -> Result<(), StreamError> {
        self.tried.fetch_add(1, Ordering::SeqCst);
        let open = self.open.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_open.fetch_max(open, Ordering::SeqCst);
        sleep(Duration::from_millis(20)).await;
        self.open.fetch_sub(1, Ordering::SeqCst);
        let body = String::from_utf8(event.body.to_vec()).unwrap();
        (self.answer.lock().unwrap())(&body)?;
        self.stored.lock().unwrap().push((event.id, body));
        Ok(())
    }
}

impl Stream {
    fn bodies(&self) -> Vec<String> {
        self.stored.lock().unwrap().iter().map(|(_, body)| body.clone()).collect()
    }

    fn answer(&self, answer: impl Fn(&str) -> Result<(), StreamError> + Send + Sync + 'static) {
        *self.answer.lock().unwrap() = Box::new(answer);
    }
}

fn away() -> StreamError {
    StreamError::Connect(io::Error::other("refused").into())
}

struct World {
    store: Arc<MemoryStore>,
    stream: Arc<Stream>,
    begun: Instant,
}

impl World {
    fn new() -> Self {
        let stream = Stream {
            answer: Mutex::new(Box::new(|_| Ok(()))),
            stored: Mutex::default(),
            tried: AtomicUsize::new(0),
            open: AtomicUsize::new(0),
            most_open: AtomicUsize::new(0),
        };
        Self { store: Arc::new(MemoryStore::default()), stream: Arc::new(stream), begun: Instant::now() }
    }

    async fn serve(&self) -> Server {
        let delivery = Delivery {
            store: Arc::clone(&self.store) as _,
            vault: Arc::new(Nobody),
            is_on: true,
            sender: Arc::new(Nobody),
            stream: Some(Arc::clone(&self.stream) as _),
            events: Arc::new(Words),
            clock: Arc::new(FixedClock::at(COMMITTED_AT)),
            real_clock: Arc::new(PausedClock(self.begun)),
            ids: ids(),
        };
        let server = Server::start(delivery);
        // What is in the log before the stream is known for the first time is not published.
        sleep(Duration::from_secs(1)).await;
        server
    }

    async fn account(&self, number: i64) {
        add_account(&self.store, number).await;
    }

    async fn update(&self, number: i64, city: &str) {
        move_account(&self.store, number, city).await;
    }

    async fn follower(&self) -> Follower {
        self.store.list_followers().await.unwrap().remove(0)
    }

    /// Waits until so many events are stored, and then until the position is.
    async fn until(&self, events: usize) {
        until(events, || self.stream.bodies()).await;
    }
}

/// Asserts that each record's versions come in their order, however often one is repeated.
fn assert_order(bodies: &[String]) {
    let mut newest = std::collections::BTreeMap::new();
    for body in bodies {
        let mut words = body.split(' ');
        let (key, version) = (words.next().unwrap(), words.next().unwrap().parse::<i64>().unwrap());
        let before = newest.entry(key).or_insert(0);
        assert!(version <= *before + 1, "{body} comes before version {} in {bodies:?}", *before + 1);
        *before = version.max(*before);
    }
}

#[tokio::test(start_paused = true)]
async fn changes_are_published_in_the_order_of_their_record_and_many_at_once() {
    let world = World::new();
    let server = world.serve().await;
    for number in 1..=300 {
        world.account(number).await;
    }
    for city in ["A", "B", "C"] {
        world.update(1, city).await;
    }
    world.until(303).await;
    let bodies = world.stream.bodies();
    let of_one: Vec<_> = bodies.iter().filter(|body| body.starts_with("1 ")).collect();
    assert_eq!(of_one, ["1 1 created", "1 2 updated", "1 3 updated", "1 4 updated"]);
    assert_eq!(bodies.len(), 303, "each once");
    assert!(world.stream.most_open.load(Ordering::SeqCst) > 100);
    let follower = world.follower().await;
    assert_eq!((follower.id.as_str(), follower.status), ("nats", SubscriptionStatus::Active));
    assert_eq!(follower.position, world.store.closed_position().await.unwrap());
    server.stop().await;
    assert_eq!(world.follower().await.server, None, "others need not wait");
}

#[tokio::test(start_paused = true)]
async fn the_position_waits_for_what_is_not_confirmed() {
    let world = World::new();
    let server = world.serve().await;
    world.account(1).await;
    world.until(1).await;
    let before = world.follower().await.position;
    world.stream.answer(|body| if body.starts_with("2 1") { Err(away()) } else { Ok(()) });
    world.account(2).await;
    world.update(2, "A").await;
    for number in 3..=20 {
        world.account(number).await;
    }
    world.until(19).await;
    assert!(world.stream.bodies().iter().all(|body| !body.starts_with("2 ")), "a later one waits, too");
    let follower = world.follower().await;
    assert_eq!((follower.position, follower.status), (before, SubscriptionStatus::Failing));
    server.kill().await;
    world.stream.answer(|_| Ok(()));
    let next = world.serve().await;
    world.until(19 + 20).await;
    assert_order(&world.stream.bodies());
    let follower = world.follower().await;
    assert_eq!(follower.position, world.store.closed_position().await.unwrap());
    assert_eq!((follower.status, follower.failing_since), (SubscriptionStatus::Active, None));
    next.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_broker_that_is_away_is_tried_with_one_event_every_few_seconds() {
    let world = World::new();
    let server = world.serve().await;
    world.stream.answer(|_| Err(away()));
    for number in 1..=500 {
        world.account(number).await;
    }
    sleep(Duration::from_mins(10)).await;
    let tried = world.stream.tried.load(Ordering::SeqCst);
    assert!((100..140).contains(&tried), "{tried} attempts in ten minutes");
    assert!(world.follower().await.failing_since.is_some());
    world.stream.answer(|_| Ok(()));
    world.until(500).await;
    assert_eq!(world.stream.bodies().len(), 500, "each once");
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn one_server_at_a_time_publishes_and_another_takes_over() {
    let world = World::new();
    let (first, second) = (world.serve().await, world.serve().await);
    for number in 1..=50 {
        world.account(number).await;
    }
    world.until(50).await;
    assert_eq!(world.stream.bodies().len(), 50, "not twice");

    first.kill().await;
    world.update(1, "A").await;
    world.until(51).await;
    assert_order(&world.stream.bodies());
    second.stop().await;
}

#[tokio::test(start_paused = true)]
async fn what_was_erased_while_it_waited_is_published_erased() {
    let world = World::new();
    let server = world.serve().await;
    world.stream.answer(|_| Err(away()));
    world.account(1).await;
    sleep(Duration::from_secs(2)).await;
    world.store.alter_log(|changes| {
        for change in changes.iter_mut() {
            change.salt = None;
            for field in &mut change.fields {
                field.new = Value::Redacted(Digest([0; 32]));
            }
        }
    });
    world.stream.answer(|_| Ok(()));
    world.until(1).await;
    assert_eq!(world.stream.bodies(), ["1 1 created erased"]);
    server.stop().await;
}
