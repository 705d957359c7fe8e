//! A record that its history does not tell is found.
#![allow(clippy::unwrap_used)] // a test fails by panicking

use profile_domain::{
    account::Account,
    chain::digest,
    change::{Facet, Value},
    client::Client,
    history::Fault,
    sealed::WrappedKey,
};
use profile_ports::{Commit, KeyRegister as _, Repository};
use profile_testkit::{
    fixtures::{account, commit, commit_after, customer, person, text, with_key},
    memory::{EmptyVault, MemoryStore},
};
use profile_usecases::{Finding, Verified, verify};

async fn findings(store: &MemoryStore) -> (Verified, Vec<Finding>) {
    let mut findings = Vec::new();
    let verified = verify(store, &EmptyVault, |finding| findings.push(finding), |_| {}).await.unwrap();
    (verified, findings)
}

#[tokio::test]
async fn what_the_log_tells_is_verified() {
    let store = MemoryStore::default();
    assert_eq!(findings(&store).await, (Verified::default(), Vec::new()));
    let first = account(1);
    store.commit(commit(None, first.clone())).await.unwrap();
    let next = Account { version: 2, update_time: 5, ..first.clone() };
    let stored = Repository::<Account>::find(&store, &first.login).await.unwrap().unwrap();
    store.commit(commit_after(&stored, next)).await.unwrap();
    store.commit(commit(None, customer(1))).await.unwrap();
    assert_eq!(findings(&store).await, (Verified { records: 2, changes: 3 }, Vec::new()));
}

/// Gives a change that was altered the digest that it would have had.
fn chain_again<T>(commit: &mut Commit<T>) {
    commit.record.digest = digest(&commit.record, None);
}

#[tokio::test]
async fn an_altered_log_is_found_by_its_digests() {
    let store = MemoryStore::default();
    let mut altered = commit(None, account(1));
    altered.record.cause.actor = "operator".to_owned();
    store.commit(altered).await.unwrap();
    // Whoever alters the last change and its digest leaves the record with another one.
    let mut last = commit(None, account(2));
    last.record.cause.actor = "operator".to_owned();
    let head = last.record.digest;
    chain_again(&mut last);
    store.commit(last).await.unwrap();
    store.set_head(Facet::Account, "2", head);
    let (_, findings) = findings(&store).await;
    let faults: Vec<String> = findings.iter().map(|finding| finding.problem.to_string()).collect();
    assert_eq!(faults.len(), 2, "{faults:?}");
}

#[tokio::test]
async fn what_it_does_not_tell_is_found() {
    let store = MemoryStore::default();
    let mut untrue = commit(None, account(1));
    untrue.record.fields.retain(|change| change.field != "name");
    chain_again(&mut untrue);
    store.commit(untrue).await.unwrap();
    let mut broken = commit(None, account(2));
    let from_elsewhere = broken.record.fields.iter_mut().find(|change| change.field == "name");
    from_elsewhere.unwrap().old = Value::Text(text("another"));
    chain_again(&mut broken);
    store.commit(broken).await.unwrap();
    let mut lost = commit(None, account(3));
    lost.record.key = "4".to_owned();
    chain_again(&mut lost);
    store.commit(lost).await.unwrap();

    let (_, findings) = findings(&store).await;
    let of = |key: &str, fault| Finding {
        facet: Facet::Account,
        key: Some(key.to_owned()),
        problem: profile_usecases::Problem::Fault(fault),
    };
    assert_eq!(
        findings,
        [
            of("1", Fault::Fields(vec!["name".to_owned()])),
            of("2", Fault::Break { version: 1, field: "name".to_owned() }),
            of("4", Fault::Lost),
        ]
    );
}

#[tokio::test]
async fn a_key_that_does_not_open_is_found_and_an_erased_one_is_not() {
    let store = MemoryStore::default();
    let client = Client { version: 1, client_id: 1, ..Client::new(uuid::Uuid::from_u128(1), person()) };
    store.commit(commit(None, client.clone())).await.unwrap();
    assert_eq!(findings(&store).await.1, []);
    assert!(store.set_known_key("master", None, "lost").await.unwrap());
    let key = WrappedKey { master: "lost".to_owned(), bytes: vec![1] };
    let next = Client { version: 2, ..client.clone() };
    let stored = Repository::<Client>::find(&store, &client.sub).await.unwrap().unwrap();
    store.commit(with_key(commit_after(&stored, next), &key)).await.unwrap();
    let (_, findings) = findings(&store).await;
    let problems: Vec<String> = findings.iter().map(|finding| finding.problem.to_string()).collect();
    assert_eq!(problems, ["the key of the person does not open: no key is held"]);
}
