//! Promises of [`Checkpoints`](profile_ports::Checkpoints).

use std::sync::Arc;

use chrono::{DateTime, TimeDelta};
use futures_util::future::join_all;
use profile_domain::{
    account::Account,
    chain::{Checkpoint, SignedCheckpoint},
    change::Digest,
};
use profile_ports::{LogRange, Page, Store};
use uuid::Uuid;

use super::store::{create, renamed};
use crate::fixtures::{account, commit, customer, find, login};

fn position(number: u8) -> Uuid {
    Uuid::from_u128(u128::from(number) << 120)
}

fn checkpoint(number: u8) -> SignedCheckpoint {
    let at = DateTime::from_timestamp_micros(1_780_000_000_000_001).expect("within the calendar");
    let checkpoint = Checkpoint {
        position: position(number),
        count: i64::MAX - i64::from(number),
        digest: Digest([number; 32]),
        // The order is that of the log, whatever clocks say.
        at: at - TimeDelta::seconds(number.into()),
    };
    SignedCheckpoint { checkpoint, jws: format!("header.{number}.signature") }
}

pub async fn checkpoints_come_back_oldest_first(store: Arc<dyn Store>) {
    assert_eq!(store.last_checkpoint().await.unwrap(), None);
    assert_eq!(store.checkpoints_behind(Page::first(10)).await.unwrap(), []);
    let all: Vec<_> = [1, 2, 0x7f, 0xa0, 0xff].map(checkpoint).into();
    let mut before = None;
    for one in &all {
        assert!(store.add_checkpoint(one, before).await.unwrap());
        assert_eq!(store.last_checkpoint().await.unwrap().as_ref(), Some(one));
        before = Some(one.checkpoint.position);
    }
    for limit in [1, 2, 100] {
        let mut found: Vec<SignedCheckpoint> = Vec::new();
        loop {
            let behind = found.last().map(|one| one.checkpoint.position);
            let page = store.checkpoints_behind(Page { after: behind, limit }).await.unwrap();
            assert!(page.len() <= limit as usize);
            if page.is_empty() {
                break;
            }
            found.extend(page);
        }
        assert_eq!(found, all, "by {limit}");
    }
    assert_eq!(
        store.checkpoints_behind(Page { after: Some(position(3)), limit: 1 }).await.unwrap(),
        [checkpoint(0x7f)]
    );
    assert_eq!(store.checkpoints_behind(Page { after: before, limit: 1 }).await.unwrap(), []);
}

pub async fn one_of_many_adds_the_next_checkpoint(store: Arc<dyn Store>) {
    let mut before = None;
    for round in [0, 16] {
        let copies = (1..=16).map(|number| {
            let store = Arc::clone(&store);
            tokio::spawn(
                async move { store.add_checkpoint(&checkpoint(round + number), before).await.unwrap() },
            )
        });
        let added: Vec<bool> = join_all(copies).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(added.iter().filter(|added| **added).count(), 1, "{added:?}");
        let winner = added.iter().position(|added| *added).unwrap();
        let last = store.last_checkpoint().await.unwrap().unwrap();
        assert_eq!(last, checkpoint(round + 1 + u8::try_from(winner).unwrap()));
        before = Some(last.checkpoint.position);
    }
    assert_eq!(store.checkpoints_behind(Page::first(100)).await.unwrap().len(), 2);
    assert!(!store.add_checkpoint(&checkpoint(99), None).await.unwrap(), "there is a first one");
}

pub async fn digests_are_those_of_the_log_in_its_order(store: Arc<dyn Store>) {
    for number in 1..=4 {
        create(&*store, account(number)).await;
        store.commit(commit(None, customer(number))).await.unwrap();
        let first = find::<Account>(&*store, &login(number)).await.unwrap().unwrap();
        store.commit(commit(Some(&first), renamed(&first, "second"))).await.unwrap();
    }
    let all = store.digests_behind(LogRange { after: None, until: Uuid::max(), limit: 100 }).await.unwrap();
    assert_eq!(all.len(), 12);
    assert!(all.is_sorted_by(|one, next| one.0 < next.0));
    let mut walked: Vec<(Uuid, Digest)> = Vec::new();
    loop {
        let behind = walked.last().map(|(position, _)| *position);
        let page =
            store.digests_behind(LogRange { after: behind, until: all[10].0, limit: 4 }).await.unwrap();
        assert!(page.len() <= 4);
        if page.is_empty() {
            break;
        }
        walked.extend(page);
    }
    assert_eq!(walked, all[..11], "up to a position, and with it");
    let last = store.last_change(profile_domain::change::RecordKind::Account, "4").await.unwrap().unwrap();
    assert_eq!(all[11], (last.id, last.digest));
}
