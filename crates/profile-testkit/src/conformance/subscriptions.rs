//! Promises of [`Subscriptions`](profile_ports::Subscriptions).

use std::sync::Arc;

use chrono::TimeDelta;
use futures_util::future::join_all;
use profile_domain::{
    change::RecordKind,
    operator::{
        OldSecret, Subscription, SubscriptionHeader, SubscriptionId, SubscriptionStatus, SubscriptionValues,
    },
    sealed::Sealed,
};
use profile_ports::{DeliveryChange, IdempotencyKey, KeyedResponse, Page, Store, SubscriptionChange};
use uuid::Uuid;

use super::deliveries::{attempt, flush, waiting};
use crate::fixtures::{moment, reply, text};

/// A subscription to all changes, with the least.
pub(super) fn subscription(rest: &str) -> Subscription {
    Subscription {
        id: SubscriptionId::try_from(format!("sub_{rest:0>14}").as_str()).expect("14 letters and digits"),
        name: None,
        url: text("https://hook.example/"),
        headers: Vec::new(),
        kinds: Vec::new(),
        fields: Vec::new(),
        not_actor: None,
        values: SubscriptionValues::None,
        secret: Sealed(vec![0, 255, 7]),
        old_secrets: Vec::new(),
        created_at: moment(),
        revision: 0,
        status: SubscriptionStatus::Active,
        position: None,
        failing_since: None,
    }
}

/// What replaces the subscription that `next` has been read as.
pub(super) fn change(next: &Subscription, deliveries: DeliveryChange) -> SubscriptionChange {
    SubscriptionChange { next: next.clone(), deliveries }
}

pub(super) fn at_revision(revision: i64, subscription: &Subscription) -> Subscription {
    Subscription { revision, ..subscription.clone() }
}

fn full(rest: &str) -> Subscription {
    let header =
        |name: &str, value: &[u8]| SubscriptionHeader { name: name.to_owned(), value: Sealed(value.into()) };
    Subscription {
        name: Some(text("Größe \"1\"")),
        url: text("https://hook.example/a?b='c'"),
        headers: vec![header("X-Zoo", &[1, 2]), header("x-a", &[])],
        kinds: vec![RecordKind::User, RecordKind::Account],
        fields: vec!["profile.city".to_owned(), "name".to_owned()],
        not_actor: Some("operator".to_owned()),
        values: SubscriptionValues::Personal,
        old_secrets: vec![
            OldSecret { secret: Sealed(vec![9; 60]), until: moment() },
            OldSecret { secret: Sealed(vec![8; 60]), until: moment() - TimeDelta::microseconds(1) },
        ],
        revision: 3,
        status: SubscriptionStatus::Failing,
        position: Some(Uuid::from_u128(5)),
        failing_since: Some(moment() + TimeDelta::microseconds(1)),
        ..subscription(rest)
    }
}

async fn add(store: &dyn Store, one: &Subscription) {
    assert!(store.add_subscription(one, None).await.unwrap());
}

async fn found(store: &dyn Store, one: &Subscription) -> Option<Subscription> {
    store.find_subscription(&one.id).await.unwrap()
}

pub async fn subscriptions_survive_and_are_listed_by_the_bytes_of_their_ids(store: Arc<dyn Store>) {
    let all = [subscription("B"), full("a"), subscription("b"), full("c")];
    for one in all.iter().rev() {
        add(&*store, one).await;
        assert_eq!(found(&*store, one).await.as_ref(), Some(one));
    }
    assert_eq!(found(&*store, &subscription("d")).await, None);
    assert!(store.add_subscription(&full("B"), None).await.is_err(), "an id is given once");
    assert_eq!(found(&*store, &all[0]).await.as_ref(), Some(&all[0]));
    store.add_follower("nats", None).await.unwrap();
    for limit in [1, 3, 100] {
        let mut walked: Vec<Subscription> = Vec::new();
        loop {
            let after = walked.last().map(|one| one.id.clone());
            let page = store.list_subscriptions(Page { after: after.as_ref(), limit }).await.unwrap();
            assert!(page.len() <= limit as usize);
            if page.is_empty() {
                break;
            }
            walked.extend(page);
        }
        assert_eq!(walked, all, "by {limit}, and no other follower");
    }
}

