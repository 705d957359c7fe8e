//! Promises of [`Store`] to those who commit at the same time.

use crate::fixtures::find;
use std::{future::Future, pin::pin, sync::Arc, task::Poll, time::Duration};

use futures_util::future::{join_all, poll_fn};
use profile_domain::{
    Head, Keyed, Patch,
    account::{Account, ProfilePatch, fields},
    tenant::Member,
    users::User,
};
use profile_ports::{Commit, CommitError, Repository, Store};

use super::{
    members::{language, member},
    store::{create, history, renamed, update},
};
use crate::fixtures::{
    account, account_of, business, commit, customer, end, login, saved, text, user, write,
};

pub async fn concurrent_updates_of_different_fields_lose_nothing(store: Arc<dyn Store>) {
    create(&*store, account(1)).await;
    let sent = join_all((0..32).map(|number| {
        let value = Patch::Value(text(number.to_string()));
        let mut patch = ProfilePatch::default();
        let members = [
            &mut patch.name,
            &mut patch.phone,
            &mut patch.address,
            &mut patch.city,
            &mut patch.state,
            &mut patch.country,
            &mut patch.zipcode,
            &mut patch.user_color,
        ];
        let [name, phone, address, city, state, country, zipcode, user_color] = members;
        *[name, phone, address, city, state, country, zipcode, user_color]
            .into_iter()
            .nth(number % 8)
            .unwrap() = value;
        let store = Arc::clone(&store);
        async move { tokio::spawn(async move { update(&*store, login(1), &patch).await }).await.unwrap() }
    }))
    .await;

    let stored = find::<Account>(&*store, &login(1)).await.unwrap().unwrap();
    assert_eq!(stored.version, 33);
    let changes = history(&*store, login(1)).await;
    let versions: Vec<i64> = changes.iter().map(|change| change.version).collect();
    assert_eq!(versions, (1..=33).collect::<Vec<_>>());
    let newest = sent.iter().max_by_key(|account| account.version).unwrap();
    assert_eq!(*newest, stored, "the last accepted state is the stored one");
    for field in [fields::NAME, fields::CITY, fields::USER_COLOR] {
        let writes =
            changes.iter().skip(1).filter(|change| change.fields.iter().any(|f| f.field == field.name));
        assert_eq!(writes.count(), 4, "each of the four updates of {} is recorded", field.name);
    }
}

pub async fn a_refused_commit_sinks_no_neighbour(store: Arc<dyn Store>) {
    let mut first = Vec::new();
    for number in 1..=40 {
        first.push(create(&*store, account(number)).await);
    }
    let next: Vec<Account> = first.iter().map(|account| renamed(account, "together")).collect();
    let commits = first.iter().zip(&next).enumerate().map(|(number, (first, next))| match number % 4 {
        1 => commit(None, first.clone()),
        2 => commit(Some(first), Account { version: 7, ..next.clone() }),
        _ => commit(Some(first), next.clone()),
    });
    let outcomes = join_all(commits.map(|commit| store.commit(commit))).await;
    for (number, outcome) in outcomes.into_iter().enumerate() {
        let stored = find::<Account>(&*store, &first[number].login).await.unwrap().unwrap();
        let expected = match (number % 4, outcome) {
            (1 | 2, Err(CommitError::Stale)) => &first[number],
            (0 | 3, Ok(_)) => &next[number],
            (_, outcome) => panic!("{number}: {outcome:?}"),
        };
        assert_eq!(stored, *expected);
        assert_eq!(history(&*store, stored.login).await.len(), usize::try_from(stored.version).unwrap());
    }
}

/// Polls `future` at most `polls` times, then drops it.
pub(super) async fn poll_at_most(future: impl Future<Output = Result<Vec<Head>, CommitError>>, polls: u32) {
    let mut future = pin!(future);
    for _ in 0..polls {
        let done = poll_fn(|context| Poll::Ready(future.as_mut().poll(context).is_ready())).await;
        if done {
            return;
        }
        tokio::time::sleep(Duration::from_micros(200)).await;
    }
}

