//! The search of people follows the log: one server at a time, of records as they stand.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a test fails by panicking

use std::sync::Arc;

use profile_domain::{
    PersonId, Text,
    account::{Account, Customer},
    change::{RecordKind, Value},
    history::State,
    operator::search::{PersonQuery, SearchEntry},
};
use profile_ports::{Commits as _, Page, PersonSearch, Persons as _, SearchIndex as _, SearchScope, Store};
use profile_testkit::{
    fixtures::{account, commit, commit_after, customer, end, file, saved, text},
    memory::MemoryStore,
};
use profile_usecases::{Followed, SearchFollower, rebuild_search};
use uuid::Uuid;

fn search(text: &str) -> PersonSearch {
    let scope = SearchScope { with_personal: true, kinds: Vec::new() };
    PersonSearch { query: PersonQuery::of(text), scope }
}

fn follower(store: &Arc<MemoryStore>, number: u128) -> SearchFollower {
    SearchFollower::new(Arc::clone(store) as Arc<dyn Store>, Uuid::from_u128(number))
}

async fn named(store: &MemoryStore, text: &str) -> Vec<PersonId> {
    store.find_named(&search(text), Page::first(10)).await.unwrap()
}

async fn identified(store: &MemoryStore, text: &str) -> Vec<PersonId> {
    store.find_identified(&search(text), Page::first(10)).await.unwrap()
}

async fn called(store: &MemoryStore, number: i64, name: &str) -> Account {
    let mut next = account(number);
    next.profile.name = text(name);
    store.commit(commit(None, next.clone())).await.unwrap();
    next
}

#[tokio::test]
async fn people_are_found_by_records_as_they_stand() {
    let store = Arc::new(MemoryStore::default());
    let mut follower = follower(&store, 1);
    let zoe = called(&store, 70021, "Zoë").await;
    store.commit(commit(None, file())).await.unwrap();
    assert_eq!(follower.step().await.unwrap(), Followed::All(2));
    assert_eq!(follower.step().await.unwrap(), Followed::All(0));
    assert_eq!(named(&store, "zoe").await, [zoe.person]);

    let before = saved::<Account>(&*store, &zoe.login).await.unwrap();
    let mut next = before.record.clone();
    next.profile.name = text("Nora");
    store.commit(commit_after(&before, next)).await.unwrap();
    assert_eq!(follower.step().await.unwrap(), Followed::All(1));
    assert_eq!((named(&store, "zoe").await, named(&store, "nora").await), (vec![], vec![zoe.person]));

    let last = saved::<Account>(&*store, &zoe.login).await.unwrap();
    store.commit(end(&last)).await.unwrap();
    follower.step().await.unwrap();
    assert_eq!((named(&store, "nora").await, identified(&store, "70021").await), (vec![], vec![]));
}

#[tokio::test]
async fn what_is_searched_is_written_where_a_change_may_alter_it_and_nowhere_else() {
    let store = Arc::new(MemoryStore::default());
    let mut follower = follower(&store, 1);
    let zoe = called(&store, 70021, "Zoë").await;
    follower.step().await.unwrap();
    let person = PersonId(Uuid::from_u128(77));
    let mut update = async |change: fn(&mut Account, PersonId)| {
        let before = saved::<Account>(&*store, &zoe.login).await.unwrap();
        let mut next = before.record.clone();
        change(&mut next, person);
        store.commit(commit_after(&before, next)).await.unwrap();
        assert_eq!(follower.step().await.unwrap(), Followed::All(1));
        (named(&store, "marker").await, named(&store, "zoe").await)
    };
    let as_it_was = (vec![zoe.person], vec![]);
    update(|account, _| account.profile.city = text("Lund")).await;
    // Something else stands there, so that it shows whether it is written again.
    assert!(store.store_search_entries(&[marker_of(&zoe, 2)], None).await.unwrap());
    let seen = update(|account, _| account.profile.city = text("Malmö")).await;
    assert_eq!(seen, as_it_was, "a city is not searched");
    let seen = update(|account, person| {
        account.profile.city = text("Ystad");
        account.person = person;
    });
    assert_eq!(seen.await, (vec![], vec![person]), "it is another person's");
}

