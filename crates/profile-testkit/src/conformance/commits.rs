//! Promises of [`Commits`](profile_ports::Commits): several writes as one, and claims.

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use profile_domain::{
    Claim, Head, Keyed, Saved,
    account::{Account, Customer},
    change::{ChangeRecord, RecordKind},
    tenant::Tenant,
    users::{Override, Upload, User},
};
use profile_ports::{Commit, CommitError, Page, Store, Write};

use super::{
    concurrency::poll_at_most,
    members::member,
    store::{create, renamed},
};
use crate::fixtures::{
    account, account_of, business, claimed, commit, customer, end, find, login, saved, text, upload, user,
    write,
};

pub(super) fn together(writes: impl IntoIterator<Item = Write>) -> Commit {
    Commit { writes: writes.into_iter().collect(), reply: None, steps: Vec::new() }
}

pub(super) fn named(number: u32, username: &str) -> User {
    let one = user(number, &[]);
    User { username: (&text(username)).try_into().unwrap(), ..one }
}

pub(super) async fn changes<T: Keyed>(store: &dyn Store, key: &T::Key) -> Vec<ChangeRecord> {
    store.changes_of(T::KIND, &key.to_string()).await.unwrap()
}

pub async fn several_writes_are_one(store: Arc<dyn Store>) {
    let (owner, nora) = (customer(1), named(1, "nora"));
    let over = Override::new(nora.id.clone(), business(1).id, nora.person);
    let over = Override { version: 1, name: Some(text("Nora at work")), ..over };
    let first = [
        write(None, owner.clone()),
        write(None, account_of(&owner, 1)),
        write(None, nora.clone()),
        write(None, over.clone()),
    ];
    let heads = store.commit(together(first)).await.unwrap();
    assert_eq!(saved::<Customer>(&*store, &owner.id).await.map(|one| one.head), Some(heads[0]));
    assert_eq!(saved::<Account>(&*store, &login(1)).await.map(|one| one.head), Some(heads[1]));
    assert_eq!(saved::<User>(&*store, &nora.id).await, Some(Saved { record: nora.clone(), head: heads[2] }));
    assert_eq!(
        saved::<Override>(&*store, &over.id()).await,
        Some(Saved { record: over.clone(), head: heads[3] })
    );
    assert!(heads.is_sorted_by_key(|head| head.at), "the log has them in the order of the writes");

    let second = [
        write(Some(&account_of(&owner, 1)), renamed(&account_of(&owner, 1), "second")),
        write(Some(&over), Override { version: 2, name: None, ..over.clone() }),
        write(None, upload(1)),
    ];
    let second_heads = store.commit(together(second)).await.unwrap();
    let account = saved::<Account>(&*store, &login(1)).await.unwrap();
    assert_eq!((account.version, account.head), (2, second_heads[0]));
    assert!(second_heads[0].at > heads[1].at);
    assert_eq!(changes::<Override>(&*store, &over.id()).await.len(), 2);
    assert_eq!(find::<Upload>(&*store, &upload(1).id).await.unwrap(), Some(upload(1)));
}

pub async fn a_refusal_of_one_write_refuses_all(store: Arc<dyn Store>) {
    let first = create(&*store, account(1)).await;
    store.commit(commit(None, named(1, "taken"))).await.unwrap();
    let gone = create(&*store, account(2)).await;
    store.commit(end(&saved::<Account>(&*store, &gone.login).await.unwrap())).await.unwrap();
    let before = [
        write(None, named(2, "free")),
        write(Some(&first), renamed(&first, "not to be seen")),
        write(None, upload(1)),
    ];
    let behind = [write(None, customer(7)), write(None, member(7, "m@example.test"))];
    let refusals = [
        write(Some(&first), Account { version: 7, ..first.clone() }),
        write(None, account(1)),
        write(None, named(3, "taken")),
        write(None, account_of(&customer(9), 9)),
        write(None, gone),
    ];
    for (number, refused) in refusals.into_iter().enumerate() {
        for place in 0..=behind.len() {
            // The same record twice in one commit would be another fault.
            let mut writes: Vec<Write> =
                before.iter().filter(|one| one.draft.key != refused.draft.key).cloned().collect();
            writes.extend(behind[..place].iter().cloned());
            writes.push(refused.clone());
            writes.extend(behind[place..].iter().cloned());
            let outcome = store.commit(together(writes)).await;
            let is_told = match number {
                0 | 1 => matches!(outcome, Err(CommitError::Stale)),
                2 => {
                    matches!(&outcome, Err(CommitError::Taken(claim)) if *claim == Claim::new(RecordKind::User, "username", "taken"))
                }
                3 => matches!(outcome, Err(CommitError::Missing("customer_id"))),
                _ => matches!(outcome, Err(CommitError::Ended)),
            };
            assert!(is_told, "{number}, {place}: {outcome:?}");
        }
    }
    assert_eq!(find::<Account>(&*store, &first.login).await.unwrap().unwrap(), first);
    assert_eq!(changes::<Account>(&*store, &first.login).await.len(), 1);
    for kind in [RecordKind::Upload, RecordKind::Customer, RecordKind::Member] {
        assert_eq!(store.count_records(kind).await.unwrap(), 0, "{kind:?}");
    }
    let all = store.changes_behind(Page::first(100)).await.unwrap();
    assert_eq!(all.len(), 4, "nothing of what was refused is in the log");
    // Nor is anything left of their claims.
    let after = [write(None, named(3, "free")), write(None, member(8, "M@example.test"))];
    store.commit(together(after)).await.unwrap();
}

