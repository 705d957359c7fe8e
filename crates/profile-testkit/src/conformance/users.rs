//! Promises of [`Users`](profile_ports::Users) and [`ApiKeys`](profile_ports::ApiKeys), and of the repositories beside them.

use crate::fixtures::{claimed, find};
use std::sync::Arc;

use futures_util::future::join_all;
use profile_domain::{
    Claim, OverrideKey, Reference, Search,
    change::RecordKind,
    users::{
        ApiKey, App, AppId, Business, Install, KeyId, KeyOwner, Listing, Override, OverridePatch, User,
        UserPatch, Username, VersionDate,
    },
};
use profile_ports::{CommitError, Page, Store};

use crate::fixtures::{business, commit, text, user};

async fn create(store: &dyn Store, user: User) -> User {
    store.commit(commit(None, user.clone())).await.unwrap();
    user
}

fn renamed(user: &User, username: &str) -> User {
    let patch = UserPatch { username: Some(text(username)).into(), ..UserPatch::default() };
    user.updated(&patch).unwrap()
}

pub async fn a_user_survives_and_is_found_by_either_name(store: Arc<dyn Store>) {
    let nora = create(&*store, user(1, &[&business(1).id, &business(2).id])).await;
    assert_eq!(find::<User>(&*store, &nora.id).await.unwrap().as_ref(), Some(&nora));
    assert_eq!(
        claimed::<User>(&*store, Claim::username(Username::key_of("NORA-1"))).await.as_ref(),
        Some(&nora)
    );
    assert_eq!(claimed::<User>(&*store, Claim::username("nora")).await, None);
    assert_eq!(find::<User>(&*store, &user(2, &[]).id).await.unwrap(), None);

    let next = renamed(&nora, "NORA-one");
    store.commit(commit(Some(&nora), next.clone())).await.unwrap();
    assert_eq!(
        claimed::<User>(&*store, Claim::username("nora-1")).await,
        None,
        "an old name is free at once"
    );
    assert_eq!(claimed::<User>(&*store, Claim::username("nora-one")).await.as_ref(), Some(&next));
    assert_eq!(store.changes_of(RecordKind::User, nora.id.as_str()).await.unwrap().len(), 2);
}

pub async fn a_username_is_taken_whatever_its_case(store: Arc<dyn Store>) {
    let nora = create(&*store, user(1, &[])).await;
    let other = create(&*store, user(2, &[])).await;
    let refused = store.commit(commit(Some(&other), renamed(&other, "NORA-1"))).await;
    assert!(matches!(refused, Err(CommitError::Taken(Claim { field: "username", .. }))), "{refused:?}");
    let again = User { version: 1, ..renamed(&nora, "Another") };
    let refused = store.commit(commit(None, again)).await;
    assert!(matches!(refused, Err(CommitError::Stale)), "{refused:?}");
    let own = renamed(&nora, "nora-1");
    store.commit(commit(Some(&nora), own)).await.unwrap();
    assert_eq!(store.changes_of(RecordKind::User, other.id.as_str()).await.unwrap().len(), 1);
}

pub async fn one_of_many_who_claim_a_username_gets_it(store: Arc<dyn Store>) {
    let users = join_all((1..9).map(|number| create(&*store, user(number, &[])))).await;
    let claims = users.iter().map(|user| store.commit(commit(Some(user), renamed(user, "Free"))));
    let outcomes = join_all(claims).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    let refused = outcomes
        .iter()
        .filter(|outcome| matches!(outcome, Err(CommitError::Taken(Claim { field: "username", .. }))));
    assert_eq!(refused.count(), 7, "{outcomes:?}");
}

pub async fn an_override_belongs_to_one_user_and_business(store: Arc<dyn Store>) {
    let (nora, here, there) = (user(1, &[]), business(1).id, business(2).id);
    let none = Override::new(nora.id.clone(), here.clone(), nora.person);
    let first = none
        .updated(&OverridePatch { name: Some(text("Nora from Support")).into(), ..OverridePatch::default() })
        .unwrap();
    let orphan = store.commit(commit(None, first.clone())).await;
    assert!(matches!(orphan, Err(CommitError::Missing(Reference::KEY))), "{orphan:?}");
    create(&*store, nora.clone()).await;
    store.commit(commit(None, first.clone())).await.unwrap();
    assert_eq!(
        find::<Override>(&*store, &OverrideKey { user: nora.id.clone(), account: here.clone() })
            .await
            .unwrap()
            .as_ref(),
        Some(&first)
    );
    assert_eq!(
        find::<Override>(&*store, &OverrideKey { user: nora.id.clone(), account: there.clone() })
            .await
            .unwrap(),
        None
    );

    let cleared = first
        .updated(&OverridePatch { name: profile_domain::Patch::Null, ..OverridePatch::default() })
        .unwrap();
    store.commit(commit(Some(&first), cleared.clone())).await.unwrap();
    let stale = store.commit(commit(Some(&first), cleared.clone())).await;
    assert!(matches!(stale, Err(CommitError::Stale)), "{stale:?}");
    assert_eq!(
        find::<Override>(&*store, &OverrideKey { user: nora.id.clone(), account: here.clone() })
            .await
            .unwrap(),
        Some(cleared)
    );
}

