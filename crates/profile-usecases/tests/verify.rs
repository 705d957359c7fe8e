//! A record that its history does not tell is found.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // a test fails by panicking

use profile_domain::{
    account::Account,
    chain::digest,
    change::{ChangeRecord, Reason, RecordKind, Value},
    client::Client,
    history::Fault,
    sealed::WrappedKey,
};
use profile_ports::{Commits as _, KeyRegister as _, Repository};
use profile_testkit::{
    fixtures::{account, commit, commit_after, customer, login, person, text, with_key},
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

/// What is found after the log was altered, which had three changes of account 1 and two of account 2.
async fn found_after(alter: impl FnOnce(&mut Vec<ChangeRecord>)) -> Vec<(String, String)> {
    let store = MemoryStore::default();
    for (number, versions) in [(1, 3), (2, 2)] {
        let mut made = commit(None, account(number));
        made.writes[0].draft.cause.reason = Some(Reason::Text(text("asked by phone")));
        store.commit(made).await.unwrap();
        for version in 2..=versions {
            let stored = Repository::<Account>::find(&store, &login(number)).await.unwrap().unwrap();
            let next = Account { update_time: version, ..stored.record.clone() };
            store.commit(commit_after(&stored, next)).await.unwrap();
        }
    }
    store.alter_log(alter);
    let (_, findings) = findings(&store).await;
    let told = findings.into_iter().map(|found| (found.key.unwrap_or_default(), found.problem.to_string()));
    told.collect()
}

#[tokio::test]
async fn whatever_is_altered_in_the_log_is_found_and_named() {
    assert_eq!(found_after(|_| {}).await, []);
    let broken = |version: i64| [("1".to_owned(), Fault::Chain { version }.to_string())];
    let value = |log: &mut Vec<ChangeRecord>| log[0].fields[0].new = Value::Text(text("another"));
    assert_eq!(found_after(value).await[0], broken(1)[0]);
    let reason = |log: &mut Vec<ChangeRecord>| log[0].cause.reason = Some(Reason::Text(text("asked by fax")));
    assert_eq!(found_after(reason).await, broken(1));
    assert_eq!(found_after(|log| log[1].cause.actor.push('x')).await, broken(2));
    assert_eq!(found_after(|log| log[1].at = log[0].at).await, broken(2));
    let swapped = |log: &mut Vec<ChangeRecord>| {
        log.swap(0, 1);
        (log[0].version, log[1].version) = (1, 2);
    };
    assert_eq!(found_after(swapped).await[0], broken(1)[0]);
    let gap = [("1".to_owned(), Fault::Gap(2).to_string())];
    assert_eq!(found_after(|log| drop(log.remove(1))).await, gap);
    // Nothing follows the last one but the record's row.
    let last = found_after(|log| drop(log.remove(2))).await;
    assert_eq!(last.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(), ["1"], "{last:?}");
    // Whoever alters the last one and its digest leaves the record with another one.
    let altered = |log: &mut Vec<ChangeRecord>| {
        log[2].cause.actor.push('x');
        log[2].digest = digest(&log[2], Some(&log[1].digest));
    };
    let last = found_after(altered).await;
    assert_eq!(last.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(), ["1"], "{last:?}");
}

#[tokio::test]
async fn what_it_does_not_tell_is_found() {
    let store = MemoryStore::default();
    let mut untrue = commit(None, account(1));
    untrue.writes[0].draft.fields.retain(|change| change.field != "name");
    store.commit(untrue).await.unwrap();
    let mut broken = commit(None, account(2));
    let from_elsewhere = broken.writes[0].draft.fields.iter_mut().find(|change| change.field == "name");
    from_elsewhere.unwrap().old = Value::Text(text("another"));
    store.commit(broken).await.unwrap();
    let mut lost = commit(None, account(3));
    lost.writes[0].draft.key = "4".to_owned();
    store.commit(lost).await.unwrap();

    let (_, findings) = findings(&store).await;
    let of = |key: &str, fault| Finding {
        kind: RecordKind::Account,
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