#[tokio::test]
async fn identifiers_are_written_where_a_change_may_alter_them_and_not_with_each_name() {
    let store = Arc::new(MemoryStore::default());
    let mut follower = follower(&store, 1);
    let zoe = called(&store, 70021, "Zoë").await;
    follower.step().await.unwrap();
    // Something else stands there, so that it shows what is written again.
    let phone = [("phone".to_owned(), Value::Text(text("555 1234567")))];
    let state = State { version: 1, fields: phone.into(), ..State::default() };
    let marker = SearchEntry::of_record(RecordKind::Account, "70021", zoe.person, &state);
    assert!(store.store_search_entries(&[marker], None).await.unwrap());
    let update = async |change: fn(&mut Account)| {
        let before = saved::<Account>(&*store, &zoe.login).await.unwrap();
        let mut next = before.record.clone();
        change(&mut next);
        store.commit(commit_after(&before, next)).await.unwrap();
    };
    update(|account| account.profile.name = text("Nora")).await;
    update(|account| account.profile.name = text("Mira")).await;
    assert_eq!(follower.step().await.unwrap(), Followed::All(2));
    assert_eq!(named(&store, "mira").await, [zoe.person]);
    assert_eq!(identified(&store, "5551234567").await, [zoe.person], "a name is no identifier");
    update(|account| account.profile.name = text("Omar")).await;
    update(|account| account.profile.phone = text("777 7654321")).await;
    update(|account| account.profile.name = text("Omar K")).await;
    assert_eq!(follower.step().await.unwrap(), Followed::All(3));
    assert_eq!(identified(&store, "5551234567").await, []);
    assert_eq!(identified(&store, "7777654321").await, [zoe.person], "it is among the changes");
}

#[tokio::test]
async fn many_changes_are_followed_in_steps_and_a_record_is_written_once_in_each() {
    let store = Arc::new(MemoryStore::default());
    let mut follower = follower(&store, 1);
    let zoe = called(&store, 70021, "Zoë").await;
    for number in 1..=11_000 {
        let before = saved::<Account>(&*store, &zoe.login).await.unwrap();
        let mut next = before.record.clone();
        next.profile.name = text(format!("Zoë {number}"));
        store.commit(commit_after(&before, next)).await.unwrap();
    }
    assert_eq!(follower.step().await.unwrap(), Followed::Some(10_000));
    assert_eq!(named(&store, "zoë 11000").await, [zoe.person], "it is told as it stands");
    let beat = store.search_progress().await.unwrap().beat;
    assert_eq!(follower.step().await.unwrap(), Followed::All(1_001));
    assert_eq!(store.search_progress().await.unwrap().beat, beat + 1);
    assert_eq!(follower.step().await.unwrap(), Followed::All(0));
}

#[tokio::test]
async fn what_is_searched_of_many_records_is_stored_in_parts() {
    let store = Arc::new(MemoryStore::default());
    for number in 1..=450 {
        called(&store, number, "Zoë").await;
    }
    let mut first = follower(&store, 1);
    assert_eq!(first.step().await.unwrap(), Followed::All(450), "more than are written at once");
    let all = store.find_named(&search("zoë"), Page::first(1_000)).await.unwrap();
    assert_eq!(all.len(), 450);
    assert_eq!(store.search_progress().await.unwrap().beat, 10, "it began, and wrote nine parts");
}

fn marker_of(account: &Account, version: i64) -> SearchEntry {
    let state = State {
        version,
        fields: [("name".to_owned(), Value::Text(text("Marker")))].into(),
        ..State::default()
    };
    SearchEntry::of_record(RecordKind::Account, &account.login.to_string(), account.person, &state)
}

