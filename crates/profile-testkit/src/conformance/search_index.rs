//! Promises of [`SearchIndex`](profile_ports::SearchIndex).

use std::sync::Arc;

use profile_domain::{
    PersonId,
    change::{RecordKind, Value},
    history::State,
    operator::search::{PersonQuery, SearchEntry},
};
use profile_ports::{Page, PersonSearch, RecordRef, SearchProgress, SearchScope, SearchStep, Store};
use uuid::Uuid;

use crate::fixtures::text;

const EVERYTHING: SearchScope = SearchScope { with_personal: true, kinds: Vec::new() };
const PUBLIC: SearchScope = SearchScope { with_personal: false, kinds: Vec::new() };

fn person(number: u128) -> PersonId {
    PersonId(Uuid::from_u128(number))
}

fn entry(of: u128, kind: RecordKind, key: &str, version: i64, fields: &[(&str, &str)]) -> SearchEntry {
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), Value::word(value))).collect();
    SearchEntry::of_record(kind, key, person(of), &State { version, fields, ..State::default() })
}

fn customer(of: u128, fields: &[(&str, &str)]) -> SearchEntry {
    entry(of, RecordKind::Customer, &of.to_string(), 1, fields)
}

async fn stored(store: &dyn Store, entries: &[SearchEntry]) {
    store.store_search_entries(entries, None).await.unwrap();
}

fn search(text: &str, scope: &SearchScope) -> PersonSearch {
    PersonSearch { query: PersonQuery::of(text), scope: scope.clone() }
}

async fn identified(store: &dyn Store, text: &str, scope: &SearchScope) -> Vec<u128> {
    let found = store.find_identified(&search(text, scope), Page::first(100)).await.unwrap();
    found.into_iter().map(|person| person.0.as_u128()).collect()
}

async fn named(store: &dyn Store, text: &str, scope: &SearchScope) -> Vec<u128> {
    let found = store.find_named(&search(text, scope), Page::first(100)).await.unwrap();
    found.into_iter().map(|person| person.0.as_u128()).collect()
}

/// Why a person is found: kind, key, field, whether exactly.
async fn matches(
    store: &dyn Store,
    text: &str,
    of: u128,
) -> Vec<(Option<RecordKind>, String, Option<String>, bool)> {
    let mut found = store.search_matches(&search(text, &EVERYTHING), &[person(of)]).await.unwrap();
    found.sort();
    assert!(found.iter().all(|(found, _)| *found == person(of)));
    found.into_iter().map(|(_, one)| (one.kind, one.key, one.field, one.exact)).collect()
}

const CUSTOMER: Option<RecordKind> = Some(RecordKind::Customer);

pub async fn people_are_found_by_identifiers(store: Arc<dyn Store>) {
    let store = &*store;
    let alias = text("CRM-é");
    let shared = [("email", "Zoë@example.test"), ("full_name", "Zoë")];
    let user = entry(3, RecordKind::User, "user_4hTq81LmZp0Va", 1, &[("username", "Nora-V")]);
    let long = customer(4, &[("email", &"é".repeat(1024))]);
    let called = SearchEntry::of_alias(person(2), Some(&alias));
    stored(store, &[customer(2, &shared), customer(1, &shared), user, called, long]).await;
    assert_eq!(identified(store, "ZOE\u{308}@EXAMPLE.TEST", &EVERYTHING).await, [1, 2]);
    assert_eq!(identified(store, "user_4hTq81LmZp0Va", &EVERYTHING).await, [3]);
    assert_eq!(identified(store, "nora-v", &EVERYTHING).await, [3]);
    assert_eq!(identified(store, "crm-É", &EVERYTHING).await, [2]);
    for nobody in ["user_4htq81lmzp0va", "zoe@example.test", "zoë", "", "%", "_", "\\", "'", "\"", "\0"] {
        assert_eq!(identified(store, nobody, &EVERYTHING).await, [0; 0], "{nobody}");
    }
    let next = Page { after: Some(person(1)), limit: 1 };
    let behind = store.find_identified(&search("zoë@example.test", &EVERYTHING), next).await.unwrap();
    assert_eq!(behind, [person(2)]);
    let found = [(CUSTOMER, "1".to_owned(), Some("email".to_owned()), true)];
    assert_eq!(matches(store, "zoë@example.test", 1).await, found);
    assert_eq!(matches(store, "1", 1).await, [(CUSTOMER, "1".to_owned(), None, true)]);
    let found = [(None, person(2).0.to_string(), Some("alias".to_owned()), true)];
    assert_eq!(matches(store, "crm-é", 2).await, found);
    stored(store, &[SearchEntry::of_alias(person(2), None)]).await;
    stored(store, &[SearchEntry::of_alias(person(2), Some(&alias))]).await;
    assert_eq!(identified(store, "crm-é", &EVERYTHING).await, [0; 0], "an erased alias stays so");
}

