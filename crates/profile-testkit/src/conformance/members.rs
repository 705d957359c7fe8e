//! Promises of [`Members`](profile_ports::Members) and [`Workspaces`](profile_ports::Workspaces).

use crate::fixtures::{claimed, find};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta};
use futures_util::future::join_all;
use profile_domain::{
    Claim, Reference, Search,
    change::{RecordKind, Value},
    tenant::{
        Attempts, Brand, BrandUser, Group, GroupUser, Language, Member, MemberListing, Membership, Tenant,
    },
};
use profile_ports::{CommitError, Store};

use crate::fixtures::{commit, person, text};

pub fn member(id: i32, email: &str) -> Member {
    Member {
        id,
        person: person(),
        version: 1,
        email: text(email),
        given_name: text("Mira é\u{10FFFF}"),
        family_name: text(""),
        language_id: Some(2),
        display_absolute_time: true,
        profile_pic: Some(text("https://example.test/p")),
        admin_roles: vec![1, -7],
        permissions: vec![i32::MAX],
        is_deleted: false,
        created: DateTime::from_timestamp_micros(1_780_000_000_000_001).expect("within the calendar"),
        created_by: None,
        last_updated: DateTime::UNIX_EPOCH,
        last_updated_by: Some(id),
        password_hash: Some(text("$argon2id$")),
    }
}

pub fn membership(id: i32, of: &Member, tenant_id: i32) -> Membership {
    Membership {
        id,
        member_id: of.id,
        tenant_id,
        person: of.person,
        version: 1,
        role: 3,
        status: 99,
        last_seen: Some(of.created),
        groups: vec![GroupUser { id: 11, is_admin: true }],
        brands: vec![BrandUser { brand_id: 31, role: -1 }],
    }
}

pub(super) fn language(id: i32) -> Language {
    Language {
        id,
        version: 1,
        name: text("Norsk"),
        code: text("nb"),
        icon: None,
        icon_square: Some(text("i")),
    }
}

async fn create(store: &dyn Store, member: Member) -> Member {
    store.commit(commit(None, member.clone())).await.unwrap();
    member
}

pub async fn a_member_survives(store: Arc<dyn Store>) {
    let mira = create(&*store, member(1, "Mira@example.test")).await;
    let bare =
        Member { language_id: None, profile_pic: None, password_hash: None, ..member(2, "b@example.test") };
    let bare = create(&*store, bare).await;
    let mut found = store.find_members(&[1, 2, 3]).await.unwrap();
    found.sort_by_key(|member| member.id);
    assert_eq!(found, [mira.clone(), bare.clone()]);
    assert_eq!(store.find_members(&[]).await.unwrap(), []);
    assert_eq!(
        member_with_language(&*store, 1).await,
        Some((mira.clone(), None)),
        "a language that is not there"
    );
    store.commit(commit(None, language(2))).await.unwrap();
    assert_eq!(member_with_language(&*store, 1).await, Some((mira.clone(), Some(language(2)))));
    assert_eq!(member_with_language(&*store, 2).await, Some((bare.clone(), None)));
    assert_eq!(member_with_language(&*store, 3).await, None);
    let next = Member { version: 2, password_hash: Some(text("other")), ..mira.clone() };
    store.commit(commit(Some(&mira), next.clone())).await.unwrap();
    let stale = store.commit(commit(Some(&mira), next)).await;
    assert!(matches!(stale, Err(CommitError::Stale)), "{stale:?}");
    let changes = store.changes_of(RecordKind::Member, "1").await.unwrap();
    assert_eq!(changes.len(), 2);
    assert_eq!(changes[1].fields[0].field, "password_hash");
    assert!(matches!(changes[1].fields[0].new, Value::Masked(_)));
}

pub async fn an_address_is_one_living_members(store: Arc<dyn Store>) {
    let mira = create(&*store, member(1, "Mira@example.test")).await;
    let taken = store.commit(commit(None, member(2, "mIRA@EXAMPLE.test"))).await;
    assert!(matches!(taken, Err(CommitError::Taken(Claim { field: "email", .. }))), "{taken:?}");
    let again = store.commit(commit(None, member(1, "other@example.test"))).await;
    assert!(matches!(again, Err(CommitError::Stale)), "{again:?}");
    let gone = Member { version: 2, is_deleted: true, ..mira.clone() };
    store.commit(commit(Some(&mira), gone)).await.unwrap();
    create(&*store, member(2, "mira@example.test")).await;

    let others = join_all((3..9).map(|id| create(&*store, member(id, &format!("m{id}@example.test"))))).await;
    let claim = |one: &Member| Member { version: 2, email: text("Free@example.test"), ..one.clone() };
    let outcomes = join_all(others.iter().map(|one| store.commit(commit(Some(one), claim(one))))).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    let taken = outcomes
        .iter()
        .filter(|outcome| matches!(outcome, Err(CommitError::Taken(Claim { field: "email", .. }))));
    assert_eq!(taken.count(), 5);
}

