//! Promises of [`Store`].

use crate::fixtures::find;
use std::sync::Arc;

use futures_util::future::join_all;
use profile_domain::{
    Head, Patch, Text,
    account::{Account, Customer, CustomerId, Login, Money, ProfilePatch, fields},
    change::{ChangeRecord, RecordKind},
    media::{MediaFile, Scope},
    position::change_id,
};
use profile_ports::{CommitError, Repository, Store};

use crate::fixtures::{account, account_of, commit, customer, file, login, person, text};

pub(super) async fn create(store: &dyn Store, account: Account) -> Account {
    store.commit(commit(None, account.clone())).await.unwrap();
    account
}

pub(super) async fn history(store: &dyn Store, login: Login) -> Vec<ChangeRecord> {
    store.changes_of(RecordKind::Account, &login.number().to_string()).await.unwrap()
}

pub(super) fn renamed(account: &Account, name: &str) -> Account {
    let patch = ProfilePatch { name: Patch::Value(text(name)), ..ProfilePatch::default() };
    account.updated(&patch, account.update_time)
}

/// What a use case does: read, apply the patch, commit, and once more if somebody else was faster.
pub(super) async fn update(store: &dyn Store, login: Login, patch: &ProfilePatch) -> Account {
    loop {
        let current = find::<Account>(store, &login).await.unwrap().unwrap();
        let next = current.updated(patch, current.update_time);
        match store.commit(commit(Some(&current), next.clone())).await {
            Ok(_) => return next,
            Err(CommitError::Stale) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

pub async fn absence_is_none(store: Arc<dyn Store>) {
    assert!(find::<Account>(&*store, &login(1)).await.unwrap().is_none());
    assert!(find::<Customer>(&*store, &CustomerId(1)).await.unwrap().is_none());
    assert!(find::<MediaFile>(&*store, &file().uuid).await.unwrap().is_none());
    assert!(store.accounts_of(CustomerId(1), 10).await.unwrap().is_empty());
    assert!(history(&*store, login(1)).await.is_empty());
}

pub async fn a_commit_writes_state_and_change_together(store: Arc<dyn Store>) {
    let first = create(&*store, account(1)).await;
    let second = renamed(&first, "Zoë L.");
    let commit = commit(Some(&first), second.clone());
    let heads = store.commit(commit.clone()).await.unwrap();

    assert_eq!(find::<Account>(&*store, &login(1)).await.unwrap().unwrap(), second);
    let changes = history(&*store, login(1)).await;
    assert_eq!(changes.len(), 2);
    let draft = commit.writes[0].draft.clone();
    let before = commit.writes[0].head.map(|head| head.chain);
    assert_eq!(changes[1], ChangeRecord::new(draft, changes[1].id, changes[1].at, before.as_ref()));
    assert_eq!(
        changes[1].id,
        change_id(changes[1].at, changes[1].id.as_u64_pair().1),
        "a position is a time"
    );
    assert!(changes[1].id > changes[0].id && changes[1].at > changes[0].at);
    let head = Repository::<Account>::find(&*store, &login(1)).await.unwrap().unwrap().head;
    assert_eq!([head], heads[..]);
    assert_eq!(head, Head { at: changes[1].at, chain: changes[1].digest });
}

pub async fn a_stale_commit_is_refused_and_leaves_nothing(store: Arc<dyn Store>) {
    let first = create(&*store, account(1)).await;
    let second = update(&*store, first.login, &ProfilePatch::default()).await;

    let stale = commit(Some(&first), renamed(&first, "too late"));
    assert!(matches!(store.commit(stale).await, Err(CommitError::Stale)));
    let mut ahead = renamed(&second, "too early");
    ahead.version += 1;
    assert!(matches!(store.commit(commit(Some(&second), ahead)).await, Err(CommitError::Stale)));
    let gone = commit(Some(&account(2)), Account { version: 2, ..account(2) });
    assert!(matches!(store.commit(gone).await, Err(CommitError::Stale)));

    assert_eq!(find::<Account>(&*store, &login(1)).await.unwrap().unwrap(), second);
    assert_eq!(history(&*store, login(1)).await.len(), 2);
    assert!(find::<Account>(&*store, &login(2)).await.unwrap().is_none());
    assert!(history(&*store, login(2)).await.is_empty());
}

pub async fn a_second_creation_is_stale(store: Arc<dyn Store>) {
    create(&*store, account(1)).await;
    let again = store.commit(commit(None, account(1))).await;
    assert!(matches!(again, Err(CommitError::Stale)), "{again:?}");
    assert_eq!(history(&*store, login(1)).await.len(), 1);

    store.commit(commit(None, customer(1))).await.unwrap();
    let again = store.commit(commit(None, customer(1))).await;
    assert!(matches!(again, Err(CommitError::Stale)), "{again:?}");

    let stored = file();
    store.commit(commit(None, stored.clone())).await.unwrap();
    let again = store.commit(commit(None, stored)).await;
    assert!(matches!(again, Err(CommitError::Stale)), "{again:?}");
}

pub async fn a_missing_owner_is_named(store: Arc<dyn Store>) {
    let orphan = account_of(&customer(1), 1);
    let refused = store.commit(commit(None, orphan)).await;
    assert!(matches!(refused, Err(CommitError::Missing("customer_id"))), "{refused:?}");
    assert!(find::<Account>(&*store, &login(1)).await.unwrap().is_none());
    assert!(history(&*store, login(1)).await.is_empty());

    let first = create(&*store, account(2)).await;
    let moved = Account { version: 2, ..account_of(&customer(1), 2) };
    let refused = store.commit(commit(Some(&first), moved)).await;
    assert!(matches!(refused, Err(CommitError::Missing("customer_id"))), "{refused:?}");
    assert_eq!(find::<Account>(&*store, &login(2)).await.unwrap().unwrap(), first);
}

pub async fn the_owner_is_read_as_it_is_now(store: Arc<dyn Store>) {
    let owner = customer(1);
    store.commit(commit(None, owner.clone())).await.unwrap();
    create(&*store, account_of(&owner, 1)).await;
    assert!(find::<Account>(&*store, &login(1)).await.unwrap().unwrap().is_enabled());

    let mut disabled = owner.clone();
    disabled.enable = false;
    disabled.version = 2;
    store.commit(commit(Some(&owner), disabled.clone())).await.unwrap();
    assert_eq!(find::<Customer>(&*store, &owner.id).await.unwrap().unwrap(), disabled);
    assert!(!find::<Account>(&*store, &login(1)).await.unwrap().unwrap().is_enabled());
    assert!(!store.accounts_of(owner.id, 1).await.unwrap()[0].is_enabled());
}

pub async fn text_of_every_plane_survives_at_its_limit(store: Arc<dyn Store>) {
    let mut samples: Vec<char> =
        (0..=16u32).filter_map(|plane| char::from_u32(plane * 0x1_0000 + 0xFFFD)).collect();
    samples.extend([
        '\u{1}',
        '\t',
        '\n',
        '\r',
        '\u{7F}',
        '\'',
        '"',
        '\\',
        '%',
        '<',
        '\u{FEFF}',
        '\u{10FFFF}',
    ]);
    for (number, sample) in (1i64..).zip(samples) {
        let long = |field: profile_domain::field::Field| -> Text {
            text(String::from(sample).repeat(field.max_chars().unwrap()))
        };
        let mut full = account(number);
        full.profile.name = long(fields::NAME);
        full.profile.avatar = long(fields::AVATAR);
        full.profile.phone = long(fields::PHONE);
        full.profile.address = long(fields::ADDRESS);
        full.profile.city = long(fields::CITY);
        full.profile.state = long(fields::STATE);
        full.profile.country = long(fields::COUNTRY);
        full.profile.zipcode = long(fields::ZIPCODE);
        full.profile.user_color = long(fields::USER_COLOR);
        let full = create(&*store, full).await;
        assert_eq!(find::<Account>(&*store, &full.login).await.unwrap().unwrap(), full, "{sample:?}");
    }
}

pub async fn numbers_survive_exactly(store: Arc<dyn Store>) {
    let mut odd = account(i64::from(i32::MAX));
    odd.terms.leverage = i64::MAX;
    odd.terms.regdate = i64::MIN;
    odd.update_time = i64::MAX;
    odd.money = Money {
        prevbalance: 0.1 + 0.2,
        prevmonthbalance: -0.7,
        balance: f64::MAX,
        storage: f64::MIN_POSITIVE,
        commission: 1e-300,
        credit: 9_007_199_254_740_993.0,
        margin: 880.0,
        margin_free: -1.5,
        margin_level: 808.05,
        equity: 0.0,
    };
    let odd = create(&*store, odd).await;
    assert_eq!(find::<Account>(&*store, &odd.login).await.unwrap().unwrap(), odd);
}

pub async fn a_file_record_survives(store: Arc<dyn Store>) {
    let stored = file();
    store.commit(commit(None, stored.clone())).await.unwrap();
    assert_eq!(find::<MediaFile>(&*store, &stored.uuid).await.unwrap().unwrap(), stored);

    let mut private = stored.clone();
    private.version = 2;
    private.scope = profile_domain::media::Scope(0);
    store.commit(commit(Some(&stored), private.clone())).await.unwrap();
    assert_eq!(find::<MediaFile>(&*store, &stored.uuid).await.unwrap().unwrap(), private);
}

pub async fn accounts_of_a_customer_come_by_login_within_the_limit(store: Arc<dyn Store>) {
    let owner = customer(1);
    store.commit(commit(None, owner.clone())).await.unwrap();
    for number in [30, 10, 20] {
        create(&*store, account_of(&owner, number)).await;
    }
    create(&*store, account(15)).await;
    let logins =
        |accounts: Vec<Account>| accounts.iter().map(|found| found.login.number()).collect::<Vec<_>>();
    assert_eq!(logins(store.accounts_of(owner.id, 10).await.unwrap()), [10, 20, 30]);
    assert_eq!(logins(store.accounts_of(owner.id, 2).await.unwrap()), [10, 20]);
}

pub async fn one_alias_is_one_person(store: Arc<dyn Store>) {
    let alias = text("crm:4711");
    assert_eq!(store.find_person(&alias).await.unwrap(), None);
    let asked = join_all((0..8).map(|_| store.person_called(&alias, person()))).await;
    let first = asked[0].as_ref().unwrap();
    assert!(asked.iter().all(|found| found.as_ref().unwrap() == first));
    assert_eq!(store.find_person(&alias).await.unwrap(), Some(*first));
    assert_ne!(store.person_called(&text("crm:4712"), person()).await.unwrap(), *first);

    for number in [1, 2] {
        create(&*store, Account { person: *first, ..account(number) }).await;
    }
    assert_eq!(find::<Account>(&*store, &login(2)).await.unwrap().unwrap().person, *first);
}

pub async fn it_is_ready(store: Arc<dyn Store>) {
    store.ready().await.unwrap();
}

pub async fn its_size_grows_with_what_is_stored(store: Arc<dyn Store>) {
    // One that is in memory alone has no size.
    let Some(empty) = store.storage_size().await.unwrap() else { return };
    assert!(empty.free <= Some(empty.database), "{empty:?}");
    for number in 1..=200 {
        create(&*store, account(number)).await;
    }
    let filled = store.storage_size().await.unwrap().unwrap();
    assert!(filled.database > empty.database, "{empty:?} {filled:?}");
}

pub async fn files_of_a_person_and_what_accounts_show_of_them(store: Arc<dyn Store>) {
    let holder = account(1);
    let own = MediaFile { person: Some(holder.person), ..file() };
    let private = MediaFile { scope: Scope(0), ..MediaFile { person: Some(holder.person), ..file() } };
    let mut shows = holder.clone();
    shows.profile.avatar = text(own.uuid.to_string());
    store.commit(commit(None, shows)).await.unwrap();
    for one in [&own, &private, &file()] {
        store.commit(commit(None, one.clone())).await.unwrap();
    }
    let found = store.public_files_of(holder.person, 10).await.unwrap();
    assert_eq!(found, [(own.uuid, own.size)]);
    assert_eq!(store.public_files_of(holder.person, 0).await.unwrap(), []);
    let asked = [own.uuid.to_string(), private.uuid.to_string()];
    assert_eq!(store.shown_avatars(&asked).await.unwrap(), [own.uuid.to_string()]);
    assert_eq!(store.shown_avatars(&[]).await.unwrap(), [""; 0]);
}