pub async fn people_are_found_by_phones(store: Arc<dyn Store>) {
    let store = &*store;
    for (number, phone) in
        [(1, "+46 70-123 45 67"), (2, "070/1234567"), (3, "1234567"), (4, "0000000"), (5, "9 10000000")]
    {
        stored(store, &[customer(number, &[("phone", phone)])]).await;
    }
    for (text, found) in [
        ("+46701234567", vec![1, 2, 3]),
        ("(070) 123.4567", vec![1, 2, 3]),
        ("123 45 67", vec![1, 2, 3]),
        ("99 1234567", vec![3]),
        ("000-00-00", vec![4]),
        ("00000000", vec![]),
        ("10000000", vec![5]),
        ("23 45 67", vec![]),
        ("123 45 6%", vec![]),
    ] {
        assert_eq!(identified(store, text, &EVERYTHING).await, found, "{text}");
    }
    let phone = |of: u128, exact| (CUSTOMER, of.to_string(), Some("phone".to_owned()), exact);
    assert_eq!(matches(store, "46701234567", 1).await, [phone(1, true)]);
    assert_eq!(matches(store, "46701234567", 2).await, [phone(2, false)]);
}

pub async fn people_are_found_by_parts_of_names(store: Arc<dyn Store>) {
    let store = &*store;
    let split = [("first_name", "Zoë"), ("last_name", "Lindqvist")];
    stored(
        store,
        &[
            customer(1, &[("full_name", "Zoë Lindqvist")]),
            customer(2, &split),
            customer(3, &[("first_name", "Zoë")]),
            entry(3, RecordKind::Member, "3", 1, &[("family_name", "Lindqvist")]),
            customer(4, &[("full_name", "Иван Øst")]),
            customer(5, &[("full_name", "100% _O'Hara\\\"x\"")]),
            customer(6, &[("full_name", "李小龍")]),
            customer(7, &[("full_name", "")]),
        ],
    )
    .await;
    for (text, found) in [
        ("lind zo", vec![1, 2]),
        ("ZOË", vec![1, 2, 3]),
        ("qv", vec![1, 2, 3]),
        ("ива ost", vec![4]),
        ("小龍", vec![6]),
        ("0%", vec![5]),
        ("_o'h", vec![5]),
        ("a\\\"x\"", vec![5]),
        ("z", vec![]),
        ("lind z", vec![]),
        ("%%", vec![]),
        ("__", vec![]),
        ("zl", vec![]),
        ("qz", vec![]),
        ("NOT zo", vec![]),
        ("zo*", vec![]),
        ("zo\0", vec![]),
        ("", vec![]),
    ] {
        assert_eq!(named(store, text, &EVERYTHING).await, found, "{text}");
    }
    let found =
        ["first_name", "last_name"].map(|name| (CUSTOMER, "2".to_owned(), Some(name.to_owned()), false));
    assert_eq!(matches(store, "lind zo", 2).await, found);
}

/// More rows than are looked at in the order of the list.
const MANY: u128 = 6_500;

pub async fn many_and_few_are_found_in_the_order_of_their_ids(store: Arc<dyn Store>) {
    let store = &*store;
    let name = |number: u128| if number % 1_000 == 999 { "Rare Gullcommon" } else { "Gullc Lcommon" };
    let all: Vec<SearchEntry> =
        (1..=MANY).map(|number| customer(number, &[("full_name", name(number))])).collect();
    for some in all.chunks(500) {
        stored(store, some).await;
    }
    let rare: Vec<u128> = (1..=MANY).filter(|number| number % 1_000 == 999).collect();
    assert_eq!(named(store, "rare", &EVERYTHING).await, rare);
    assert_eq!(named(store, "gullcommon", &EVERYTHING).await, rare, "all names have its pieces");
    let (mut walked, mut after) = (Vec::new(), None);
    loop {
        let next = Page { after, limit: 200 };
        let page = store.find_named(&search("gull com", &EVERYTHING), next).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(*last);
        walked.extend(page.into_iter().map(|person| person.0.as_u128()));
    }
    assert_eq!(walked, (1..=MANY).collect::<Vec<_>>());
}

