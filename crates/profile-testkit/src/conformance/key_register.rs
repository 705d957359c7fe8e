//! Promises of [`KeyRegister`] and [`PersonKeys`](profile_ports::PersonKeys).

use std::sync::Arc;

use futures_util::future::join_all;
use profile_domain::{Claim, Head, PersonId, client::Client, sealed::WrappedKey};
use profile_ports::{
    Commit, CommitError, Forget, KeyHolder, KeyRegister, Page, PersonStep, Rewrapping, Store,
};
use uuid::Uuid;

use super::clients::whole;
use crate::fixtures::{commit, find, text, with_key};

fn wrapped(master: &str, byte: u8) -> WrappedKey {
    WrappedKey { master: master.to_owned(), bytes: vec![byte, 0, 255] }
}

/// Makes `name` the current master key.
async fn begin(store: &dyn KeyRegister, name: &str) {
    store.add_master_key(name).await.unwrap();
    assert!(store.set_known_key("master", None, name).await.unwrap());
}

/// Commits a new client together with a new key of its person.
async fn create(store: &dyn Store, client: &Client, fresh: &WrappedKey) -> Result<Vec<Head>, CommitError> {
    store.commit(with_key(commit(None, client.clone()), fresh)).await
}

pub async fn a_person_has_one_key<S: Store + KeyRegister>(store: Arc<S>) {
    begin(&*store, "old").await;
    let person = whole(1).person;
    assert_eq!(store.find_person_key(person).await.unwrap(), None);
    let fresh: Vec<WrappedKey> = (1..9).map(|byte| wrapped("old", byte)).collect();
    let clients: Vec<Client> = (1..9).map(|number| Client { person, ..whole(number) }).collect();
    let commits = clients.iter().zip(&fresh).map(|(client, fresh)| create(&*store, client, fresh));
    let outcomes = join_all(commits).await;
    let first = outcomes.iter().position(Result::is_ok).expect("one of them is stored");
    let taken = outcomes.iter().filter(|outcome| matches!(outcome, Err(CommitError::Stale)));
    assert_eq!(taken.count(), 7, "{outcomes:?}");
    let stored = fresh[first].clone();
    assert_eq!(store.find_person_key(person).await.unwrap().as_ref(), Some(&stored));
    for (number, client) in clients.iter().enumerate() {
        let found = find::<Client>(&*store, &client.sub).await.unwrap();
        let expected = (number == first).then(|| Client { key: Some(stored.clone()), ..client.clone() });
        assert_eq!(found, expected, "what was refused is not there");
    }

    store.add_master_key("new").await.unwrap();
    let others = store.person_keys_not_under("new", Page::first(10)).await.unwrap();
    assert_eq!(others, [(person, stored.clone())]);
    let (new, other) = (wrapped("new", 42), wrapped("old", 99));
    let rewrap = async |from: &WrappedKey| {
        let key = Rewrapping { from: from.clone(), to: new.clone() };
        store.rewrap_person_key(person, &key).await.unwrap()
    };
    assert!(!rewrap(&other).await, "not the key that was read");
    assert!(rewrap(&stored).await);
    assert_eq!(store.person_keys_not_under("new", Page::first(10)).await.unwrap(), []);
    assert_eq!(find::<Client>(&*store, &clients[first].sub).await.unwrap().unwrap().key, Some(new));
}

pub async fn a_key_comes_only_with_its_commit<S: Store + KeyRegister>(store: Arc<S>) {
    begin(&*store, "old").await;
    let (first, second) = (whole(1), Client { client_id: 1, ..whole(2) });
    store.commit(commit(None, first.clone())).await.unwrap();
    let taken = create(&*store, &second, &wrapped("old", 1)).await;
    assert!(matches!(taken, Err(CommitError::Taken(Claim { field: "client_id", .. }))), "{taken:?}");
    let stale = commit(Some(&first), Client { version: 7, ..first.clone() });
    let stale = store.commit(with_key(stale, &wrapped("old", 2))).await;
    assert!(matches!(stale, Err(CommitError::Stale)), "{stale:?}");
    assert_eq!(
        store.person_keys_not_under("", Page::first(10)).await.unwrap(),
        [],
        "no key without its client"
    );
    let next = Client { version: 2, ..first.clone() };
    store.commit(with_key(commit(Some(&first), next), &wrapped("old", 3))).await.unwrap();
    assert_eq!(store.find_person_key(first.person).await.unwrap(), Some(wrapped("old", 3)));
}

pub async fn a_new_key_is_wrapped_under_the_current_master_key<S: Store + KeyRegister>(store: Arc<S>) {
    let refused = |outcome| matches!(outcome, Err(CommitError::Missing("master_key")));
    let client = whole(1);
    assert_eq!(store.current_master().await.unwrap(), None);
    assert!(refused(create(&*store, &client, &wrapped("old", 1)).await));
    begin(&*store, "old").await;
    store.add_master_key("new").await.unwrap();
    assert!(store.set_known_key("master", Some("old"), "new").await.unwrap());
    assert_eq!(store.current_master().await.unwrap().as_deref(), Some("new"));
    assert!(refused(create(&*store, &client, &wrapped("old", 2)).await), "the rotation was faster");
    assert_eq!(find::<Client>(&*store, &client.sub).await.unwrap(), None);
    create(&*store, &client, &wrapped("new", 3)).await.unwrap();
    assert_eq!(store.find_person_key(client.person).await.unwrap(), Some(wrapped("new", 3)));
}