#[tokio::test]
async fn nobody_is_found_by_values_that_were_erased_before_they_were_followed() {
    let store = Arc::new(MemoryStore::default());
    let zoe = called(&store, 70021, "Zoë").await;
    store.commit(end(&saved::<Account>(&*store, &zoe.login).await.unwrap())).await.unwrap();
    let nora = called(&store, 70022, "Nora").await;
    store.alter_log(|changes| {
        for field in changes.iter_mut().flat_map(|change| &mut change.fields) {
            field.new = Value::Redacted(profile_domain::change::Digest([0; 32]));
        }
    });
    follower(&store, 1).step().await.unwrap();
    assert_eq!(named(&store, "zoe").await, []);
    assert_eq!(named(&store, "nora").await, [nora.person], "the record stands");
}

#[tokio::test]
async fn a_person_is_found_by_what_an_operator_calls_them() {
    let store = Arc::new(MemoryStore::default());
    let one: Customer = customer(1);
    let alias: Text = text("CRM-7");
    store.person_called(&alias, one.person).await.unwrap();
    store.commit(commit(None, one.clone())).await.unwrap();
    follower(&store, 1).step().await.unwrap();
    assert_eq!(identified(&store, "crm-7").await, [one.person]);
}

#[tokio::test]
async fn whoever_starts_takes_over_and_the_other_one_waits() {
    let store = Arc::new(MemoryStore::default());
    let (mut first, mut second) = (follower(&store, 1), follower(&store, 2));
    called(&store, 1, "Zoë").await;
    assert_eq!(first.step().await.unwrap(), Followed::All(1));
    called(&store, 2, "Nora").await;
    assert_eq!(second.step().await.unwrap(), Followed::All(1));
    called(&store, 3, "Mira").await;
    assert_eq!(first.step().await.unwrap(), Followed::Waiting);
    assert_eq!(second.step().await.unwrap(), Followed::All(1));
    assert_eq!(named(&store, "mira").await.len(), 1);
    second.end().await;
    called(&store, 4, "Mira").await;
    assert_eq!(first.step().await.unwrap(), Followed::All(1), "nobody follows");
    assert_eq!(named(&store, "mira").await.len(), 2);
}

#[tokio::test]
async fn a_follower_that_stands_still_is_followed_by_another_once_there_is_something_to_follow() {
    let store = Arc::new(MemoryStore::default());
    let (mut first, mut dead) = (follower(&store, 1), follower(&store, 2));
    first.step().await.unwrap();
    dead.step().await.unwrap();
    for _ in 0..20 {
        assert_eq!(first.step().await.unwrap(), Followed::Waiting, "nothing happens");
    }
    called(&store, 1, "Zoë").await;
    assert_eq!(first.step().await.unwrap(), Followed::All(1));
    assert_eq!(dead.step().await.unwrap(), Followed::Waiting, "it was not dead");
}

#[tokio::test]
async fn a_search_that_is_made_anew_finds_the_same() {
    let store = Arc::new(MemoryStore::default());
    for number in 1..=5_600 {
        called(&store, number, "Zoë").await;
    }
    let mut server = follower(&store, 1);
    while server.step().await.unwrap() != Followed::All(0) {}
    let found = named(&store, "zoe").await;
    assert_eq!(found.len(), 10);
    let mut told = Vec::new();
    let rebuilt = rebuild_search(Arc::clone(&store) as Arc<dyn Store>, Uuid::from_u128(9), |changes, _| {
        told.push(changes);
    });
    assert_eq!(rebuilt.await.unwrap(), 5_600);
    assert_eq!(told, [5_000, 5_600]);
    assert_eq!(named(&store, "zoe").await, found);
    called(&store, 5_601, "Zoë").await;
    assert_eq!(server.step().await.unwrap(), Followed::All(1), "the server goes on by itself");
}

#[tokio::test]
async fn an_empty_log_is_made_anew_at_once() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::default());
    assert_eq!(rebuild_search(store, Uuid::from_u128(9), |_, _| {}).await.unwrap(), 0);
}
