//! Checkpoints follow the log: one an interval however many servers there are, each going on from the last.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a test fails by panicking

use std::sync::Arc;

use chrono::DateTime;
use profile_domain::{
    chain::{Checkpoint, SignedCheckpoint, fold},
    change::Digest,
};
use profile_ports::{Checkpoints as _, Commits as _, Page, Signer, Unavailable};
use profile_testkit::{
    fixed::{COMMITTED_AT, FixedClock},
    fixtures::{account, commit, customer},
    memory::{MemoryStore, PlainSigner},
};
use profile_usecases::{Checkpointed, Checkpointer};
use serde_json::Value;

fn checkpointer(store: &Arc<MemoryStore>) -> Checkpointer {
    Checkpointer::new(Arc::clone(store) as _, Arc::new(PlainSigner), Arc::new(FixedClock::at(COMMITTED_AT)))
}

async fn all(store: &MemoryStore) -> Vec<SignedCheckpoint> {
    store.checkpoints_behind(Page::first(100)).await.unwrap()
}

async fn write(store: &MemoryStore, numbers: std::ops::RangeInclusive<i64>) {
    for number in numbers {
        store.commit(commit(None, customer(number))).await.unwrap();
    }
}

#[tokio::test]
async fn each_goes_on_from_the_last_and_covers_the_whole_log() {
    let store = Arc::new(MemoryStore::default());
    let mut server = checkpointer(&store);
    assert_eq!(server.step().await.unwrap(), Checkpointed::Unchanged);
    write(&store, 1..=3).await;
    assert_eq!(server.step().await.unwrap(), Checkpointed::Added);
    assert_eq!(server.step().await.unwrap(), Checkpointed::Unchanged);
    write(&store, 4..=5).await;
    assert_eq!(server.step().await.unwrap(), Checkpointed::Added);

    let mut log = Vec::new();
    store.alter_log(|changes| log.clone_from(changes));
    let digest = |count: usize| {
        log[..count].iter().fold(Digest::default(), |digest, change| fold(digest, &change.digest))
    };
    let at = DateTime::from_timestamp(COMMITTED_AT, 0).unwrap();
    let expected = [3, 5].map(|count| Checkpoint {
        position: log[count - 1].id,
        count: i64::try_from(count).unwrap(),
        digest: digest(count),
        at,
    });
    let all = all(&store).await;
    assert_eq!(all.iter().map(|one| one.checkpoint).collect::<Vec<_>>(), expected);
    for SignedCheckpoint { checkpoint, jws } in &all {
        assert_eq!(*jws, format!("profile-checkpoint.{}.unsigned", checkpoint.payload()));
        let payload: Value = serde_json::from_str(&checkpoint.payload()).unwrap();
        assert_eq!(payload["count"], checkpoint.count);
        assert_eq!(payload["digest"], checkpoint.digest.to_string());
    }
}

#[tokio::test]
async fn a_log_of_several_batches_is_folded_whole() {
    let store = Arc::new(MemoryStore::default());
    store.commit(commit(None, account(1))).await.unwrap();
    store.alter_log(|changes| {
        let first = changes[0].clone();
        changes.extend((1..25_000_u128).map(|number| {
            let mut next = first.clone();
            next.id = uuid::Uuid::from_u128(first.id.as_u128() + number);
            next
        }));
    });
    assert_eq!(checkpointer(&store).step().await.unwrap(), Checkpointed::Added);
    assert_eq!(all(&store).await[0].checkpoint.count, 25_000);
}

#[tokio::test]
async fn of_several_servers_one_adds_the_next() {
    let store = Arc::new(MemoryStore::default());
    let (mut one, mut other) = (checkpointer(&store), checkpointer(&store));
    write(&store, 1..=1).await;
    assert_eq!(one.step().await.unwrap(), Checkpointed::Added);
    // It has seen none before, and nothing is new.
    assert_eq!(other.step().await.unwrap(), Checkpointed::Unchanged);
    write(&store, 2..=2).await;
    assert_eq!(one.step().await.unwrap(), Checkpointed::Added);
    write(&store, 3..=3).await;
    // The other one sees that one was added since, and has to wait for an interval.
    assert_eq!(other.step().await.unwrap(), Checkpointed::Added);
    assert_eq!(all(&store).await.len(), 2);
    // The first one is gone.
    assert_eq!(other.step().await.unwrap(), Checkpointed::Added);
    assert_eq!(all(&store).await.len(), 3);
}

#[tokio::test]
async fn a_server_that_starts_does_not_wait() {
    let store = Arc::new(MemoryStore::default());
    write(&store, 1..=1).await;
    checkpointer(&store).step().await.unwrap();
    write(&store, 2..=2).await;
    assert_eq!(checkpointer(&store).step().await.unwrap(), Checkpointed::Added);
    assert_eq!(all(&store).await.len(), 2);
}

struct NoSigner;

impl Signer for NoSigner {
    fn sign(&self, _: &str, _: &[u8]) -> Result<String, Unavailable> {
        Err(Unavailable::signer("no key pair is held"))
    }

    fn jwks(&self) -> Value {
        Value::Null
    }
}

#[tokio::test]
async fn what_cannot_be_signed_is_not_stored() {
    let store = Arc::new(MemoryStore::default());
    write(&store, 1..=1).await;
    let clock = Arc::new(FixedClock::at(COMMITTED_AT));
    let mut server = Checkpointer::new(Arc::clone(&store) as _, Arc::new(NoSigner), clock);
    assert!(server.step().await.is_err());
    assert_eq!(all(&store).await, []);
}
