//! Promises of [`Followers`](profile_ports::Followers) and [`Deliveries`](profile_ports::Deliveries).

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use futures_util::future::join_all;
use profile_domain::{
    PersonId,
    change::{ChangeRecord, RecordKind},
    operator::{Subscription, SubscriptionStatus},
};
use profile_ports::{
    Commit, DeliveryAttempt, DeliveryChange, Flush, Follower, Forget, Page, PersonStep, Store,
    WaitingDelivery, WebhookError,
};
use uuid::Uuid;

use super::subscriptions::{at_revision, change, subscription};
use crate::fixtures::{account, commit, moment};

fn person(number: u128) -> PersonId {
    PersonId(Uuid::from_u128(number))
}

/// A change that waits and was never tried.
pub(super) fn waiting(change: u128) -> WaitingDelivery {
    WaitingDelivery {
        change: Uuid::from_u128(change),
        kind: RecordKind::Account,
        key: "70021".to_owned(),
        person: Some(person(1)),
        attempts: 0,
        first_attempt_at: None,
        next_attempt_at: None,
    }
}

/// The first attempt to deliver a change, which succeeded.
pub(super) fn attempt(id: u128, change: u128) -> DeliveryAttempt {
    DeliveryAttempt {
        id: Uuid::from_u128(id),
        change: Uuid::from_u128(change),
        person: Some(person(1)),
        attempt: 1,
        at: moment(),
        ms: 12,
        status: Some(204),
        error: None,
        next_attempt_at: None,
    }
}

/// A flush by `server`, which has read the subscription as it is here, of nothing.
pub(super) fn flush(of: &Subscription, server: Uuid) -> Flush {
    Flush {
        follower: of.id.to_string(),
        server,
        revision: of.revision,
        position: of.position,
        status: of.status,
        failing_since: of.failing_since,
        waiting: Vec::new(),
        finished: Vec::new(),
        attempts: Vec::new(),
    }
}