pub async fn nobody_finds_by_what_they_may_not_read(store: Arc<dyn Store>) {
    let store = &*store;
    let user = [("username", "nora-v"), ("name", "Nora Vale"), ("email", "nora@example.test")];
    stored(
        store,
        &[
            entry(1, RecordKind::User, "user_4hTq81LmZp0Va", 1, &user),
            customer(2, &[("full_name", "Nora Vale"), ("email", "nora-v"), ("phone", "1234567")]),
            SearchEntry::of_alias(person(3), Some(&text("nora-v"))),
        ],
    )
    .await;
    assert_eq!(identified(store, "nora-v", &EVERYTHING).await, [1, 2, 3]);
    assert_eq!(identified(store, "nora-v", &PUBLIC).await, [1]);
    assert_eq!(identified(store, "nora@example.test", &PUBLIC).await, [0; 0]);
    assert_eq!(identified(store, "1234567", &PUBLIC).await, [0; 0]);
    assert_eq!(identified(store, "2", &PUBLIC).await, [2], "a key is public");
    assert_eq!(named(store, "nora", &EVERYTHING).await, [1, 2]);
    assert_eq!(named(store, "nora", &PUBLIC).await, [1]);
    let persons = [1, 2, 3].map(person);
    let found = store.search_matches(&search("nora-v", &PUBLIC), &persons).await.unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
}

pub async fn only_records_of_some_kinds_are_found(store: Arc<dyn Store>) {
    let store = &*store;
    let nora = [("name", "Nora")];
    stored(
        store,
        &[
            entry(1, RecordKind::Account, "7", 1, &nora),
            entry(2, RecordKind::Customer, "7", 1, &[("full_name", "Nora")]),
            entry(3, RecordKind::Member, "7", 1, &[("given_name", "Nora")]),
            SearchEntry::of_alias(person(4), Some(&text("7"))),
        ],
    )
    .await;
    let only = |kinds: &[RecordKind]| SearchScope { with_personal: true, kinds: kinds.to_vec() };
    let some = only(&[RecordKind::Account, RecordKind::Member]);
    assert_eq!(identified(store, "7", &EVERYTHING).await, [1, 2, 3, 4]);
    assert_eq!(identified(store, "7", &some).await, [1, 3]);
    assert_eq!(named(store, "nora", &some).await, [1, 3]);
    assert_eq!(named(store, "nora", &only(&[RecordKind::User])).await, [0; 0]);
}

pub async fn an_earlier_version_never_comes_back(store: Arc<dyn Store>) {
    let store = &*store;
    let of =
        |version, name| entry(1, RecordKind::Customer, "1", version, &[("full_name", name), ("email", name)]);
    stored(store, &[of(2, "Second")]).await;
    stored(store, &[of(1, "First"), customer(9, &[("full_name", "Other")])]).await;
    assert_eq!(named(store, "first", &EVERYTHING).await, [0; 0]);
    assert_eq!(named(store, "other", &EVERYTHING).await, [9]);
    assert_eq!(identified(store, "second", &EVERYTHING).await, [1]);
    stored(store, &[entry(2, RecordKind::Customer, "1", 3, &[("full_name", "Second")])]).await;
    assert_eq!(named(store, "second", &EVERYTHING).await, [2], "the record has moved to another person");
    assert_eq!(identified(store, "second", &EVERYTHING).await, [0; 0]);
    stored(store, &[SearchEntry::ended(RecordKind::Customer, "1", person(2), 4)]).await;
    stored(store, &[of(3, "Third")]).await;
    for text in ["second", "third", "1"] {
        assert_eq!(named(store, text, &EVERYTHING).await, [0; 0]);
        assert_eq!(identified(store, text, &EVERYTHING).await, [0; 0]);
    }
    stored(store, &[of(5, "Anew")]).await;
    assert_eq!(named(store, "anew", &EVERYTHING).await, [1]);
}

pub async fn identifiers_that_an_entry_does_not_tell_stay(store: Arc<dyn Store>) {
    let store = &*store;
    let of = |version, name: &str, email: &str| {
        entry(1, RecordKind::Customer, "1", version, &[("full_name", name), ("email", email)])
    };
    stored(store, &[of(1, "Zoë", "zoe@example.test")]).await;
    stored(store, &[of(3, "Nora", "other@example.test").with_stored_terms()]).await;
    assert_eq!(
        (named(store, "zoë", &EVERYTHING).await, named(store, "nora", &EVERYTHING).await),
        (vec![], vec![1])
    );
    assert_eq!(identified(store, "zoe@example.test", &EVERYTHING).await, [1]);
    assert_eq!(identified(store, "other@example.test", &EVERYTHING).await, [0; 0]);
    stored(store, &[of(2, "Mira", "mira@example.test")]).await;
    assert_eq!(
        identified(store, "mira@example.test", &EVERYTHING).await,
        [0; 0],
        "it is of an earlier version"
    );
    stored(store, &[of(3, "Nora", "nora@example.test")]).await;
    assert_eq!(identified(store, "nora@example.test", &EVERYTHING).await, [1]);
    assert_eq!(identified(store, "zoe@example.test", &EVERYTHING).await, [0; 0]);
}