pub async fn keys_are_walked_by_person<S: Store + KeyRegister>(store: Arc<S>) {
    begin(&*store, "old").await;
    let mut people = Vec::new();
    for number in 1..=5 {
        let client = Client { person: PersonId(Uuid::from_u128(number)), ..whole(number) };
        create(&*store, &client, &wrapped("old", 1)).await.unwrap();
        people.push(client.person);
    }
    assert_eq!(store.count_person_keys("old").await.unwrap(), 5);
    let mut walked = Vec::new();
    let mut after = None;
    loop {
        let page = store.person_keys_not_under("new", Page { after, limit: 2 }).await.unwrap();
        let Some((last, _)) = page.last() else { break };
        after = Some(*last);
        walked.extend(page.into_iter().map(|(person, _)| person));
    }
    walked.sort();
    assert_eq!(walked, people);
}

pub async fn a_known_key_is_replaced_by_whoever_knows_it<S: Store + KeyRegister>(store: Arc<S>) {
    assert!(store.known_keys().await.unwrap().is_empty());
    let names: Vec<String> = (0..8).map(|number| format!("name {number}")).collect();
    let first = join_all(names.iter().map(|name| store.set_known_key("kind", None, name))).await;
    assert_eq!(first.iter().filter(|won| *won.as_ref().unwrap()).count(), 1);
    let known = store.known_keys().await.unwrap()["kind"].clone();
    assert!(!store.set_known_key("kind", Some("another"), "x").await.unwrap());
    assert!(!store.set_known_key("other kind", Some(&known), "x").await.unwrap());
    let next = join_all(names.iter().map(|name| store.set_known_key("kind", Some(&known), name))).await;
    assert!(next.iter().any(|won| *won.as_ref().unwrap()));
    assert_eq!(store.known_keys().await.unwrap().len(), 1);
}

pub async fn a_master_key_in_use_is_never_removed<S: Store + KeyRegister>(store: Arc<S>) {
    begin(&*store, "old").await;
    store.add_master_key("old").await.unwrap();
    create(&*store, &whole(1), &wrapped("old", 1)).await.unwrap();
    assert!(!store.remove_master_key("old").await.unwrap());
    store.add_master_key("unused").await.unwrap();
    assert!(store.remove_master_key("unused").await.unwrap());
    assert!(!store.remove_master_key("unused").await.unwrap());
    assert_eq!(store.master_keys().await.unwrap(), ["old"]);
    store.erase_person_keys("another").await.unwrap();
    assert_eq!(store.count_person_keys("old").await.unwrap(), 1);
    store.erase_person_keys("old").await.unwrap();
    assert!(store.remove_master_key("old").await.unwrap());
    assert!(store.master_keys().await.unwrap().is_empty());
}

pub async fn a_service_key_is_replaced_by_whoever_knows_it<S: Store + KeyRegister>(store: Arc<S>) {
    let (first, second) = (wrapped("old", 1), wrapped("new", 2));
    assert!(store.set_service_key("hash", None, &first).await.is_err(), "its master key is unknown");
    begin(&*store, "old").await;
    store.add_master_key("new").await.unwrap();
    assert!(store.set_service_key("hash", None, &first).await.unwrap());
    assert!(!store.set_service_key("hash", None, &second).await.unwrap());
    assert!(!store.set_service_key("hash", Some(&second), &second).await.unwrap());
    assert!(store.set_service_key("hash", Some(&first), &second).await.unwrap());
    assert_eq!(store.service_key("hash").await.unwrap(), Some(second));
    assert_eq!(store.service_key("other").await.unwrap(), None);
    assert!(!store.remove_master_key("new").await.unwrap());
    assert!(store.remove_master_key("old").await.unwrap());
}

pub async fn holders_come_and_go<S: Store + KeyRegister>(store: Arc<S>) {
    let one = KeyHolder {
        server: Uuid::from_u128(7),
        host: "a host".to_owned(),
        beat: 1,
        keys: vec!["a".to_owned(), "b".to_owned()],
    };
    store.set_key_holder(&one).await.unwrap();
    let later = KeyHolder { beat: 2, keys: Vec::new(), ..one };
    store.set_key_holder(&later).await.unwrap();
    assert_eq!(store.key_holders().await.unwrap(), std::slice::from_ref(&later));
    store.remove_key_holder(later.server).await.unwrap();
    assert_eq!(store.key_holders().await.unwrap(), []);
}

pub async fn an_erasure_takes_the_key_and_the_alias_of_the_person<S: Store + KeyRegister>(store: Arc<S>) {
    begin(&*store, "old").await;
    let (erased, other) = (whole(1), whole(2));
    for (client, alias) in [(&erased, "crm:1"), (&other, "crm:2")] {
        store.person_called(&text(alias), client.person).await.unwrap();
        create(&*store, client, &wrapped("old", 1)).await.unwrap();
    }
    let forget = async |is_whole| {
        let forget = Forget { person: erased.person, records: Vec::new(), is_whole };
        let steps = vec![PersonStep::Forget(Box::new(forget))];
        store.commit(Commit { writes: Vec::new(), reply: None, steps }).await.unwrap();
    };
    let has_both = async |client: &Client, alias: &str| {
        let has_key = store.find_person_key(client.person).await.unwrap().is_some();
        let alias = text(alias);
        let found = store.find_person(&alias).await.unwrap();
        let called = store.alias_of(client.person).await.unwrap();
        assert_eq!((found.is_some(), called.is_some()), (has_key, has_key), "both or neither");
        has_key
    };
    forget(false).await;
    assert!(has_both(&erased, "crm:1").await, "something of the person is held");
    forget(true).await;
    assert!(!has_both(&erased, "crm:1").await);
    assert!(has_both(&other, "crm:2").await, "another person's stay");
}
