//! Deliveries to subscriptions: in order, again after failures, by one server at a time, and never lost.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a test fails by panicking

mod support;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use profile_domain::{
    Text,
    account::Account,
    change::{ChangeRecord, Digest, RecordKind, Value},
    operator::{OldSecret, Subscription, SubscriptionId, SubscriptionStatus, SubscriptionValues},
    sealed::Sealed,
};
use profile_ports::{
    Commits as _, Deliveries as _, DeliveryAttempt, DeliveryChange, Flush, Followers as _, Page,
    ServiceVault, SubscriptionChange, Subscriptions as _, Unavailable, WaitingDelivery, WebhookAttempt,
    WebhookError, WebhookRequest, WebhookSender,
};
use profile_testkit::{
    fixed::{COMMITTED_AT, FixedClock, PausedClock, ids},
    fixtures::{account, end, saved, text},
    memory::MemoryStore,
};
use profile_usecases::delivery::{Delivery, EventFormat, EventKind};
use support::{Server, add_account, move_account, until};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

/// Seals nothing.
struct ClearVault;

impl ServiceVault for ClearVault {
    fn seal(&self, _: &str, clear: &Text) -> Result<Sealed, Unavailable> {
        Ok(Sealed(clear.as_str().into()))
    }

    fn open(&self, _: &str, sealed: &Sealed) -> Result<Text, Unavailable> {
        Ok(text(String::from_utf8(sealed.0.clone()).unwrap()))
    }
}

/// Bodies that tests can read: key, version, what was done, and whether the values are erased.
struct Words;

impl EventFormat for Words {
    fn change(&self, change: &ChangeRecord, kind: EventKind, _: SubscriptionValues) -> Bytes {
        let erased = if change.is_redacted() { " erased" } else { "" };
        format!("{} {} {}{erased}", change.key, change.version, kind.name()).into()
    }

    fn test(&self, _: Uuid, _: DateTime<Utc>) -> Bytes {
        Bytes::new()
    }
}

/// What a receiver was sent.
#[derive(Debug, Clone, PartialEq)]
struct Received {
    body: String,
    seconds: u64,
    secrets: usize,
}

type Answer = Box<dyn Fn(&str, usize) -> WebhookAttempt + Send + Sync>;

/// A receiver that answers each body as the test wants, by how often it has seen it.
struct Receiver {
    begun: Instant,
    answer: Mutex<Answer>,
    received: Mutex<Vec<Received>>,
}

#[async_trait]
impl WebhookSender for Receiver {
    async fn send(&self, request: WebhookRequest) -> WebhookAttempt {
        let body = String::from_utf8(request.body.to_vec()).unwrap();
        let seen = self.bodies().iter().filter(|other| **other == body).count();
        let seconds = self.begun.elapsed().as_secs();
        let received = Received { body: body.clone(), seconds, secrets: request.secrets.len() };
        self.received.lock().unwrap().push(received);
        let attempt = (self.answer.lock().unwrap())(&body, seen);
        sleep(attempt.duration).await;
        attempt
    }
}

impl Receiver {
    fn bodies(&self) -> Vec<String> {
        self.received().into_iter().map(|received| received.body).collect()
    }

    fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    fn forget(&self) {
        self.received.lock().unwrap().clear();
    }

    fn answer(&self, answer: impl Fn(&str, usize) -> WebhookAttempt + Send + Sync + 'static) {
        *self.answer.lock().unwrap() = Box::new(answer);
    }
}

fn answered(status: u16) -> WebhookAttempt {
    let error = (status >= 300).then_some(WebhookError::Status);
    WebhookAttempt { status: Some(status), error, duration: Duration::from_millis(20), retry_after: None }
}

struct World {
    store: Arc<MemoryStore>,
    receiver: Arc<Receiver>,
    begun: Instant,
}

impl World {
    async fn new() -> Self {
        let begun = Instant::now();
        let answer: Answer = Box::new(|_, _| answered(204));
        let receiver = Receiver { begun, answer: Mutex::new(answer), received: Mutex::default() };
        let world = Self { store: Arc::new(MemoryStore::default()), receiver: Arc::new(receiver), begun };
        world.store.add_subscription(&subscription(), None).await.unwrap();
        world
    }

    fn serve(&self) -> Server {
        let delivery = Delivery {
            store: Arc::clone(&self.store) as _,
            vault: Arc::new(ClearVault),
            is_on: true,
            sender: Arc::clone(&self.receiver) as _,
            stream: None,
            events: Arc::new(Words),
            clock: Arc::new(FixedClock::at(COMMITTED_AT)),
            real_clock: Arc::new(PausedClock(self.begun)),
            ids: ids(),
        };
        Server::start(delivery)
    }