pub async fn a_dropped_commit_of_several_writes_is_whole_or_absent(store: Arc<dyn Store>) {
    for number in 1..=3 {
        create(&*store, account(number)).await;
    }
    let logins = [1, 2, 3].map(login);
    let all = async || {
        let all = join_all(logins.iter().map(|login| find::<Account>(&*store, login))).await;
        all.into_iter().map(|found| found.unwrap().unwrap()).collect::<Vec<_>>()
    };
    let next = async |name: &str| {
        together(all().await.into_iter().map(|account| write(Some(&account), renamed(&account, name))))
    };
    for round in 0..60 {
        let commit = next(&format!("round {round}")).await;
        poll_at_most(store.commit(commit), round % 6).await;
    }
    for _ in 0..20 {
        // What was dropped may still be on its way.
        store.commit(next("last").await).await.ok();
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let versions: Vec<i64> = all().await.iter().map(|account| account.version).collect();
    assert!(versions.iter().all(|version| *version == versions[0]), "{versions:?}");
    for number in 1..=3 {
        let last = changes::<Account>(&*store, &login(number)).await.last().map(|change| change.version);
        assert_eq!(last, Some(versions[0]));
    }
}

pub async fn a_claim_moves_between_records_in_one_step(store: Arc<dyn Store>) {
    let (one, other) = (named(1, "first"), named(2, "second"));
    store.commit(together([write(None, one.clone()), write(None, other.clone())])).await.unwrap();
    let swapped = |user: &User, username: &str| User {
        version: user.version + 1,
        username: (&text(username)).try_into().unwrap(),
        ..user.clone()
    };
    let (next, next_other) = (swapped(&one, "Second"), swapped(&other, "First"));
    store
        .commit(together([write(Some(&one), next.clone()), write(Some(&other), next_other.clone())]))
        .await
        .unwrap();
    let holder = async |name: &str| claimed::<User>(&*store, Claim::username(name)).await.map(|user| user.id);
    assert_eq!(holder("first").await, Some(other.id.clone()));
    assert_eq!(holder("second").await, Some(one.id.clone()));
    // Whichever of the two comes first.
    let (last, last_other) = (swapped(&next, "third"), swapped(&next_other, "second"));
    store.commit(together([write(Some(&next_other), last_other), write(Some(&next), last)])).await.unwrap();
    assert_eq!(holder("first").await, None);
    assert_eq!(holder("second").await, Some(other.id));
    assert_eq!(holder("third").await, Some(one.id));
}

pub async fn claims_of_different_kinds_are_apart(store: Arc<dyn Store>) {
    let tenant = Tenant { id: 1, version: 1, slug: text("acme"), name: text("Acme") };
    store.commit(together([write(None, tenant), write(None, named(1, "acme"))])).await.unwrap();
    assert!(claimed::<Tenant>(&*store, Claim::slug("acme")).await.is_some());
    assert!(claimed::<User>(&*store, Claim::username("acme")).await.is_some());
    let both = together([write(None, named(2, "same")), write(None, named(3, "Same"))]);
    let refused = store.commit(both).await;
    assert!(matches!(refused, Err(CommitError::Taken(_))), "one value for two records: {refused:?}");
    assert_eq!(store.count_records(RecordKind::User).await.unwrap(), 1);
}

pub async fn one_of_64_gets_a_claim(store: Arc<dyn Store>) {
    let tasks = (0..64_u32).map(|number| {
        let store = Arc::clone(&store);
        tokio::spawn(async move { store.commit(commit(None, named(number, "wanted"))).await })
    });
    let outcomes: Vec<_> = join_all(tasks).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    let taken = |outcome: &Result<Vec<Head>, CommitError>| matches!(outcome, Err(CommitError::Taken(claim)) if claim.value == "wanted");
    assert_eq!(outcomes.iter().filter(|outcome| taken(outcome)).count(), 63, "{outcomes:?}");
    assert_eq!(store.count_records(RecordKind::User).await.unwrap(), 1);

    // The same for those who have been there for long.
    let holder = claimed::<User>(&*store, Claim::username("wanted")).await.unwrap();
    let holder = saved::<User>(&*store, &holder.id).await.unwrap();
    let others = (100..164_u32).map(|number| named(number, &format!("user-{number}")));
    let others: Vec<User> = others.collect();
    join_all(others.iter().map(|one| store.commit(commit(None, one.clone())))).await;
    store.commit(end(&holder)).await.unwrap();
    let wants = |one: &User| User { version: 2, username: named(0, "wanted").username, ..one.clone() };
    let outcomes = join_all(others.iter().map(|one| store.commit(commit(Some(one), wants(one))))).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    assert_eq!(outcomes.iter().filter(|outcome| taken(outcome)).count(), 63, "{outcomes:?}");
}
