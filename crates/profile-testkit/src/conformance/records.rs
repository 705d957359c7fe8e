//! Promises of [`Records`](profile_ports::Records): records of every kind alike, and what names them.

use std::sync::Arc;

use profile_domain::{
    Keyed, PersonId, Record as _,
    account::Account,
    change::{ChangeRecord, RecordKind},
    client::Client,
    tenant::{Brand, BrandUser, Group, GroupUser, Member, Membership, Tenant},
    users::{ApiKey, App, Business, BusinessId, KeyOwner, Override, User},
};
use profile_ports::{EntryFilter, LogEntry, Page, RecordRef, Repository, Store, Write};

use super::{
    clients::whole,
    members::{language, member, membership},
    store::renamed,
    users::{api_key, app},
};
use crate::fixtures::{
    SALT, account, account_of, business, cause, commit, commit_after, customer, end, person, saved, text,
    user,
};

async fn make<T: Keyed>(store: &dyn Store, record: T) {
    store.commit(commit(None, record)).await.unwrap();
}

async fn change<T: Keyed>(store: &(dyn Store + 'static), next: T)
where
    dyn Store: Repository<T>,
{
    let before = saved::<T>(store, &next.id()).await.unwrap();
    store.commit(commit_after(&before, next)).await.unwrap();
}

async fn finish<T: Keyed>(store: &(dyn Store + 'static), key: &T::Key)
where
    dyn Store: Repository<T>,
{
    let last = saved::<T>(store, key).await.unwrap();
    store.commit(end(&last)).await.unwrap();
}

async fn begin_anew<T: Keyed>(store: &dyn Store, record: T) {
    let ended = store.last_change(T::KIND, &record.key()).await.unwrap().unwrap();
    store.commit(Write::begin(record, Some(&ended), cause(), SALT).into()).await.unwrap();
}

/// Walks the living records of a kind by pages of `limit`.
async fn walk(store: &dyn Store, kind: RecordKind, person: Option<PersonId>, limit: u32) -> Vec<LogEntry> {
    let mut found: Vec<LogEntry> = Vec::new();
    loop {
        let after = found.last().map(|entry| entry.key.clone());
        let next = Page { after: after.as_deref(), limit };
        let page = store.list_entries(EntryFilter { kind, person }, next).await.unwrap();
        assert!(page.len() <= limit as usize);
        if page.is_empty() {
            return found;
        }
        found.extend(page);
    }
}

/// The keys of the living records of a kind, whatever the size of a page.
async fn keys(store: &dyn Store, kind: RecordKind, person: Option<PersonId>) -> Vec<String> {
    let found = walk(store, kind, person, 100).await;
    for limit in [1, 2] {
        assert_eq!(walk(store, kind, person, limit).await, found, "by {limit}");
    }
    found.into_iter().map(|entry| entry.key).collect()
}

pub async fn an_entry_is_the_last_change_and_the_beginning(store: Arc<dyn Store>) {
    let store = &*store;
    let first = account(1);
    make(store, first.clone()).await;
    make(store, account(11)).await;
    make(store, customer(1)).await;
    let begun = store.last_change(RecordKind::Account, "1").await.unwrap().unwrap().at;
    let is_entry = async |version: i64, ended: bool| {
        let entry = store.find_entry(RecordKind::Account, "1").await.unwrap().unwrap();
        assert_eq!((entry.version, entry.ended), (version, ended));
        let last = store.last_change(RecordKind::Account, "1").await.unwrap().unwrap();
        assert_eq!(entry, LogEntry::new(begun, &last));
        assert_eq!(store.find_begin(RecordKind::Account, "1").await.unwrap(), Some(begun));
        let listed = store.list_entries(EntryFilter::of(RecordKind::Account), Page::first(1)).await.unwrap();
        assert_eq!(listed.first() == Some(&entry), !ended, "{listed:?}");
    };
    is_entry(1, false).await;
    change(store, renamed(&first, "next")).await;
    is_entry(2, false).await;
    finish::<Account>(store, &first.login).await;
    is_entry(3, true).await;
    begin_anew(store, first.clone()).await;
    is_entry(4, false).await;
    assert_eq!(store.find_entry(RecordKind::Account, "2").await.unwrap(), None);
    assert_eq!(store.find_entry(RecordKind::User, "1").await.unwrap(), None);
    assert_eq!(store.find_begin(RecordKind::Account, "2").await.unwrap(), None);
    assert_eq!(store.find_begin(RecordKind::User, "1").await.unwrap(), None);

    let nora = user(1, &[]);
    let over = Override { version: 1, ..Override::new(nora.id.clone(), business(1).id, nora.person) };
    make(store, nora).await;
    make(store, over.clone()).await;
    let found = store.find_entry(RecordKind::Override, &over.key()).await.unwrap().unwrap();
    assert_eq!(found.key, over.key());
}

pub async fn living_records_are_listed_by_the_bytes_of_their_keys(store: Arc<dyn Store>) {
    let store = &*store;
    for number in [2, 10, 1, 9] {
        make(store, account(number)).await;
    }
    assert_eq!(keys(store, RecordKind::Account, None).await, ["1", "10", "2", "9"]);
    assert_eq!(keys(store, RecordKind::Customer, None).await, [""; 0]);
    change(store, renamed(&account(10), "next")).await;
    finish::<Account>(store, &account(2).login).await;
    finish::<Account>(store, &account(9).login).await;
    assert_eq!(keys(store, RecordKind::Account, None).await, ["1", "10"]);
    begin_anew(store, account(9)).await;
    assert_eq!(keys(store, RecordKind::Account, None).await, ["1", "10", "9"]);

    let ids = ["biz_A000000000000a", "biz_B000000000000a", "biz_a000000000000B", "biz_a000000000000a"];
    for id in ids.iter().rev() {
        make(store, Business { id: BusinessId::try_from(*id).unwrap(), ..business(1) }).await;
    }
    assert_eq!(keys(store, RecordKind::Business, None).await, ids);
}

pub async fn records_of_a_person_are_those_that_are_the_persons_now(store: Arc<dyn Store>) {
    let store = &*store;
    let (zoe, nora) = (person(), person());
    for number in [3, 1, 2] {
        make(store, Account { person: zoe, ..account(number) }).await;
    }
    make(store, Account { person: nora, ..account(4) }).await;
    make(store, Client { person: zoe, key: None, ..whole(1) }).await;
    assert_eq!(keys(store, RecordKind::Account, Some(zoe)).await, ["1", "2", "3"]);
    change(store, Account { person: nora, ..account(1) }).await;
    assert_eq!(keys(store, RecordKind::Account, Some(zoe)).await, ["2", "3"]);
    assert_eq!(keys(store, RecordKind::Account, Some(nora)).await, ["1", "4"]);
    change(store, Account { person: zoe, ..account(1) }).await;
    finish::<Account>(store, &account(2).login).await;
    assert_eq!(keys(store, RecordKind::Account, Some(zoe)).await, ["1", "3"]);
    begin_anew(store, Account { person: zoe, ..account(2) }).await;
    assert_eq!(keys(store, RecordKind::Account, Some(zoe)).await, ["1", "2", "3"]);
    assert_eq!(keys(store, RecordKind::Account, Some(nora)).await, ["4"]);
    assert_eq!(keys(store, RecordKind::Client, Some(zoe)).await, [whole(1).sub.to_string()]);
    assert_eq!(keys(store, RecordKind::Client, Some(nora)).await, [""; 0]);
}

pub async fn changes_are_listed_newest_first(store: Arc<dyn Store>) {
    let store = &*store;
    let (zoe, nora) = (person(), person());
    make(store, Account { person: zoe, ..account(1) }).await;
    make(store, Client { person: zoe, key: None, ..whole(1) }).await;
    make(store, Account { person: nora, ..account(11) }).await;
    change(store, Account { person: nora, ..renamed(&account(1), "next") }).await;
    change(store, Account { person: zoe, ..account(1) }).await;
    finish::<Account>(store, &account(1).login).await;
    let all = store.changes_behind(Page::first(100)).await.unwrap();
    assert_eq!(all.len(), 6);
    let newest = |is_listed: &dyn Fn(&ChangeRecord) -> bool| {
        all.iter().rev().filter(|change| is_listed(change)).cloned().collect::<Vec<_>>()
    };
    let of_record = newest(&|change| change.kind == RecordKind::Account && change.key == "1");
    for limit in [1, 3, 100] {
        let mut found: Vec<ChangeRecord> = Vec::new();
        loop {
            let before = found.last().map(|change| change.version);
            let record = RecordRef { kind: RecordKind::Account, key: "1" };
            let page = store.record_changes(record, Page { after: before, limit }).await.unwrap();
            assert!(page.len() <= limit as usize);
            if page.is_empty() {
                break;
            }
            found.extend(page);
        }
        assert_eq!(found, of_record, "by {limit}");
    }
    for someone in [zoe, nora, person()] {
        let of_person = newest(&|change| change.person == Some(someone));
        for limit in [1, 3, 100] {
            let mut found: Vec<ChangeRecord> = Vec::new();
            loop {
                let before = found.last().map(|change| change.id);
                let page = store.person_changes(someone, Page { after: before, limit }).await.unwrap();
                assert!(page.len() <= limit as usize);
                if page.is_empty() {
                    break;
                }
                found.extend(page);
            }
            assert_eq!(found, of_person, "by {limit}");
        }
    }
}

/// Makes a record that names those of `named` and none of `others`, and ends it.
async fn names<T: Keyed>(
    store: &(dyn Store + 'static),
    record: T,
    named: &[(RecordKind, &str)],
    others: &[(RecordKind, &str)],
) where
    dyn Store: Repository<T>,
{
    let is_named = async |kind: RecordKind, key: &str| store.is_referenced(kind, key).await.unwrap();
    let (id, kind) = (record.id(), T::KIND);
    for (of, key) in named.iter().chain(others) {
        assert!(!is_named(*of, key).await, "{of:?} {key}, before there is a record of {kind:?}");
    }
    make(store, record).await;
    for (of, key) in named {
        assert!(is_named(*of, key).await, "{of:?} {key}, by a record of {kind:?}");
    }
    for (of, key) in others {
        assert!(!is_named(*of, key).await, "{of:?} {key}, by a record of {kind:?}");
    }
    finish::<T>(store, &id).await;
    for (of, key) in named {
        assert!(!is_named(*of, key).await, "{of:?} {key}, when a record of {kind:?} has ended");
    }
}

pub async fn a_customer_or_a_language_is_named_by_living_records(store: Arc<dyn Store>) {
    let store = &*store;
    let owner = customer(31);
    make(store, owner.clone()).await;
    let others = [
        (RecordKind::Customer, "3"),
        (RecordKind::Customer, "310"),
        (RecordKind::Account, "31"),
        (RecordKind::Customer, "x"),
    ];
    names(store, account_of(&owner, 1), &[(RecordKind::Customer, "31")], &others).await;
    make(store, language(2)).await;
    let others = [
        (RecordKind::Language, "20"),
        (RecordKind::Member, "2"),
        (RecordKind::Language, ""),
        (RecordKind::Tenant, "2"),
    ];
    names(store, member(1, "m@example.test"), &[(RecordKind::Language, "2")], &others).await;
}

pub async fn a_business_or_an_app_is_named_by_living_records(store: Arc<dyn Store>) {
    let store = &*store;
    let id = BusinessId::try_from("biz_AB000000000001").unwrap();
    let app_id = app().id;
    let named = [(RecordKind::Business, id.as_str())];
    // The same letters in another case are another business.
    let others = [
        (RecordKind::Business, "biz_ab000000000001"),
        (RecordKind::App, id.as_str()),
        (RecordKind::User, id.as_str()),
    ];
    names(store, Business { parent: Some(id.clone()), ..business(2) }, &named, &others).await;
    let nora = user(1, &[&business(3).id, &id]);
    names(store, nora.clone(), &named, &others).await;
    let nora = User { accounts: Vec::new(), ..user(2, &[]) };
    make(store, nora.clone()).await;
    let over = Override { version: 1, ..Override::new(nora.id.clone(), id.clone(), nora.person) };
    names(store, over, &named, &others).await;
    let mut installed = app();
    installed.installs[0].account = id.clone();
    names::<App>(store, installed, &named, &others).await;
    names(store, ApiKey { owner: KeyOwner::Business(id.clone()), ..api_key() }, &named, &others).await;
    let other_key = ApiKey {
        id: "apik_Key0000000009".try_into().unwrap(),
        hash: "of the app".to_owned(),
        owner: KeyOwner::App(app_id.clone()),
        ..api_key()
    };
    let others = [(RecordKind::App, "app_app0000000000"), (RecordKind::Business, app_id.as_str())];
    names(store, other_key, &[(RecordKind::App, app_id.as_str())], &others).await;
}

pub async fn what_is_of_a_tenant_is_named_by_living_records(store: Arc<dyn Store>) {
    let store = &*store;
    let tenant = [(RecordKind::Tenant, "7")];
    let others = [
        (RecordKind::Tenant, "70"),
        (RecordKind::Tenant, "1"),
        (RecordKind::Brand, "7"),
        (RecordKind::Group, "7"),
    ];
    make(store, Tenant { id: 7, version: 1, slug: text("north"), name: text("North") }).await;
    names(store, Brand { id: 1, version: 1, tenant_id: 7, name: text("North") }, &tenant, &others).await;
    names(store, Group { id: 1, version: 1, tenant_id: 7, name: text("North") }, &tenant, &others).await;
    let mira = member(90, "m@example.test");
    make(store, mira.clone()).await;
    let mine = Membership {
        groups: vec![GroupUser { id: 5, is_admin: false }, GroupUser { id: 11, is_admin: true }],
        brands: vec![BrandUser { brand_id: 31, role: 4 }, BrandUser { brand_id: -6, role: 3 }],
        ..membership(501, &mira, 7)
    };
    let named = [
        (RecordKind::Tenant, "7"),
        (RecordKind::Group, "5"),
        (RecordKind::Group, "11"),
        (RecordKind::Brand, "31"),
        (RecordKind::Brand, "-6"),
    ];
    let others = [
        (RecordKind::Group, "1"),
        (RecordKind::Group, "31"),
        (RecordKind::Brand, "3"),
        (RecordKind::Brand, "4"),
        (RecordKind::Brand, "6"),
        (RecordKind::Brand, "11"),
        (RecordKind::Member, "90"),
        (RecordKind::Membership, "90:7"),
    ];
    names(store, mine, &named, &others).await;
    let bare = Membership { groups: Vec::new(), brands: Vec::new(), ..membership(502, &mira, 7) };
    begin_anew(store, Membership { id: 502, ..bare }).await;
    assert!(store.is_referenced(RecordKind::Tenant, "7").await.unwrap());
    assert!(!store.is_referenced(RecordKind::Group, "5").await.unwrap());
}

pub async fn keys_below_are_those_of_living_records(store: Arc<dyn Store>) {
    let store = &*store;
    for number in [1, 2] {
        let nora = user(number, &[]);
        make(store, nora.clone()).await;
        for account in [3, 1, 2] {
            let over = Override::new(nora.id.clone(), business(account).id, nora.person);
            make(store, Override { version: 1, ..over }).await;
        }
        let mira = member(number.cast_signed(), &format!("m{number}@example.test"));
        make::<Member>(store, mira.clone()).await;
        for tenant in [10, 9] {
            make(store, membership(mira.id * 100 + tenant, &mira, tenant)).await;
        }
    }
    let nora = user(1, &[]).id;
    let over = |account: u32| format!("{nora}:{}", business(account).id);
    let sorted = async |kind: RecordKind, key: &str| {
        let mut keys = store.keys_below(kind, key).await.unwrap();
        keys.sort();
        keys
    };
    assert_eq!(sorted(RecordKind::User, nora.as_str()).await, [over(1), over(2), over(3)]);
    assert_eq!(sorted(RecordKind::Member, "1").await, ["1:10", "1:9"]);
    finish::<Override>(store, &Override::parse_key(&over(2)).unwrap()).await;
    finish::<Membership>(store, &Membership::parse_key("1:9").unwrap()).await;
    assert_eq!(sorted(RecordKind::User, nora.as_str()).await, [over(1), over(3)]);
    assert_eq!(sorted(RecordKind::Member, "1").await, ["1:10"]);
    for (kind, key) in [
        (RecordKind::User, "1"),
        (RecordKind::Member, "3"),
        (RecordKind::Member, "x"),
        (RecordKind::Override, &over(1)),
    ] {
        assert_eq!(sorted(kind, key).await, [""; 0], "{kind:?} {key}");
    }
}

pub async fn a_person_is_told_by_the_alias(store: Arc<dyn Store>) {
    let (zoe, nora) = (person(), person());
    for (alias, fresh) in [("Zoë, ticket 4711", zoe), ("nora", nora)] {
        assert_eq!(store.alias_of(fresh).await.unwrap(), None);
        store.person_called(&text(alias), fresh).await.unwrap();
        store.person_called(&text(alias), person()).await.unwrap();
        assert_eq!(store.alias_of(fresh).await.unwrap(), Some(text(alias)));
    }
    assert_eq!(store.alias_of(person()).await.unwrap(), None);
}