pub async fn a_subscription_is_replaced_from_its_own_revision(store: Arc<dyn Store>) {
    let before = subscription("1");
    add(&*store, &before).await;
    let next = Subscription { status: SubscriptionStatus::Active, revision: 0, ..full("1") };
    assert!(store.replace_subscription(&change(&next, DeliveryChange::Keep), None).await.unwrap());
    let stored = Subscription { revision: 1, position: None, failing_since: None, ..next.clone() };
    assert_eq!(found(&*store, &before).await.as_ref(), Some(&stored), "what deliveries change is theirs");
    for stale in [&next, &Subscription { revision: 2, ..next.clone() }, &subscription("2")] {
        assert!(!store.replace_subscription(&change(stale, DeliveryChange::Disable), None).await.unwrap());
    }
    assert_eq!(found(&*store, &before).await, Some(stored));
}

pub async fn of_many_who_replace_a_subscription_one_does(store: Arc<dyn Store>) {
    add(&*store, &subscription("1")).await;
    let replace = |number: u8| {
        let store = Arc::clone(&store);
        async move {
            let next = Subscription { secret: Sealed(vec![number]), ..subscription("1") };
            (number, store.replace_subscription(&change(&next, DeliveryChange::Keep), None).await.unwrap())
        }
    };
    let done: Vec<u8> = join_all((0..16).map(replace))
        .await
        .into_iter()
        .filter(|(_, done)| *done)
        .map(|(number, _)| number)
        .collect();
    let stored = found(&*store, &subscription("1")).await.unwrap();
    assert_eq!((stored.revision, done), (1, stored.secret.0.clone()));
}

pub async fn a_subscription_and_its_reply_are_stored_together(store: Arc<dyn Store>) {
    assert!(store.add_subscription(&subscription("1"), Some(&reply("first"))).await.unwrap());
    assert!(!store.add_subscription(&subscription("2"), Some(&reply("second"))).await.unwrap());
    assert_eq!(found(&*store, &subscription("2")).await, None);
    let (one, repeated) = (subscription("1"), reply("third"));
    let next = Subscription { name: Some(text("new")), ..one.clone() };
    assert!(
        !store.replace_subscription(&change(&next, DeliveryChange::Disable), Some(&repeated)).await.unwrap()
    );
    assert!(!store.remove_subscription(&one, Some(&repeated)).await.unwrap());
    assert_eq!(found(&*store, &one).await.as_ref(), Some(&one));
    assert_eq!(store.find_response(&repeated.key).await.unwrap(), Some(reply("first")));
    let other = |name: &str, body: &str| {
        let key = IdempotencyKey { key: name.to_owned(), ..reply("").key };
        KeyedResponse { key, ..reply(body) }
    };
    let (patched, removed) = (other("twice", "patched"), other("thrice", "removed"));
    assert!(!store.remove_subscription(&at_revision(7, &one), Some(&removed)).await.unwrap());
    assert_eq!(
        store.find_response(&removed.key).await.unwrap(),
        None,
        "of what was not done nothing is kept"
    );
    assert!(store.replace_subscription(&change(&next, DeliveryChange::Keep), Some(&patched)).await.unwrap());
    assert!(store.remove_subscription(&at_revision(1, &one), Some(&removed)).await.unwrap());
    for kept in [patched, removed] {
        assert_eq!(store.find_response(&kept.key).await.unwrap(), Some(kept));
    }
}

