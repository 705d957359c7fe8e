//! Promises of [`Feed`](profile_ports::Feed).

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::future::join_all;
use profile_domain::{
    account::Account,
    change::{ChangeRecord, RecordKind},
};
use profile_ports::{CommitError, Page, Store};
use uuid::Uuid;

use super::store::{create, renamed};
use crate::fixtures::{account, commit, customer, find, login, upload};

/// Waits until everything that was committed is closed.
async fn closed(store: &dyn Store, changes: usize) -> Vec<ChangeRecord> {
    for _ in 0..500 {
        let all = store.changes_behind(Page::first(u32::MAX)).await.unwrap();
        if all.len() >= changes {
            return all;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the log is not closed")
}

pub async fn the_log_is_walked_in_the_order_of_its_positions(store: Arc<dyn Store>) {
    assert_eq!(store.closed_position().await.unwrap(), None);
    for number in 1..=10 {
        let first = create(&*store, account(number)).await;
        store.commit(commit(Some(&first), renamed(&first, "second"))).await.unwrap();
        store.commit(commit(None, customer(number))).await.unwrap();
        store.commit(commit(None, upload(u32::try_from(number).unwrap()))).await.unwrap();
    }
    let all = closed(&*store, 40).await;
    assert_eq!(all.len(), 40);
    assert!(all.is_sorted_by(|one, next| one.id < next.id && one.at <= next.at));
    let place = |change: &ChangeRecord| (change.kind, change.key.clone(), change.version);
    let expected: Vec<_> = (1..=10)
        .flat_map(|number: u32| {
            let key = number.to_string();
            [
                (RecordKind::Account, key.clone(), 1),
                (RecordKind::Account, key.clone(), 2),
                (RecordKind::Customer, key, 1),
                (RecordKind::Upload, upload(number).id.to_string(), 1),
            ]
        })
        .collect();
    assert_eq!(all.iter().map(place).collect::<Vec<_>>(), expected, "one writer is seen in its own order");
    let (mut walked, mut position) = (Vec::new(), None);
    loop {
        let page = store.changes_behind(Page { after: position, limit: 7 }).await.unwrap();
        assert!(page.len() <= 7);
        let Some(last) = page.last() else { break };
        position = Some(last.id);
        walked.extend(page);
    }
    assert_eq!(walked, all);
    assert_eq!(store.closed_position().await.unwrap(), position);
    assert!(store.changes_behind(Page { after: Some(Uuid::max()), limit: 7 }).await.unwrap().is_empty());
}

/// Changes of all writers together.
const CHANGES: usize = 800;
const RECORDS: i64 = 20;

/// Follows the log until it has seen every change, and checks that it sees each once and in order.
async fn follow(store: Arc<dyn Store>) {
    let (mut position, mut seen, mut versions) = (None, BTreeSet::new(), BTreeMap::new());
    while seen.len() < CHANGES {
        let page = store.changes_behind(Page { after: position, limit: 50 }).await.unwrap();
        for change in &page {
            assert!(position.is_none_or(|position| change.id > position), "positions grow");
            position = Some(change.id);
            assert!(seen.insert(change.id), "no change comes twice");
            let version: &mut i64 = versions.entry(change.key.clone()).or_default();
            *version += 1;
            assert_eq!(*version, change.version, "record {}", change.key);
        }
        if page.is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

pub async fn nobody_who_follows_the_log_misses_a_change(store: Arc<dyn Store>) {
    let left = Arc::new(AtomicUsize::new(CHANGES - usize::try_from(RECORDS).unwrap()));
    let followers = [0, 1].map(|_| tokio::spawn(follow(Arc::clone(&store))));
    for number in 1..=RECORDS {
        create(&*store, account(number)).await;
    }
    let writers = (0..8).map(|writer| {
        let (store, left) = (Arc::clone(&store), Arc::clone(&left));
        tokio::spawn(async move {
            let mut number = writer;
            while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
            {
                loop {
                    number = number % RECORDS + 1;
                    let current = find::<Account>(&*store, &login(number)).await.unwrap().unwrap();
                    let next = renamed(&current, &format!("by {writer} at {}", current.version));
                    match store.commit(commit(Some(&current), next)).await {
                        Ok(_) => break,
                        Err(CommitError::Stale) => {}
                        Err(error) => panic!("{error}"),
                    }
                }
            }
        })
    });
    for task in join_all(writers).await.into_iter().chain(join_all(followers).await) {
        task.unwrap();
    }
}