    async fn account(&self, number: i64) {
        add_account(&self.store, number).await;
    }

    async fn update(&self, number: i64, city: &str) {
        move_account(&self.store, number, city).await;
    }

    async fn subscription(&self) -> Subscription {
        self.store.find_subscription(&id()).await.unwrap().unwrap()
    }

    async fn patch(&self, deliveries: DeliveryChange, patch: impl Fn(&mut Subscription)) {
        loop {
            let mut next = self.subscription().await;
            patch(&mut next);
            let change = SubscriptionChange { next, deliveries };
            if self.store.replace_subscription(&change, None).await.unwrap() {
                return;
            }
        }
    }

    async fn attempts(&self) -> Vec<DeliveryAttempt> {
        self.store.list_deliveries(&id(), Page::first(1000)).await.unwrap()
    }

    async fn waiting(&self) -> Vec<WaitingDelivery> {
        self.store.waiting_deliveries(id().as_str()).await.unwrap()
    }

    /// Waits until so many requests have arrived, and what came of them is stored.
    async fn until(&self, requests: usize) {
        until(requests, || self.receiver.received()).await;
    }
}

fn id() -> SubscriptionId {
    SubscriptionId::try_from("sub_7fK2mQ9xLd4TzB").unwrap()
}

fn subscription() -> Subscription {
    Subscription {
        id: id(),
        name: None,
        url: text("https://hook.test/token"),
        headers: Vec::new(),
        kinds: Vec::new(),
        fields: Vec::new(),
        not_actor: None,
        values: SubscriptionValues::None,
        secret: Sealed(b"whsec_new".to_vec()),
        old_secrets: Vec::new(),
        created_at: DateTime::from_timestamp(COMMITTED_AT, 0).unwrap(),
        revision: 0,
        status: SubscriptionStatus::Active,
        position: None,
        failing_since: None,
    }
}

