//! A log that is not what it was is found at the first checkpoint behind each difference, and nowhere else.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // a test fails by panicking

use std::sync::Arc;

use profile_domain::{
    chain::SignedCheckpoint,
    change::{ChangeRecord, Digest},
};
use profile_ports::{Checkpoints as _, Commits as _, Page};
use profile_testkit::{
    fixed::{COMMITTED_AT, FixedClock},
    fixtures::{commit, customer},
    memory::{MemoryStore, PlainSigner},
};
use profile_usecases::{CheckpointFault, Checkpointer, verify_checkpoints, verify_stored_checkpoints};

/// What is found after a log of six changes was altered, which has a checkpoint after each second one: the number of changes that
/// the checkpoint had, and what is wrong.
async fn found_after(alter: impl FnOnce(&mut Vec<ChangeRecord>)) -> Vec<(i64, CheckpointFault)> {
    let store = Arc::new(MemoryStore::default());
    let clock = Arc::new(FixedClock::at(COMMITTED_AT));
    let mut server = Checkpointer::new(Arc::clone(&store) as _, Arc::new(PlainSigner), clock);
    for number in 1..=6 {
        store.commit(commit(None, customer(number))).await.unwrap();
        if number % 2 == 0 {
            server.step().await.unwrap();
        }
    }
    let mut kept = store.checkpoints_behind(Page::first(10)).await.unwrap();
    store.alter_log(alter);
    let (mut stored, mut seen) = (Vec::new(), 0);
    let mut note = |signed: &SignedCheckpoint, fault| stored.push((signed.checkpoint.count, fault));
    let count = verify_stored_checkpoints(&*store, &mut note, |_| seen += 1).await.unwrap();
    assert_eq!((count, seen), (3, 3));
    kept.reverse();
    let mut of_file = Vec::new();
    let note = |signed: &SignedCheckpoint, fault| of_file.push((signed.checkpoint.count, fault));
    verify_checkpoints(&*store, kept, note).await.unwrap();
    assert_eq!(stored, of_file, "in whatever order they were kept");
    stored
}

#[tokio::test]
async fn each_difference_is_found_once() {
    assert_eq!(found_after(|_| {}).await, []);
    let other = Digest([7; 32]);
    assert_eq!(found_after(|log| log[2].digest = other).await, [(4, CheckpointFault::Digest)]);
    let swapped = |log: &mut Vec<ChangeRecord>| {
        let first = log[2].digest;
        log[2].digest = log[3].digest;
        log[3].digest = first;
    };
    assert_eq!(found_after(swapped).await, [(4, CheckpointFault::Digest)]);
    assert_eq!(found_after(|log| drop(log.remove(2))).await, [(4, CheckpointFault::Count(3))]);
    assert_eq!(found_after(|log| drop(log.remove(3))).await, [(4, CheckpointFault::Position)]);
    let several = |log: &mut Vec<ChangeRecord>| {
        log[0].digest = other;
        log.remove(4);
    };
    let both = [(2, CheckpointFault::Digest), (6, CheckpointFault::Count(5))];
    assert_eq!(found_after(several).await, both);
}

#[tokio::test]
async fn a_log_that_was_cut_is_found_at_the_first_checkpoint_behind_its_end() {
    assert_eq!(found_after(|log| log.truncate(5)).await, [(6, CheckpointFault::Cut)]);
    assert_eq!(found_after(|log| log.truncate(3)).await, [(4, CheckpointFault::Cut)]);
    assert_eq!(found_after(Vec::clear).await, [(2, CheckpointFault::Cut)]);
}