fn server(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

async fn follower(store: &dyn Store, id: &str) -> Follower {
    let all = store.list_followers().await.unwrap();
    all.into_iter().find(|one| one.id == id).expect("it is there")
}

pub async fn a_subscription_and_a_sink_are_followers(store: Arc<dyn Store>) {
    let one = Subscription { position: Some(Uuid::from_u128(7)), ..subscription("1") };
    assert!(store.add_subscription(&one, None).await.unwrap());
    assert!(store.add_follower("nats", Some(Uuid::from_u128(5))).await.unwrap());
    assert!(!store.add_follower("nats", None).await.unwrap(), "it goes on from where it was");
    let followers = store.list_followers().await.unwrap();
    let plain = |id: &str, position: u128| Follower {
        id: id.to_owned(),
        revision: 0,
        status: SubscriptionStatus::Active,
        position: Some(Uuid::from_u128(position)),
        failing_since: None,
        server: None,
        beat: 0,
    };
    assert_eq!(followers, [plain("nats", 5), plain(one.id.as_str(), 7)]);
    assert!(store.serve_follower("nats", Some(server(1)), 0).await.unwrap());
    let sent =
        Flush { follower: "nats".to_owned(), position: Some(Uuid::from_u128(9)), ..flush(&one, server(1)) };
    assert!(store.flush_deliveries(&sent).await.unwrap());
    assert_eq!(follower(&*store, "nats").await.position, Some(Uuid::from_u128(9)));
    assert_eq!(follower(&*store, one.id.as_str()).await.position, one.position);
}

pub async fn one_server_at_a_time_follows(store: Arc<dyn Store>) {
    store.add_follower("nats", None).await.unwrap();
    assert!(!store.serve_follower("other", Some(server(1)), 0).await.unwrap());
    for round in 0..4 {
        let take = |number: u128| {
            let store = Arc::clone(&store);
            async move { (number, store.serve_follower("nats", Some(server(number)), round).await.unwrap()) }
        };
        let taken = join_all((1..=16).map(take)).await;
        let winners: Vec<u128> =
            taken.into_iter().filter(|(_, taken)| *taken).map(|(number, _)| number).collect();
        let stored = follower(&*store, "nats").await;
        assert_eq!(winners.len(), 1, "{winners:?}");
        assert_eq!((stored.server, stored.beat), (Some(server(winners[0])), round + 1));
    }
    assert!(store.serve_follower("nats", None, 4).await.unwrap(), "a server that stops gives it up");
    assert_eq!(follower(&*store, "nats").await.server, None);
}

pub async fn a_flush_is_stored_whole_or_not_at_all(store: Arc<dyn Store>) {
    let one = subscription("1");
    assert!(store.add_subscription(&one, None).await.unwrap());
    let flushed = Flush {
        position: Some(Uuid::from_u128(20)),
        status: SubscriptionStatus::Failing,
        failing_since: Some(moment()),
        waiting: vec![waiting(12)],
        finished: vec![Uuid::from_u128(11)],
        attempts: vec![attempt(2, 11)],
        ..flush(&one, server(1))
    };
    assert!(!store.flush_deliveries(&flushed).await.unwrap(), "nobody follows");
    assert!(store.serve_follower(one.id.as_str(), Some(server(1)), 0).await.unwrap());
    let first =
        Flush { waiting: vec![waiting(11)], attempts: vec![attempt(1, 11)], ..flush(&one, server(1)) };
    assert!(store.flush_deliveries(&first).await.unwrap());
    assert_eq!(follower(&*store, one.id.as_str()).await.beat, 2, "who delivers shows that it lives");
    let left_alone = async || {
        let stored = follower(&*store, one.id.as_str()).await;
        assert_eq!(
            (stored.position, stored.status, stored.failing_since),
            (None, SubscriptionStatus::Active, None)
        );
        assert_eq!(store.waiting_deliveries(one.id.as_str()).await.unwrap(), [waiting(11)]);
        assert_eq!(store.list_deliveries(&one.id, Page::first(9)).await.unwrap(), [attempt(1, 11)]);
    };
    assert!(store.serve_follower(one.id.as_str(), Some(server(2)), 2).await.unwrap());
    assert!(!store.flush_deliveries(&flushed).await.unwrap(), "another server has taken over");
    left_alone().await;
    assert!(store.replace_subscription(&change(&one, DeliveryChange::Keep), None).await.unwrap());
    let of_second = Flush { server: server(2), ..flushed.clone() };
    assert!(!store.flush_deliveries(&of_second).await.unwrap(), "an administrator has changed it");
    left_alone().await;
    let read_again = Flush { revision: 1, ..of_second };
    assert!(store.flush_deliveries(&read_again).await.unwrap());
    let stored = store.find_subscription(&one.id).await.unwrap().unwrap();
    assert_eq!(
        (stored.position, stored.status, stored.failing_since),
        (flushed.position, flushed.status, flushed.failing_since)
    );
    assert_eq!(store.waiting_deliveries(one.id.as_str()).await.unwrap(), [waiting(12)]);
    assert_eq!(
        store.list_deliveries(&one.id, Page::first(9)).await.unwrap(),
        [attempt(2, 11), attempt(1, 11)]
    );
    assert!(store.remove_subscription(&at_revision(1, &one), None).await.unwrap());
    assert!(!store.flush_deliveries(&read_again).await.unwrap(), "it is gone");
    assert_eq!(store.waiting_deliveries(one.id.as_str()).await.unwrap(), []);
}

pub async fn what_waits_comes_in_the_order_of_the_log(store: Arc<dyn Store>) {
    let one = subscription("1");
    assert!(store.add_subscription(&one, None).await.unwrap());
    assert!(store.serve_follower(one.id.as_str(), Some(server(1)), 0).await.unwrap());
    let rest = WaitingDelivery {
        kind: RecordKind::Override,
        key: "user_1:biz_\"é".to_owned(),
        person: None,
        attempts: 4,
        first_attempt_at: Some(moment()),
        next_attempt_at: Some(moment() + TimeDelta::seconds(5)),
        ..waiting(1000)
    };
    let many: Vec<WaitingDelivery> = (1..1000).rev().map(waiting).chain([rest.clone()]).collect();
    let flushed = Flush { waiting: many, ..flush(&one, server(1)) };
    assert!(store.flush_deliveries(&flushed).await.unwrap());
    let stored = store.waiting_deliveries(one.id.as_str()).await.unwrap();
    let expected: Vec<WaitingDelivery> = (1..1000).map(waiting).chain([rest.clone()]).collect();
    assert!(stored == expected, "{:?}", stored.first());
    let tried = WaitingDelivery { attempts: 1, first_attempt_at: Some(moment()), ..waiting(3) };
    let fresh = WaitingDelivery { attempts: 0, first_attempt_at: None, next_attempt_at: None, ..rest };
    let later = Flush {
        waiting: vec![fresh.clone(), tried.clone()],
        finished: (4..1000).map(Uuid::from_u128).collect(),
        ..flush(&one, server(1))
    };
    assert!(store.flush_deliveries(&later).await.unwrap());
    let left = store.waiting_deliveries(one.id.as_str()).await.unwrap();
    assert_eq!(left, [waiting(1), waiting(2), tried, fresh]);
}

pub async fn attempts_come_newest_first_until_they_are_removed(store: Arc<dyn Store>) {
    let (one, other) = (subscription("1"), subscription("2"));
    let failed = DeliveryAttempt {
        person: None,
        attempt: 2,
        at: moment() + TimeDelta::seconds(1),
        status: None,
        error: Some(WebhookError::Timeout),
        next_attempt_at: Some(moment() + TimeDelta::seconds(31)),
        ..attempt(2, 11)
    };
    let of_ben =
        DeliveryAttempt { person: Some(person(2)), at: moment() + TimeDelta::seconds(2), ..attempt(3, 12) };
    let all = [attempt(1, 11), failed.clone(), of_ben.clone()];
    for subscription in [&one, &other] {
        assert!(store.add_subscription(subscription, None).await.unwrap());
        assert!(store.serve_follower(subscription.id.as_str(), Some(server(1)), 0).await.unwrap());
        let flushed = Flush { attempts: all.to_vec(), ..flush(subscription, server(1)) };
        assert!(store.flush_deliveries(&flushed).await.unwrap());
    }
    let listed = async |before: Option<u128>, limit: u32| {
        store.list_deliveries(&one.id, Page { after: before.map(Uuid::from_u128), limit }).await.unwrap()
    };
    assert_eq!(listed(None, 2).await, [of_ben.clone(), failed.clone()]);
    assert_eq!(listed(Some(2), 9).await, [attempt(1, 11)]);
    assert_eq!(listed(Some(1), 9).await, []);
    assert_eq!(store.remove_deliveries(moment()).await.unwrap(), 0);
    // What waits stays: it is delivered without the values that are erased.
    let forget = Forget { person: person(2), records: Vec::new(), is_whole: false };
    let steps = vec![PersonStep::Forget(Box::new(forget))];
    store.commit(Commit { writes: Vec::new(), reply: None, steps }).await.unwrap();
    assert_eq!(listed(None, 9).await, [failed.clone(), attempt(1, 11)]);
    assert_eq!(store.remove_deliveries(moment() + TimeDelta::microseconds(1)).await.unwrap(), 2);
    assert_eq!(listed(None, 9).await, [failed]);
}

/// Waits until as many changes are closed, and returns them.
async fn all_closed(store: &dyn Store, count: usize) -> Vec<ChangeRecord> {
    let patience = tokio::time::Instant::now() + Duration::from_secs(20);
    loop {
        let log = store.changes_behind(Page::first(9)).await.unwrap();
        if log.len() == count {
            return log;
        }
        assert!(tokio::time::Instant::now() < patience, "{} changes are closed", log.len());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

pub async fn changes_come_back_by_their_ids(store: Arc<dyn Store>) {
    for login in [1, 2, 3] {
        store.commit(commit(None, account(login))).await.unwrap();
    }
    let log = all_closed(&*store, 3).await;
    let mut found = store.changes_by_id(&[log[2].id, log[0].id, Uuid::from_u128(1)]).await.unwrap();
    found.sort_by_key(|change| change.id);
    assert_eq!(found, [log[0].clone(), log[2].clone()]);
    assert_eq!(store.changes_by_id(&[]).await.unwrap(), []);
}
