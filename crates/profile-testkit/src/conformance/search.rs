//! What is found, and in which order, is the same in every store, whatever the language of its database.

use crate::fixtures::find;
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use futures_util::{StreamExt as _, stream};
use profile_domain::{
    Search,
    change::RecordKind,
    search::folded,
    tenant::MemberListing,
    users::{Listing, User, UserId, Username},
};
use profile_ports::Store;

use super::members::{member, membership};
use crate::fixtures::{commit, text, user};

/// Names with letters that databases fold and sort each in its own way.
const NAMES: [&str; 30] = [
    "Иван Петров",
    "иван грозный",
    "STRASSE",
    "straße",
    "STRAẞE",
    "ΟΔΥΣΣΕΥΣ",
    "οδυσσεύς",
    "Ǆep",
    "ǅep",
    "ǆep",
    "İstanbul",
    "ISPARTA",
    "ısparta",
    "isparta",
    "École",
    "E\u{301}cole",
    "ecole",
    "Nguyễn",
    "NGUYE\u{302}\u{303}N",
    "Ꭰꭰ",
    "ﬃ",
    "Ångström",
    "a b",
    "a-b",
    "ab",
    "Zebra",
    "zebra",
    "öl",
    "100% _!\\",
    "𐐀𐐨",
];
/// What is searched for besides the names and their parts.
const SEARCHES: [&str; 14] = ["", "И", "ss", "ß", "Σ", "ς", "i", "I", "ı", "İ", "é", "e\u{301}", "%", "_!"];

/// Each name, its beginning and its end, in every case.
fn searches() -> BTreeSet<String> {
    let parts = NAMES.iter().flat_map(|name| {
        let characters: Vec<char> = name.chars().collect();
        let (beginning, end) = characters.split_at(characters.len() / 2);
        [(*name).to_owned(), beginning.iter().collect(), end.iter().collect()]
    });
    let typed = parts.chain(SEARCHES.iter().map(|search| (*search).to_owned()));
    typed.flat_map(|typed| [typed.to_uppercase(), typed.to_lowercase(), typed]).collect()
}

pub async fn users_are_found_whatever_the_letters(store: Arc<dyn Store>) {
    let mut users = Vec::new();
    for (number, name) in (0_u32..).zip(NAMES) {
        let mut one = user(number, &[]);
        // Of the same moment, so that the ids decide; small and capital letters in turn.
        let letter = if number.is_multiple_of(2) { 'a' } else { 'B' };
        one.id = UserId::try_from(format!("user_{letter}{number:013}").as_str()).unwrap();
        one.username = Username::try_from(&text(format!("u-{number}"))).unwrap();
        one.name = Some(text(name));
        store.commit(commit(None, one.clone())).await.unwrap();
        users.push(one);
    }
    users.sort_by(|one, other| one.id.as_str().cmp(other.id.as_str()));
    for typed in searches() {
        let search = Search::of(&typed).unwrap();
        let expected: Vec<&str> = users
            .iter()
            .filter(|user| {
                let name = folded(user.name.as_ref().unwrap().as_str());
                name.contains(search.as_str()) || user.username.key().contains(search.as_str())
            })
            .map(|user| user.id.as_str())
            .collect();
        let mut listing = Listing { search, from: None, backwards: false, limit: 7 };
        let mut found = Vec::new();
        loop {
            let page = store.list_users(&listing).await.unwrap();
            let Some((position, _)) = page.last() else { break };
            listing.from = Some(position.clone());
            found.extend(page.into_iter().map(|(_, user)| user.id));
        }
        let found: Vec<&str> = found.iter().map(UserId::as_str).collect();
        assert_eq!(found, expected, "{typed:?}");
    }
}

pub async fn members_are_found_whatever_the_letters(store: Arc<dyn Store>) {
    let mut members = Vec::new();
    for (id, name) in (1..).zip(NAMES) {
        let mut one = member(id, &format!("{id}É@Example.test"));
        (one.given_name, one.family_name) = (text(name), text(if id % 2 == 0 { "" } else { "Ö" }));
        store.commit(commit(None, one.clone())).await.unwrap();
        store.commit(commit(None, membership(id, &one, 7))).await.unwrap();
        members.push(one);
    }
    members.sort_by_key(|member| (folded(&member.full_name()), member.id));
    for typed in searches().into_iter().chain(["1É@EXAMPLE".to_owned(), "e\u{301}@e".to_owned()]) {
        let search = Search::of(&typed).unwrap();
        let expected: Vec<i32> = members
            .iter()
            .filter(|member| {
                [member.full_name(), member.email.as_str().to_owned()]
                    .iter()
                    .any(|text| folded(text).contains(search.as_str()))
            })
            .map(|member| member.id)
            .collect();
        let listing = MemberListing { tenant_id: 7, search, skip: 0, take: 100 };
        let (all, found) = store.list_members(&listing).await.unwrap();
        let found: Vec<i32> = found.iter().map(|member| member.id).collect();
        assert_eq!((found, all), (expected.clone(), i64::try_from(expected.len()).unwrap()), "{typed:?}");
    }
}

/// For stores that have connections: whoever looks something up does not wait behind those who search.
pub async fn lookups_pass_searches_by(store: Arc<dyn Store>) {
    const SEARCHES: usize = 200;
    let users = stream::iter(0..3000);
    users
        .for_each_concurrent(8, async |number| {
            store.commit(commit(None, user(number, &[]))).await.unwrap();
        })
        .await;
    let done = Arc::new(AtomicUsize::new(0));
    let search = |number: usize| {
        let (store, done) = (Arc::clone(&store), Arc::clone(&done));
        let search = Search::of(if number.is_multiple_of(2) { "~" } else { "zz" }).unwrap();
        tokio::spawn(async move {
            let listing = Listing { search, from: None, backwards: false, limit: 20 };
            assert_eq!(store.list_users(&listing).await.unwrap(), []);
            done.fetch_add(1, Ordering::SeqCst);
        })
    };
    let searches: Vec<_> = (0..SEARCHES).map(search).collect();
    for number in 0..20 {
        assert!(find::<User>(&*store, &user(number, &[]).id).await.unwrap().is_some());
        assert_eq!(store.changes_of(RecordKind::User, "user_nobody").await.unwrap(), []);
    }
    let before = done.load(Ordering::SeqCst);
    for search in searches {
        search.await.unwrap();
    }
    assert!(before < SEARCHES * 3 / 4, "{before} of {SEARCHES} searches were done before 40 lookups");
}