pub async fn memberships_hang_on_members(store: Arc<dyn Store>) {
    let mira = member(1, "mira@example.test");
    let orphan = store.commit(commit(None, membership(501, &mira, 7))).await;
    assert!(matches!(orphan, Err(CommitError::Missing(Reference::KEY))), "{orphan:?}");
    create(&*store, mira.clone()).await;
    let first = membership(501, &mira, 7);
    store.commit(commit(None, first.clone())).await.unwrap();
    let same = store.commit(commit(None, membership(501, &mira, 8))).await;
    assert!(matches!(same, Err(CommitError::Taken(Claim { field: "id", .. }))), "{same:?}");
    assert_eq!(store.find_memberships(7, &[1, 2]).await.unwrap(), std::slice::from_ref(&first));
    assert_eq!(store.find_memberships(8, &[1]).await.unwrap(), []);
    let next =
        Membership { version: 2, last_seen: None, groups: Vec::new(), brands: Vec::new(), ..first.clone() };
    store.commit(commit(Some(&first), next.clone())).await.unwrap();
    assert_eq!(store.find_memberships(7, &[1]).await.unwrap(), [next]);
}

pub async fn a_tenants_members_are_listed_by_name(store: Arc<dyn Store>) {
    let names = [
        (1, "berta", ""),
        (2, "Ada", "Z%"),
        (3, "ada", "b_"),
        (4, "Zoë", ""),
        (5, "Ada", "gone"),
        (6, "Ada", "elsewhere"),
    ];
    for (id, given, family) in names {
        let one = Member {
            given_name: text(given),
            family_name: text(family),
            is_deleted: id == 5,
            ..member(id, &format!("m{id}@Example.test"))
        };
        let one = create(&*store, one).await;
        let tenant = if id == 6 { 8 } else { 7 };
        store.commit(commit(None, membership(id, &one, tenant))).await.unwrap();
    }
    let list = async |search: &str, skip: i64, take: i64| {
        let listing = MemberListing { tenant_id: 7, search: Search::of(search).unwrap(), skip, take };
        let (all, found) = store.list_members(&listing).await.unwrap();
        (all, found.iter().map(|member| member.id).collect::<Vec<_>>())
    };
    assert_eq!(list("", 0, 10).await, (4, vec![3, 2, 1, 4]));
    assert_eq!(list("", 1, 2).await, (4, vec![2, 1]));
    assert_eq!(list("", 9, 2).await, (4, vec![]));
    assert_eq!(list("ada b", 0, 10).await, (1, vec![3]));
    assert_eq!(list("m4@example", 0, 10).await, (1, vec![4]));
    for (search, found) in [("%", vec![2]), ("_", vec![3]), ("!", vec![]), ("\\", vec![]), ("zoë", vec![4])]
    {
        assert_eq!(list(search, 0, 10).await.1, found, "{search}");
    }
}

pub async fn attempts_are_kept_by_version(store: Arc<dyn Store>) {
    let none = store.find_attempts(1).await.unwrap();
    assert_eq!(none, Attempts::default());
    let now = DateTime::from_timestamp_micros(1_780_000_000_000_001).expect("within the calendar");
    let first = none.with_one_more(now).unwrap();
    let outcomes = join_all((0..8).map(|_| store.keep_attempts(1, &first))).await;
    assert_eq!(outcomes.into_iter().filter(|kept| *kept.as_ref().unwrap()).count(), 1);
    assert_eq!(store.find_attempts(1).await.unwrap(), first);
    let second = first.with_one_more(now + TimeDelta::seconds(1)).unwrap();
    assert!(store.keep_attempts(1, &second).await.unwrap());
    assert!(!store.keep_attempts(1, &second).await.unwrap());
    assert_eq!(store.find_attempts(1).await.unwrap(), second);
    assert_eq!(store.find_attempts(2).await.unwrap(), Attempts::default());
}

pub async fn a_workspace_survives(store: Arc<dyn Store>) {
    for id in [2, 1, 3] {
        store.commit(commit(None, language(id))).await.unwrap();
    }
    assert_eq!(find::<Language>(&*store, &2).await.unwrap(), Some(language(2)));
    assert_eq!(store.list_languages(1, 1).await.unwrap(), (3, vec![language(2)]));
    let tenant = Tenant { id: 7, version: 1, slug: text("acme"), name: text("Acme") };
    store.commit(commit(None, tenant.clone())).await.unwrap();
    assert_eq!(find::<Tenant>(&*store, &7).await.unwrap().as_ref(), Some(&tenant));
    assert_eq!(claimed::<Tenant>(&*store, Claim::slug("acme")).await.as_ref(), Some(&tenant));
    assert_eq!(claimed::<Tenant>(&*store, Claim::slug("ACME")).await, None);
    let taken = store.commit(commit(None, Tenant { id: 8, ..tenant })).await;
    assert!(matches!(taken, Err(CommitError::Taken(Claim { field: "slug", .. }))), "{taken:?}");
    let brand = Brand { id: 31, version: 1, tenant_id: 7, name: text("b") };
    store.commit(commit(None, brand.clone())).await.unwrap();
    assert_eq!(find::<Brand>(&*store, &31).await.unwrap(), Some(brand));
    let group = Group { id: 11, version: 1, tenant_id: 7, name: text("g") };
    store.commit(commit(None, group.clone())).await.unwrap();
    assert_eq!(store.find_groups(&[11, 12]).await.unwrap(), [group]);
}

async fn member_with_language(store: &dyn Store, id: i32) -> Option<(Member, Option<Language>)> {
    let found = store.find_member(id).await.unwrap();
    found.map(|(member, language)| (member.record, language))
}