pub async fn records_are_found_that_are_stored_as_somebodys(store: Arc<dyn Store>) {
    let store = &*store;
    let over = entry(2, RecordKind::Override, "user_4hTq81LmZp0Va:biz_9QeRtYu2IoPlKj", 1, &[("name", "Zoë")]);
    stored(store, &[customer(1, &[]), over]).await;
    let of = |kind, key, of: u128| (RecordRef { kind, key }, (of > 0).then(|| person(of)));
    let over = |of_person| of(RecordKind::Override, "user_4hTq81LmZp0Va:biz_9QeRtYu2IoPlKj", of_person);
    let records = [
        of(RecordKind::Customer, "1", 1),
        of(RecordKind::Customer, "2", 2),
        of(RecordKind::Customer, "3", 0),
        of(RecordKind::Account, "1", 1),
        over(2),
    ];
    let mut unmoved = store.find_unmoved(&records).await.unwrap();
    unmoved.sort();
    let as_said = [records[0], records[4]].map(|(RecordRef { kind, key }, _)| (kind, key.to_owned()));
    assert_eq!(unmoved, as_said);
    assert_eq!(store.find_unmoved(&[of(RecordKind::Customer, "1", 2), over(0)]).await.unwrap(), []);
    assert_eq!(store.find_unmoved(&[]).await.unwrap(), []);
}

pub async fn one_follower_at_a_time_moves_the_position(store: Arc<dyn Store>) {
    let store = &*store;
    let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let SearchProgress { position, follower, beat } = store.search_progress().await.unwrap();
    assert_eq!((position, follower), (None, None));
    let step = |follower, from: u128, to| SearchStep {
        follower,
        from: (from > 0).then(|| Uuid::from_u128(from)),
        to: Some(Uuid::from_u128(to)),
    };
    let nora = [customer(1, &[("full_name", "Nora")])];
    assert!(!store.store_search_entries(&nora, Some(&step(one, 0, 10))).await.unwrap());
    assert!(store.set_search_follower(Some(one), beat).await.unwrap());
    assert!(!store.set_search_follower(Some(other), beat).await.unwrap(), "the beat has moved");
    assert!(!store.store_search_entries(&nora, Some(&step(other, 0, 10))).await.unwrap());
    assert!(!store.store_search_entries(&nora, Some(&step(one, 5, 10))).await.unwrap());
    assert_eq!(named(store, "nora", &EVERYTHING).await, [0; 0], "nothing was stored");
    let part = SearchStep { to: None, ..step(one, 0, 10) };
    assert!(store.store_search_entries(&[customer(2, &[("full_name", "Mira")])], Some(&part)).await.unwrap());
    let now = store.search_progress().await.unwrap();
    assert_eq!(
        (now.position, named(store, "mira", &EVERYTHING).await),
        (None, vec![2]),
        "there is more to store"
    );
    assert!(store.store_search_entries(&nora, Some(&step(one, 0, 10))).await.unwrap());
    assert!(store.store_search_entries(&[], Some(&step(one, 10, 20))).await.unwrap());
    let now = store.search_progress().await.unwrap();
    assert_eq!((now.position, now.follower), (Some(Uuid::from_u128(20)), Some(one)));
    assert!(now.beat > beat);
    assert!(store.set_search_follower(Some(other), now.beat).await.unwrap());
    assert!(!store.store_search_entries(&[], Some(&step(one, 20, 30))).await.unwrap());
    assert!(store.store_search_entries(&[], Some(&step(other, 20, 30))).await.unwrap());
    assert_eq!(named(store, "nora", &EVERYTHING).await, [1]);
}

pub async fn a_cleared_projection_begins_again(store: Arc<dyn Store>) {
    let store = &*store;
    let one = Uuid::from_u128(1);
    let SearchProgress { beat, .. } = store.search_progress().await.unwrap();
    store.set_search_follower(Some(one), beat).await.unwrap();
    let nora = [entry(1, RecordKind::Customer, "1", 7, &[("full_name", "Nora"), ("email", "nora")])];
    let step = SearchStep { follower: one, from: None, to: Some(Uuid::from_u128(10)) };
    assert!(store.store_search_entries(&nora, Some(&step)).await.unwrap());
    store.clear_search().await.unwrap();
    let now = store.search_progress().await.unwrap();
    assert_eq!((now.position, now.follower), (None, None));
    assert_eq!(named(store, "nora", &EVERYTHING).await, [0; 0]);
    assert_eq!(identified(store, "nora", &EVERYTHING).await, [0; 0]);
    stored(store, &[entry(1, RecordKind::Customer, "1", 6, &[("full_name", "Nora")])]).await;
    assert_eq!(named(store, "nora", &EVERYTHING).await, [1]);
}