pub async fn what_an_administrator_does_reaches_deliveries(store: Arc<dyn Store>) {
    let server = Uuid::from_u128(1);
    let at = |position: u128| Some(Uuid::from_u128(position));
    let tried = |change: u128| profile_ports::WaitingDelivery {
        attempts: 3,
        first_attempt_at: Some(moment()),
        next_attempt_at: (change != 11).then(moment),
        ..waiting(change)
    };
    for rest in ["1", "2"] {
        add(&*store, &Subscription { position: at(10), ..subscription(rest) }).await;
        let id = subscription(rest).id;
        assert!(store.serve_follower(id.as_str(), Some(server), 0).await.unwrap());
        let status = SubscriptionStatus::Failing;
        let stored = profile_ports::Flush {
            position: at(20),
            status,
            failing_since: Some(moment()),
            waiting: vec![tried(11), tried(15), tried(20)],
            ..flush(&subscription(rest), server)
        };
        assert!(store.flush_deliveries(&stored).await.unwrap());
    }
    let changed = async |deliveries: DeliveryChange| {
        let before = found(&*store, &subscription("1")).await.unwrap();
        assert!(store.replace_subscription(&change(&before, deliveries), None).await.unwrap());
        let after = found(&*store, &before).await.unwrap();
        let waiting = store.waiting_deliveries(before.id.as_str()).await.unwrap();
        (after.status, after.position, after.failing_since, waiting)
    };
    let (failing, disabled, active) =
        (SubscriptionStatus::Failing, SubscriptionStatus::Disabled, SubscriptionStatus::Active);
    let all = vec![tried(11), tried(15), tried(20)];
    assert_eq!(changed(DeliveryChange::Keep).await, (failing, at(20), Some(moment()), all.clone()));
    assert_eq!(changed(DeliveryChange::Disable).await, (disabled, at(20), Some(moment()), all.clone()));
    let fresh = vec![waiting(11), waiting(15), waiting(20)];
    assert_eq!(changed(DeliveryChange::Resume).await, (active, at(20), None, fresh.clone()));
    assert_eq!(
        changed(DeliveryChange::Replay(at(30))).await,
        (active, at(20), None, fresh.clone()),
        "never forward"
    );
    assert_eq!(changed(DeliveryChange::Replay(at(15))).await, (active, at(15), None, fresh[..2].to_vec()));
    assert_eq!(changed(DeliveryChange::Replay(None)).await, (active, None, None, Vec::new()));
    assert_eq!(changed(DeliveryChange::Replay(at(15))).await, (active, None, None, Vec::new()), "nor then");
    let other = subscription("2").id;
    assert_eq!(store.waiting_deliveries(other.as_str()).await.unwrap(), all, "another one is left alone");
}

pub async fn a_removed_subscription_takes_along_what_hangs_on_it(store: Arc<dyn Store>) {
    let server = Uuid::from_u128(1);
    for rest in ["1", "2"] {
        let one = subscription(rest);
        add(&*store, &one).await;
        assert!(store.serve_follower(one.id.as_str(), Some(server), 0).await.unwrap());
        let stored = profile_ports::Flush {
            waiting: vec![waiting(11)],
            attempts: vec![attempt(1, 11)],
            ..flush(&one, server)
        };
        assert!(store.flush_deliveries(&stored).await.unwrap());
    }
    let one = subscription("1");
    assert!(!store.remove_subscription(&at_revision(1, &one), None).await.unwrap(), "another revision");
    assert!(store.remove_subscription(&one, None).await.unwrap());
    assert!(!store.remove_subscription(&one, None).await.unwrap());
    let (gone, left) = (one.id, subscription("2").id);
    assert_eq!(store.find_subscription(&gone).await.unwrap(), None);
    assert_eq!(store.waiting_deliveries(gone.as_str()).await.unwrap(), []);
    assert_eq!(store.list_deliveries(&gone, Page::first(9)).await.unwrap(), []);
    let followers = store.list_followers().await.unwrap();
    assert_eq!(followers.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), [left.as_str()]);
    assert_eq!(store.waiting_deliveries(left.as_str()).await.unwrap(), [waiting(11)]);
    assert_eq!(store.list_deliveries(&left, Page::first(9)).await.unwrap(), [attempt(1, 11)]);
}
