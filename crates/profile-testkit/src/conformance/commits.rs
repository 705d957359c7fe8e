//! Promises of [`Commits`](profile_ports::Commits): several writes as one, claims, and records that end.

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use profile_domain::{
    Claim, Head, Keyed, Saved,
    account::{Account, Customer},
    chain,
    change::{ChangeRecord, Digest, Reason, RecordKind, Value},
    client::Client,
    media::MediaFile,
    tenant::{Brand, Group, Language, Member, Membership, Tenant},
    users::{ApiKey, App, Business, Override, Upload, User},
};
use profile_ports::{Commit, CommitError, Repository, Store, Write};

use super::{
    clients::whole,
    concurrency::poll_at_most,
    members::{language, member, membership},
    store::{create, renamed},
    users::{api_key, app},
};
use crate::fixtures::{
    SALT, account, account_of, business, cause, claimed, commit, commit_after, customer, end, file, find,
    login, saved, text, upload, user, write,
};

fn together(writes: impl IntoIterator<Item = Write>) -> Commit {
    Commit { writes: writes.into_iter().collect(), reply: None }
}

fn named(number: u32, username: &str) -> User {
    let one = user(number, &[]);
    User { username: (&text(username)).try_into().unwrap(), ..one }
}

async fn changes<T: Keyed>(store: &dyn Store, key: &T::Key) -> Vec<ChangeRecord> {
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
    let all = store.changes_behind(None, 100).await.unwrap();
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

pub async fn an_ended_record_is_gone_and_its_claims_are_free(store: Arc<dyn Store>) {
    let nora = named(1, "nora");
    store.commit(commit(None, nora.clone())).await.unwrap();
    let last = saved::<User>(&*store, &nora.id).await.unwrap();
    let heads = store.commit(end(&last)).await.unwrap();
    assert_eq!(find::<User>(&*store, &nora.id).await.unwrap(), None);
    assert!(claimed::<User>(&*store, Claim::username("nora")).await.is_none());
    assert_eq!(store.count_records(RecordKind::User).await.unwrap(), 0);
    let ended = store.last_change(RecordKind::User, nora.id.as_str()).await.unwrap().unwrap();
    assert_eq!((ended.ended, ended.version, ended.digest), (true, 2, heads[0].chain));
    assert!(ended.fields.iter().all(|field| field.new == Value::Null));

    let again = store.commit(commit(None, nora.clone())).await;
    assert!(matches!(again, Err(CommitError::Ended)), "{again:?}");
    let twice = store.commit(end(&last)).await;
    assert!(matches!(twice, Err(CommitError::Stale)), "{twice:?}");
    let late = store.commit(commit(Some(&nora), User { version: 2, ..nora.clone() })).await;
    assert!(matches!(late, Err(CommitError::Stale)), "{late:?}");
    let other = named(2, "Nora");
    store.commit(commit(None, other.clone())).await.unwrap();

    let before = saved::<User>(&*store, &other.id).await.unwrap();
    let next = User { bio: Some(text("changed")), ..other };
    store.commit(commit_after(&before, next)).await.unwrap();
    let stale = store.commit(end(&before)).await;
    assert!(matches!(stale, Err(CommitError::Stale)), "it has changed since: {stale:?}");
    let page = store.changes_after(RecordKind::User, ("", 0), 10).await.unwrap();
    assert_eq!(page.len(), 4, "the log of a kind has those that have ended, too");
}

pub async fn an_ended_record_begins_anew_and_its_chain_goes_on(store: Arc<dyn Store>) {
    let nora = named(1, "nora");
    store.commit(commit(None, nora.clone())).await.unwrap();
    store.commit(end(&saved::<User>(&*store, &nora.id).await.unwrap())).await.unwrap();
    let ended = store.last_change(RecordKind::User, nora.id.as_str()).await.unwrap().unwrap();
    let anew = || Write::begin(nora.clone(), Some(&ended), cause(), SALT);
    let outcomes = join_all((0..8).map(|_| store.commit(anew().into()))).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    assert!(
        outcomes.iter().all(|outcome| matches!(outcome, Ok(_) | Err(CommitError::Stale))),
        "{outcomes:?}"
    );
    let stored = saved::<User>(&*store, &nora.id).await.unwrap();
    assert_eq!(stored.record, User { version: 3, ..nora.clone() });
    let taken = store.commit(commit(None, named(2, "nora"))).await;
    assert!(matches!(taken, Err(CommitError::Taken(_))), "what begins anew claims anew: {taken:?}");
    store.commit(end(&stored)).await.unwrap();
    let late = store.commit(anew().into()).await;
    assert!(matches!(late, Err(CommitError::Stale)), "it has ended again meanwhile: {late:?}");

    let log = changes::<User>(&*store, &nora.id).await;
    assert_eq!(
        log.iter().map(|change| (change.version, change.ended)).collect::<Vec<_>>(),
        [(1, false), (2, true), (3, false), (4, true)]
    );
    let mut before: Option<Digest> = None;
    for change in &log {
        assert!(chain::verify(change, before.as_ref()), "version {}", change.version);
        before = Some(change.digest);
    }
    assert!(log.iter().all(|change| !matches!(change.cause.reason, Some(Reason::Redacted(_)))));
}

/// Makes a record and ends it.
async fn ends<T: Keyed>(store: &Arc<dyn Store>, record: T)
where
    dyn Store: Repository<T>,
{
    store.commit(commit(None, record.clone())).await.unwrap();
    let found = Repository::<T>::find(&**store, &record.id()).await.unwrap().unwrap();
    assert!(found.record == record, "{:?}", T::KIND);
    store.commit(end(&found)).await.unwrap();
    assert!(Repository::<T>::find(&**store, &record.id()).await.unwrap().is_none(), "{:?}", T::KIND);
    assert_eq!(store.count_records(T::KIND).await.unwrap(), 0, "{:?}", T::KIND);
    let log = store.changes_of(T::KIND, &record.key()).await.unwrap();
    assert_eq!(log.iter().map(|change| change.ended).collect::<Vec<_>>(), [false, true]);
}

pub async fn a_record_of_any_kind_can_end(store: Arc<dyn Store>) {
    let store = &store;
    ends::<Customer>(store, customer(1)).await;
    ends::<Account>(store, account(1)).await;
    ends::<MediaFile>(store, file()).await;
    ends::<Business>(store, business(1)).await;
    ends::<App>(store, app()).await;
    ends::<ApiKey>(store, api_key()).await;
    ends::<Upload>(store, upload(1)).await;
    ends::<Client>(store, Client { key: None, ..whole(1) }).await;
    ends::<Language>(store, language(1)).await;
    ends::<Tenant>(store, Tenant { id: 1, version: 1, slug: text("north"), name: text("North") }).await;
    ends::<Brand>(store, Brand { id: 1, version: 1, tenant_id: 1, name: text("North") }).await;
    ends::<Group>(store, Group { id: 1, version: 1, tenant_id: 1, name: text("North") }).await;
    let nora = named(1, "nora");
    store.commit(commit(None, nora.clone())).await.unwrap();
    let over = Override::new(nora.id.clone(), business(1).id, nora.person);
    ends::<Override>(store, Override { version: 1, ..over }).await;
    let mira = member(1, "mira@example.test");
    store.commit(commit(None, mira.clone())).await.unwrap();
    ends::<Membership>(store, membership(1, &mira, 7)).await;
    let mira = saved::<Member>(&**store, &1).await.unwrap();
    store.commit(end(&mira)).await.unwrap();
    assert!(find::<Member>(&**store, &1).await.unwrap().is_none());
}