pub async fn a_dropped_commit_is_whole_or_absent(store: Arc<dyn Store>) {
    create(&*store, account(1)).await;
    for round in 0..60 {
        let current = find::<Account>(&*store, &login(1)).await.unwrap().unwrap();
        let next = renamed(&current, &format!("round {round}"));
        let commit = commit(Some(&current), next);
        poll_at_most(store.commit(commit), round % 6).await;
    }
    // What was dropped may still be on its way; a commit of our own, on a connection that served them, ends behind it.
    for _ in 0..20 {
        update(&*store, login(1), &ProfilePatch::default()).await;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let stored = find::<Account>(&*store, &login(1)).await.unwrap().unwrap();
    let changes = history(&*store, login(1)).await;
    assert_eq!(changes.len(), usize::try_from(stored.version).unwrap());
    let last_name = changes.iter().rev().flat_map(|change| &change.fields).find(|f| f.field == "name");
    let expected = profile_domain::change::Value::Text(stored.profile.name.clone());
    assert_eq!(last_name.map(|field| &field.new), Some(&expected));
}

/// Ends `target` while others begin records that name it: afterwards either it is there, or nobody names it.
async fn race<T: Keyed, N: Keyed>(store: &Arc<dyn Store>, target: T, naming: &[N], before: usize)
where
    dyn Store: Repository<T> + Repository<N>,
{
    store.commit(commit(None, target.clone())).await.unwrap();
    let ending = end(&saved::<T>(&**store, &target.id()).await.unwrap());
    let mut commits: Vec<Commit> = naming.iter().map(needing).collect();
    commits.insert(before, ending);
    let racers = commits.into_iter().map(|commit| {
        let store = Arc::clone(store);
        tokio::spawn(async move { store.commit(commit).await })
    });
    let mut outcomes: Vec<_> = join_all(racers).await.into_iter().map(Result::unwrap).collect();
    let ended = outcomes.remove(before);
    let is_there = saved::<T>(&**store, &target.id()).await.is_some();
    assert!(matches!(ended, Ok(_) | Err(CommitError::Referenced)), "{ended:?}");
    assert_eq!(is_there, ended.is_err(), "{ended:?}");
    for (one, begun) in naming.iter().zip(outcomes) {
        let names = saved::<N>(&**store, &one.id()).await.is_some();
        assert!(matches!(begun, Ok(_) | Err(CommitError::Missing(_))), "{begun:?}");
        assert_eq!(names, begun.is_ok(), "{begun:?}");
        assert!(is_there || !names, "{:?} {} names what is gone", N::KIND, one.key());
    }
}

/// The commit that begins a record, as a story makes it that has looked up what the record names.
fn needing<T: Keyed>(record: &T) -> Commit {
    let mut write = write(None, record.clone());
    write.need(record.names());
    write.into()
}

pub async fn nothing_names_a_record_that_ends_at_the_same_time(store: Arc<dyn Store>) {
    for round in 0..16 {
        let owner = customer(round);
        let accounts: Vec<Account> =
            (1..=32).map(|number| account_of(&owner, round * 100 + number)).collect();
        race(&store, owner, &accounts, usize::try_from(round).unwrap() * 2).await;
    }
    for round in 0..8_u32 {
        let number = |number: u32| round * 100 + number;
        let employer = business(number(0));
        let users: Vec<User> = (1..=8).map(|one| user(number(one), &[&employer.id])).collect();
        race(&store, employer, &users, round as usize).await;
        let spoken = language(number(0).cast_signed());
        let speaks = |one: u32| Member {
            language_id: Some(spoken.id),
            ..member(number(one).cast_signed(), &format!("m{}@example.test", number(one)))
        };
        let members: Vec<Member> = (1..=8).map(speaks).collect();
        race(&store, spoken, &members, round as usize).await;
    }
}
