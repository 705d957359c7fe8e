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
    assert_eq!(follower.step().await.unwrap(), Followed::Changes(2));
    assert_eq!(follower.step().await.unwrap(), Followed::Nothing);
    assert_eq!(named(&store, "zoe").await, [zoe.person]);

    let before = saved::<Account>(&*store, &zoe.login).await.unwrap();
    let mut next = before.record.clone();
    next.profile.name = text("Nora");
    store.commit(commit_after(&before, next)).await.unwrap();
    assert_eq!(follower.step().await.unwrap(), Followed::Changes(1));
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
        assert_eq!(follower.step().await.unwrap(), Followed::Changes(1));
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
    assert_eq!(first.step().await.unwrap(), Followed::Changes(1));
    called(&store, 2, "Nora").await;
    assert_eq!(second.step().await.unwrap(), Followed::Changes(1));
    called(&store, 3, "Mira").await;
    assert_eq!(first.step().await.unwrap(), Followed::Waiting);
    assert_eq!(second.step().await.unwrap(), Followed::Changes(1));
    assert_eq!(named(&store, "mira").await.len(), 1);
    second.end().await;
    called(&store, 4, "Mira").await;
    assert_eq!(first.step().await.unwrap(), Followed::Changes(1), "nobody follows");
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
    assert_eq!(first.step().await.unwrap(), Followed::Changes(1));
    assert_eq!(dead.step().await.unwrap(), Followed::Waiting, "it was not dead");
}

#[tokio::test]
async fn a_search_that_is_made_anew_finds_the_same() {
    let store = Arc::new(MemoryStore::default());
    for number in 1..=500 {
        called(&store, number, "Zoë").await;
    }
    let mut server = follower(&store, 1);
    while server.step().await.unwrap() != Followed::Nothing {}
    let found = named(&store, "zoe").await;
    assert_eq!(found.len(), 10);
    let mut told = Vec::new();
    let rebuilt = rebuild_search(Arc::clone(&store) as Arc<dyn Store>, Uuid::from_u128(9), |changes, _| {
        told.push(changes);
    });
    assert_eq!(rebuilt.await.unwrap(), 500);
    assert_eq!(told, [200, 400, 500]);
    assert_eq!(named(&store, "zoe").await, found);
    called(&store, 501, "Zoë").await;
    assert_eq!(server.step().await.unwrap(), Followed::Changes(1), "the server goes on by itself");
}

#[tokio::test]
async fn an_empty_log_is_made_anew_at_once() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::default());
    assert_eq!(rebuild_search(store, Uuid::from_u128(9), |_, _| {}).await.unwrap(), 0);
}
