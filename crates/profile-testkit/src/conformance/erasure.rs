//! Promises of [`Holds`](profile_ports::Holds), [`Erasures`](profile_ports::Erasures) and of what a commit does about a person.

use std::{slice, sync::Arc};

use chrono::TimeDelta;
use futures_util::future::join_all;
use profile_domain::{
    Claim, PersonId, Text,
    chain::{self, redact},
    change::{Digest, RecordKind},
    operator::{Access, Action, Erasure, Hold},
    users::User,
};
use profile_ports::{
    AccessFilter, Commit, CommitError, Forget, HoldState, IdempotencyKey, KeyedResponse, Page, PersonStep,
    ResponseSubject, Store, Write,
};
use uuid::Uuid;

use super::commits::{changes, named};
use crate::fixtures::{SALT, cause, commit, find, moment, person, reply, saved, text};

fn hold(reason: &str) -> Hold {
    let kinds = vec![RecordKind::Client, RecordKind::Account];
    let by = "operator:opk_00000000000001".to_owned();
    Hold { kinds, reason: text(reason), until: Some(moment() + TimeDelta::days(1)), at: moment(), by }
}

fn access(number: u128, of: PersonId) -> Access {
    Access {
        id: Uuid::from_u128(number),
        at: moment(),
        person: Some(of),
        actor: "operator:opk_00000000000001".to_owned(),
        request_id: "r-1".to_owned(),
        action: Action::Hold,
        kind: None,
        key: None,
        fields: Vec::new(),
        reason: text("ticket 4711"),
    }
}

fn accesses_of(person: PersonId) -> AccessFilter {
    AccessFilter { person: Some(person), ..AccessFilter::default() }
}

fn steps(steps: Vec<PersonStep>) -> Commit {
    Commit { writes: Vec::new(), reply: None, steps }
}

fn placing(of: PersonId, base: i64, hold: Option<Hold>) -> Commit {
    let access = access(u128::from(u64::try_from(base).unwrap()) + 1, of);
    steps(vec![
        PersonStep::Decide { person: of, base },
        PersonStep::Hold(of, hold.map(Box::new)),
        PersonStep::Access(Box::new(access)),
    ])
}

pub async fn a_hold_is_stored_with_its_access(store: Arc<dyn Store>) {
    let of = person();
    assert_eq!(store.find_hold(of).await.unwrap(), HoldState::default());
    store.commit(placing(of, 0, Some(hold("first")))).await.unwrap();
    let state = HoldState { version: 1, hold: Some(hold("first")) };
    assert_eq!(store.find_hold(of).await.unwrap(), state);
    let open = Hold { until: None, ..hold("second \"é\"") };
    store.commit(placing(of, 1, Some(open.clone()))).await.unwrap();
    assert_eq!(store.find_hold(of).await.unwrap(), HoldState { version: 2, hold: Some(open) });
    store.commit(placing(of, 2, None)).await.unwrap();
    assert_eq!(store.find_hold(of).await.unwrap(), HoldState { version: 3, hold: None });
    assert_eq!(store.list_accesses(&accesses_of(of), Page::first(10)).await.unwrap().len(), 3);
    assert_eq!(store.find_hold(person()).await.unwrap(), HoldState::default(), "another person's");
}

pub async fn of_those_who_decide_at_once_one_does(store: Arc<dyn Store>) {
    let of = person();
    for base in 0..3 {
        let deciders = (0..8).map(|number| {
            let access = access(u128::try_from(base * 100 + number).unwrap(), of);
            store.commit(steps(vec![
                PersonStep::Decide { person: of, base },
                PersonStep::Access(Box::new(access)),
            ]))
        });
        let outcomes = join_all(deciders).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
        let refused = |outcome: &Result<_, CommitError>| matches!(outcome, Ok(_) | Err(CommitError::Stale));
        assert!(outcomes.iter().all(refused), "{outcomes:?}");
    }
    let accesses = store.list_accesses(&accesses_of(of), Page::first(100)).await.unwrap();
    assert_eq!(accesses.len(), 3, "what is refused leaves nothing");
}

fn erasure(number: u128, of: PersonId, receipt: Option<&str>) -> Erasure {
    let mut erasure = Erasure::new(
        Uuid::from_u128(number),
        of,
        moment(),
        "operator:opk_00000000000001".to_owned(),
        Text::try_from("ticket \"é\"").unwrap(),
    );
    erasure.records.push((RecordKind::User, "user_00000000000001".to_owned(), 2));
    erasure.held.push((RecordKind::Client, "5b2f".to_owned()));
    erasure.rest.push("upload-1".to_owned());
    (erasure.changes, erasure.media) = (2, 1);
    Erasure { receipt: receipt.map(str::to_owned), ..erasure }
}

fn about(key: &str) -> KeyedResponse {
    KeyedResponse {
        key: IdempotencyKey {
            caller: "operator:opk_00000000000001@operator".to_owned(),
            key: key.to_owned(),
        },
        about: Some(ResponseSubject::Record(RecordKind::User, key.to_owned())),
        ..reply("{}")
    }
}

fn about_person(user: &User) -> KeyedResponse {
    let subject = Some(ResponseSubject::Person(user.person));
    KeyedResponse { about: subject, ..about(&format!("person of {}", user.id.as_str())) }
}