fn permissions() -> Vec<String> {
    vec!["user:profile:update".to_owned(), "odd \"name\"".to_owned()]
}

pub(super) fn app() -> App {
    let install = Install { account: business(2).id, permissions: permissions() };
    App { id: AppId::try_from("app_App0000000000").unwrap(), version: 1, installs: vec![install] }
}

pub(super) fn api_key() -> ApiKey {
    ApiKey {
        id: KeyId::try_from("apik_Key0000000000").unwrap(),
        version: 1,
        owner: KeyOwner::App(app().id),
        hash: "keyed hash".to_owned(),
        permissions: permissions(),
        expires_at: Some(chrono::DateTime::UNIX_EPOCH),
        allow_cidrs: vec!["10.0.0.0/8".parse().unwrap(), "2001:db8::/32".parse().unwrap()],
        version_date: Some(VersionDate::NEWEST),
        revoked_at: Some(chrono::DateTime::UNIX_EPOCH),
    }
}

pub async fn businesses_apps_and_keys_survive(store: Arc<dyn Store>) {
    let mut child = business(2);
    child.parent = Some(business(1).id);
    store.commit(commit(None, child.clone())).await.unwrap();
    assert_eq!(find::<Business>(&*store, &child.id).await.unwrap().as_ref(), Some(&child));

    let app = app();
    store.commit(commit(None, app.clone())).await.unwrap();
    assert_eq!(find::<App>(&*store, &app.id).await.unwrap().as_ref(), Some(&app));

    let key = api_key();
    store.commit(commit(None, key.clone())).await.unwrap();
    assert_eq!(find::<ApiKey>(&*store, &key.id).await.unwrap().as_ref(), Some(&key));
    assert_eq!(claimed::<ApiKey>(&*store, Claim::secret("keyed hash")).await.as_ref(), Some(&key));
    assert_eq!(claimed::<ApiKey>(&*store, Claim::secret("another")).await, None);
    let next = ApiKey {
        id: KeyId::try_from("apik_Key0000000002").unwrap(),
        hash: "another keyed hash".to_owned(),
        revoked_at: None,
        ..key.clone()
    };
    let created = store.commit(commit(None, next.clone())).await.unwrap()[0].at;
    let first = store.list_api_keys(Page::first(1)).await.unwrap();
    assert_eq!(first.iter().map(|(_, key)| key).collect::<Vec<_>>(), [&key]);
    assert_eq!(
        store.list_api_keys(Page { after: Some(&key.id), limit: 10 }).await.unwrap(),
        [(created, next.clone())]
    );
    assert_eq!(store.list_api_keys(Page { after: Some(&next.id), limit: 10 }).await.unwrap(), []);
    let same = ApiKey { id: KeyId::try_from("apik_Key0000000001").unwrap(), ..key };
    let refused = store.commit(commit(None, same)).await;
    assert!(matches!(refused, Err(CommitError::Taken(Claim { field: "secret", .. }))), "{refused:?}");
}

pub async fn a_list_is_walked_both_ways_by_rank(store: Arc<dyn Store>) {
    let called = |number: u32, username: &str, name: &str, age: i64| {
        let mut one = user(number, &[]);
        one.username = Username::try_from(&text(username)).unwrap();
        one.name = Some(text(name));
        one.created_at -= chrono::Duration::seconds(age);
        one
    };
    for one in [
        called(1, "Nora", "Somebody", 50),
        called(2, "nora-2", "Somebody", 40),
        called(3, "nora-3", "Somebody", 40),
        called(4, "eleonora", "Somebody", 10),
        called(5, "other", "Nora Vale", 20),
        called(6, "nobody", "100% _!\\", 0),
    ] {
        create(&*store, one).await;
    }
    let walk = async |search: &str, backwards: bool, limit: u32| {
        let mut listing = Listing { search: Search::of(search).unwrap(), from: None, backwards, limit };
        let mut found = Vec::new();
        loop {
            let page = store.list_users(&listing).await.unwrap();
            let last = if backwards { page.first() } else { page.last() };
            let Some((position, _)) = last else { return found };
            listing.from = Some(position.clone());
            let names = page.iter().map(|(_, user)| user.username.as_typed().as_str().to_owned());
            if backwards {
                found.splice(0..0, names);
            } else {
                found.extend(names);
            }
        }
    };
    for (search, expected) in [
        ("nora", &["Nora", "nora-2", "nora-3", "eleonora", "other"][..]),
        ("", &["nobody", "eleonora", "other", "nora-2", "nora-3", "Nora"]),
        ("100% _", &["nobody"]),
        ("%", &["nobody"]),
        ("_!\\", &["nobody"]),
        ("!", &["nobody"]),
        ("\\", &["nobody"]),
        ("nothing", &[]),
    ] {
        for limit in [1, 2, 100] {
            assert_eq!(walk(search, false, limit).await, expected, "{search} by {limit}");
            assert_eq!(walk(search, true, limit).await, expected, "{search} backwards by {limit}");
        }
    }
}