#[tokio::test(start_paused = true)]
async fn changes_are_delivered_in_the_order_of_their_record() {
    let world = World::new().await;
    for number in 1..=3 {
        world.account(number).await;
    }
    for city in ["A", "B", "C"] {
        world.update(1, city).await;
    }
    let server = world.serve();
    world.until(6).await;
    let bodies = world.receiver.bodies();
    let of_one: Vec<_> = bodies.iter().filter(|body| body.starts_with("1 ")).collect();
    assert_eq!(of_one, ["1 1 created", "1 2 updated", "1 3 updated", "1 4 updated"]);
    assert_eq!(bodies.len(), 6);
    let subscription = world.subscription().await;
    assert_eq!(subscription.status, SubscriptionStatus::Active);
    assert!(subscription.position.is_some());
    assert_eq!((world.waiting().await.len(), world.attempts().await.len()), (0, 6));
    server.stop().await;
    assert_eq!(world.store.list_followers().await.unwrap()[0].server, None, "others need not wait");
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_record_is_told_as_such() {
    let world = World::new().await;
    world.account(1).await;
    let last = saved::<Account>(&*world.store, &account(1).login).await.unwrap();
    world.store.commit(end(&last)).await.unwrap();
    let server = world.serve();
    world.until(2).await;
    assert_eq!(world.receiver.bodies(), ["1 1 created", "1 2 ended"]);
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_receiver_that_fails_for_one_record_gets_all_others_in_order() {
    let world = World::new().await;
    world.receiver.answer(
        |body, seen| {
            if body.starts_with("1 1 ") && seen < 2 { answered(500) } else { answered(204) }
        },
    );
    world.account(1).await;
    world.update(1, "A").await;
    world.account(2).await;
    let server = world.serve();
    world.until(2).await;
    let subscription = world.subscription().await;
    assert_eq!(subscription.status, SubscriptionStatus::Failing);
    assert!(subscription.failing_since.is_some());
    assert_eq!(world.waiting().await.len(), 2);
    world.account(3).await;
    world.until(3).await;
    assert_eq!(world.receiver.bodies(), ["1 1 created", "2 1 created", "3 1 created"]);
    world.until(6).await;
    let received = world.receiver.received();
    assert_eq!(
        received[3..].iter().map(|one| one.body.as_str()).collect::<Vec<_>>(),
        ["1 1 created", "1 1 created", "1 2 updated"]
    );
    assert!((4..=7).contains(&received[3].seconds), "{received:?}");
    assert!((28..=45).contains(&received[4].seconds), "{received:?}");
    let subscription = world.subscription().await;
    assert_eq!((subscription.status, subscription.failing_since), (SubscriptionStatus::Active, None));
    let attempts = world.attempts().await;
    let of_first: Vec<_> = attempts.iter().filter(|one| one.attempt > 1 || one.error.is_some()).collect();
    assert_eq!(of_first.iter().map(|one| one.attempt).collect::<Vec<_>>(), [3, 2, 1]);
    assert!(of_first[1].next_attempt_at.is_some() && of_first[0].next_attempt_at.is_none());
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_target_that_is_gone_disables_and_gets_everything_when_it_is_back() {
    let world = World::new().await;
    world.receiver.answer(|_, _| answered(410));
    world.account(1).await;
    let server = world.serve();
    world.until(1).await;
    world.account(2).await;
    sleep(Duration::from_mins(5)).await;
    assert_eq!(world.receiver.bodies(), ["1 1 created"]);
    assert_eq!(world.subscription().await.status, SubscriptionStatus::Disabled);
    world.receiver.answer(|_, _| answered(204));
    world.patch(DeliveryChange::Resume, |_| {}).await;
    world.until(3).await;
    assert_eq!(world.receiver.bodies()[1..], ["1 1 created", "2 1 created"]);
    assert_eq!(world.subscription().await.status, SubscriptionStatus::Active);
    server.stop().await;
}

/// Has a change wait that was tried ten times, first at `first`.
async fn tried_ten_times(world: &World, number: i64, first: DateTime<Utc>) {
    world.account(number).await;
    let position = profile_ports::Feed::closed_position(&*world.store).await.unwrap();
    let taken = Uuid::from_u128(7);
    let follower = world.store.list_followers().await.unwrap().remove(0);
    world.store.serve_follower(&follower.id, Some(taken), follower.beat).await.unwrap();
    let flush = Flush {
        follower: follower.id.clone(),
        server: taken,
        revision: follower.revision,
        position,
        status: SubscriptionStatus::Failing,
        failing_since: Some(first),
        waiting: vec![WaitingDelivery {
            change: position.unwrap(),
            kind: RecordKind::Account,
            key: number.to_string(),
            person: None,
            attempts: 10,
            first_attempt_at: Some(first),
            next_attempt_at: Some(first),
        }],
        finished: Vec::new(),
        attempts: Vec::new(),
    };
    assert!(world.store.flush_deliveries(&flush).await.unwrap());
    world.store.serve_follower(&follower.id, None, follower.beat + 2).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn the_last_failure_disables_where_nothing_has_succeeded() {
    let world = World::new().await;
    world.receiver.answer(|_, _| answered(500));
    tried_ten_times(&world, 1, DateTime::from_timestamp(COMMITTED_AT - 270_000, 0).unwrap()).await;
    let server = world.serve();
    world.until(1).await;
    assert_eq!(world.subscription().await.status, SubscriptionStatus::Disabled);
    assert_eq!(world.waiting().await[0].next_attempt_at, None, "it was given up");
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_change_is_given_up_alone_where_others_have_succeeded() {
    let world = World::new().await;
    world.receiver.answer(|body, _| answered(if body.starts_with("1 ") { 500 } else { 204 }));
    tried_ten_times(&world, 1, DateTime::from_timestamp(COMMITTED_AT - 270_000, 0).unwrap()).await;
    world.patch(DeliveryChange::Keep, |_| {}).await;
    world.account(2).await;
    // The failing one is tried last, because it takes long.
    world.receiver.answer(|body, _| {
        let duration = Duration::from_secs(if body.starts_with("1 ") { 5 } else { 0 });
        WebhookAttempt { duration, ..answered(if body.starts_with("1 ") { 500 } else { 204 }) }
    });
    let server = world.serve();
    sleep(Duration::from_secs(10)).await;
    assert_eq!(world.receiver.bodies().len(), 2);
    assert_eq!(world.subscription().await.status, SubscriptionStatus::Active);
    assert_eq!(world.waiting().await, []);
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn an_overloaded_target_is_left_alone_for_as_long_as_it_wants() {
    let world = World::new().await;
    world.receiver.answer(|body, seen| match (body, seen) {
        ("1 1 created", 0) => WebhookAttempt { retry_after: Some(Duration::from_mins(1)), ..answered(503) },
        _ => answered(204),
    });
    world.account(1).await;
    let server = world.serve();
    world.until(1).await;
    world.account(2).await;
    world.until(3).await;
    let received = world.receiver.received();
    assert!(received[1..].iter().all(|one| (60..70).contains(&one.seconds)), "{received:?}");
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_pause_outlives_the_server_that_was_asked_for_it() {
    let world = World::new().await;
    world.receiver.answer(|body, seen| match (body, seen) {
        ("1 1 created", 0) => WebhookAttempt { retry_after: Some(Duration::from_mins(1)), ..answered(429) },
        _ => answered(204),
    });
    for number in 1..=2 {
        world.account(number).await;
    }
    let server = world.serve();
    world.until(2).await;
    let listed = world.store.list_deliveries(&id(), Page::first(10)).await.unwrap();
    assert!(listed.windows(2).all(|pair| pair[0].at >= pair[1].at), "newest first: {listed:?}");
    // The last attempt that is stored has succeeded.
    server.stop().await;
    let server = world.serve();
    world.account(3).await;
    world.until(4).await;
    let received = world.receiver.received();
    assert!(received[2..].iter().all(|one| (60..70).contains(&one.seconds)), "{received:?}");
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn what_was_erased_while_it_waited_goes_out_erased() {
    let world = World::new().await;
    world.receiver.answer(|_, seen| answered(if seen == 0 { 500 } else { 204 }));
    world.account(1).await;
    let server = world.serve();
    world.until(1).await;
    world.store.alter_log(|changes| {
        for change in changes.iter_mut() {
            change.salt = None;
            for field in &mut change.fields {
                field.new = Value::Redacted(Digest([0; 32]));
            }
        }
    });
    world.until(2).await;
    assert_eq!(world.receiver.bodies(), ["1 1 created", "1 1 created erased"]);
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_secret_that_is_rotated_under_load_disturbs_nothing() {
    let world = World::new().await;
    let server = world.serve();
    for number in 1..=200 {
        world.account(number).await;
        if number == 100 {
            let until = DateTime::from_timestamp(COMMITTED_AT + 3600, 0).unwrap();
            let old = OldSecret { secret: Sealed(b"whsec_old".to_vec()), until };
            world.patch(DeliveryChange::Keep, |next| next.old_secrets = vec![old.clone()]).await;
        }
        sleep(Duration::from_millis(10)).await;
    }
    world.until(200).await;
    let received = world.receiver.received();
    assert_eq!(received.len(), 200, "each once");
    assert_eq!((received[0].secrets, received[199].secrets), (1, 2));
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_replay_sends_everything_behind_its_position_again() {
    let world = World::new().await;
    let server = world.serve();
    for number in 1..=3 {
        world.account(number).await;
    }
    world.until(3).await;
    world.receiver.forget();
    world.patch(DeliveryChange::Replay(None), |_| {}).await;
    world.until(3).await;
    assert_eq!(world.receiver.bodies().len(), 3);
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_disabled_subscription_gets_nothing_and_goes_on_from_its_position() {
    let world = World::new().await;
    let server = world.serve();
    world.account(1).await;
    world.until(1).await;
    world.patch(DeliveryChange::Disable, |_| {}).await;
    sleep(Duration::from_secs(5)).await;
    world.account(2).await;
    sleep(Duration::from_mins(1)).await;
    assert_eq!(world.receiver.bodies().len(), 1);
    world.patch(DeliveryChange::Resume, |_| {}).await;
    world.until(2).await;
    assert_eq!(world.receiver.bodies()[1..], ["2 1 created"]);
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn another_server_takes_over_within_five_seconds_and_loses_nothing() {
    let world = World::new().await;
    let (first, second) = (world.serve(), world.serve());
    for number in 1..=50 {
        world.account(number).await;
    }
    world.until(50).await;
    assert_eq!(world.receiver.bodies().len(), 50, "one server delivers");
    world.receiver.forget();
    // Which of the two it is, is chance: the one that is killed may be the one that waits.
    first.kill().await;
    let begun = world.begun.elapsed().as_secs();
    world.account(51).await;
    world.until(1).await;
    assert!(world.receiver.received()[0].seconds - begun <= 5);
    second.stop().await;
    let third = world.serve();
    world.account(52).await;
    world.until(2).await;
    assert_eq!(world.receiver.bodies(), ["51 1 created", "52 1 created"]);
    third.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_receiver_that_hangs_delays_no_other_subscription() {
    let world = World::new().await;
    let other = SubscriptionId::try_from("sub_0000000000000a").unwrap();
    let hanging = Subscription { id: other, url: text("https://hang.test"), ..subscription() };
    world.store.add_subscription(&hanging, None).await.unwrap();
    world.receiver.answer(|_, seen| {
        // The first of two requests for a change hangs, whoever it is for.
        WebhookAttempt { duration: Duration::from_secs(if seen == 0 { 10 } else { 0 }), ..answered(204) }
    });
    let server = world.serve();
    for number in 1..=3 {
        world.account(number).await;
    }
    sleep(Duration::from_secs(3)).await;
    assert_eq!(world.receiver.bodies().len(), 6);
    server.stop().await;
    assert_eq!(world.attempts().await.len(), 3, "a request that is open is waited for");
}