/// The commit that erases a user, and what the log has of them without values.
async fn erasing(store: &dyn Store, user: &User) -> Commit {
    let of = user.person;
    let last = saved::<User>(store, &user.id).await.unwrap();
    let redacted = changes::<User>(store, &user.id).await.into_iter().map(redact).collect();
    let records = vec![(RecordKind::User, user.id.as_str().to_owned())];
    let base = store.find_hold(of).await.unwrap().version;
    Commit {
        writes: vec![Write::end(&last, cause(), SALT).erased()],
        reply: None,
        steps: vec![
            PersonStep::Decide { person: of, base },
            PersonStep::Redact(redacted),
            PersonStep::Forget(Box::new(Forget { person: of, records, is_whole: true })),
            PersonStep::Erase(Box::new(erasure(1, of, None))),
        ],
    }
}

pub async fn an_erasure_leaves_commitments_alone(store: Arc<dyn Store>) {
    let (nora, omar) = (named(1, "nora"), named(2, "omar"));
    for user in [&nora, &omar] {
        store.commit(commit(None, user.clone())).await.unwrap();
        assert!(store.store_response(&about(user.id.as_str())).await.unwrap());
        assert!(store.store_response(&about_person(user)).await.unwrap());
    }
    let before = changes::<User>(&*store, &nora.id).await;
    let others = changes::<User>(&*store, &omar.id).await;
    let erasing = erasing(&*store, &nora).await;
    let heads = store.commit(erasing.clone()).await.unwrap();
    let again = store.commit(erasing).await;
    assert!(matches!(again, Err(CommitError::Stale)), "{again:?}");

    let log = changes::<User>(&*store, &nora.id).await;
    assert_eq!(
        log.iter().map(|change| (change.version, change.ended)).collect::<Vec<_>>(),
        [(1, false), (2, true)]
    );
    assert_eq!(log[0], redact(before[0].clone()), "a change is as it was, without its values");
    assert_eq!(log[1], redact(log[1].clone()), "the end has none, either");
    assert_eq!(log[1].digest, heads[0].chain);
    let mut last: Option<Digest> = None;
    for change in &log {
        assert!(change.is_redacted() && chain::verify(change, last.as_ref()), "version {}", change.version);
        last = Some(change.digest);
    }
    assert_eq!(find::<User>(&*store, &nora.id).await.unwrap(), None);
    assert_eq!(store.holder_of(&Claim::username("nora")).await.unwrap(), None);
    let anew = Write::begin(nora.clone(), log.last(), cause(), SALT);
    let anew = store.commit(anew.into()).await;
    assert!(matches!(anew, Err(CommitError::Stale)), "an erased record does not begin anew: {anew:?}");
    assert_eq!(store.find_response(&about(nora.id.as_str()).key).await.unwrap(), None);
    assert_eq!(store.find_response(&about_person(&nora).key).await.unwrap(), None);

    assert_eq!(changes::<User>(&*store, &omar.id).await, others, "another person's stay");
    assert!(store.find_response(&about(omar.id.as_str()).key).await.unwrap().is_some());
    let of_omar = about_person(&omar);
    assert_eq!(store.find_response(&of_omar.key).await.unwrap(), Some(of_omar));
}

pub async fn an_erasure_is_kept_until_it_has_its_receipt_and_for_ever(store: Arc<dyn Store>) {
    let mut persons = [person(), person(), person()];
    persons.sort();
    let [first, second, third] = persons;
    let keep = async |erasure: Erasure| {
        store.commit(steps(vec![PersonStep::Erase(Box::new(erasure))])).await.unwrap();
    };
    keep(erasure(3, first, None)).await;
    keep(erasure(2, second, Some("{\"old\":1}"))).await;
    keep(erasure(4, second, None)).await;
    keep(erasure(1, third, Some("{\"é\":1}"))).await;
    assert_eq!(store.erasures_of(first).await.unwrap(), [erasure(3, first, None)], "as it was stored");
    let more = Erasure { changes: 5, ..erasure(3, first, None) };
    keep(more.clone()).await;
    assert_eq!(store.erasures_of(first).await.unwrap(), slice::from_ref(&more), "as it has come along");
    let unfinished = store.unfinished_erasures(10).await.unwrap();
    assert_eq!(unfinished, [more, erasure(4, second, None)], "in the order in which they began");
    assert_eq!(store.unfinished_erasures(1).await.unwrap().len(), 1);
    let last = store.last_erasures(Page::first(10)).await.unwrap();
    assert_eq!(last.iter().map(|erasure| erasure.id.as_u128()).collect::<Vec<_>>(), [2, 1]);

    let read = erasure(4, second, None);
    let grown = Erasure { changes: 3, ..read.clone() };
    keep(grown.clone()).await;
    assert!(!store.finish_erasure(&read, "{\"early\":1}").await.unwrap(), "it has grown since");
    assert!(store.finish_erasure(&grown, "{\"new\":1}").await.unwrap());
    assert!(!store.finish_erasure(&grown, "{\"late\":1}").await.unwrap());
    let replacing = store.commit(steps(vec![PersonStep::Erase(Box::new(grown))])).await;
    assert!(matches!(replacing, Err(CommitError::Stale)), "a receipt stays: {replacing:?}");
    let of_second = store.erasures_of(second).await.unwrap();
    let receipts: Vec<_> = of_second.iter().map(|erasure| erasure.receipt.as_deref().unwrap()).collect();
    assert_eq!(
        receipts,
        ["{\"new\":1}", "{\"old\":1}"],
        "the last one first; whoever is later changes nothing"
    );
    assert!(of_second[0].rest.is_empty());
    let last = store.last_erasures(Page::first(10)).await.unwrap();
    assert_eq!(last.iter().map(|erasure| erasure.id.as_u128()).collect::<Vec<_>>(), [4, 1]);
    assert_eq!(store.last_erasures(Page { after: Some(second), limit: 10 }).await.unwrap().len(), 1);
    store.overwrite_removed().await.unwrap();
}
