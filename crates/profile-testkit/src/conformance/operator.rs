//! Promises of [`OperatorKeys`](profile_ports::OperatorKeys) and [`Accesses`](profile_ports::Accesses).

use std::{fmt::Debug, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use profile_domain::{
    PersonId,
    change::RecordKind,
    operator::{Access, Action, OperatorKey, OperatorKeyId, Revocation, Role},
};
use profile_ports::{AccessFilter, CommitError, IdempotencyKey, KeyedResponse, Page, RevokedKey, Store};
use uuid::Uuid;

use crate::fixtures::{moment, person, reply, text};

fn id(rest: &str) -> OperatorKeyId {
    OperatorKeyId::try_from(format!("opk_{rest:0>14}").as_str()).expect("14 letters and digits")
}

fn key(rest: &str) -> OperatorKey {
    OperatorKey {
        id: id(rest),
        name: "Desk \"é\"".to_owned(),
        role: Role::Privacy,
        hash: format!("hash of {rest}"),
        allow_cidrs: vec!["10.0.0.0/8".parse().unwrap(), "2001:db8::/32".parse().unwrap()],
        created_at: moment(),
        created_by: "operator".to_owned(),
        expires_at: None,
        last_used_at: None,
        revoked: None,
    }
}

fn revocation(reason: &str) -> Revocation {
    Revocation { at: moment(), by: "operator:opk_00000000000001".to_owned(), reason: reason.to_owned() }
}

fn revoked(rest: &str, reason: &str) -> RevokedKey {
    RevokedKey { id: id(rest), revocation: revocation(reason) }
}

fn reply_under(key: &str, body: &str) -> KeyedResponse {
    let IdempotencyKey { caller, .. } = reply(body).key;
    KeyedResponse { key: IdempotencyKey { caller, key: key.to_owned() }, ..reply(body) }
}

/// Whether a copy was faster; nothing else may have gone wrong.
fn is_repeated<T: Debug>(outcome: &Result<T, CommitError>) -> bool {
    assert!(matches!(outcome, Ok(_) | Err(CommitError::Repeated)), "{outcome:?}");
    outcome.is_err()
}

pub async fn an_operator_key_is_found_by_its_hash_and_its_id(store: Arc<dyn Store>) {
    let plain = key("1");
    let full = OperatorKey {
        allow_cidrs: Vec::new(),
        role: Role::Admin,
        expires_at: Some(moment()),
        last_used_at: Some(DateTime::UNIX_EPOCH),
        revoked: Some(revocation("lost")),
        ..key("2")
    };
    for one in [&plain, &full] {
        store.add_operator_key(one, None).await.unwrap();
        assert_eq!(store.find_operator_key(&one.id).await.unwrap().as_ref(), Some(one));
        assert_eq!(store.operator_key_of(&one.hash).await.unwrap().as_ref(), Some(one));
    }
    assert_eq!(store.find_operator_key(&id("3")).await.unwrap(), None);
    assert_eq!(store.operator_key_of("HASH OF 1").await.unwrap(), None);
    let same_id = OperatorKey { hash: "another".to_owned(), ..plain.clone() };
    assert!(store.add_operator_key(&same_id, None).await.is_err());
    assert_eq!(store.find_operator_key(&plain.id).await.unwrap(), Some(plain), "a key is never replaced");
}

pub async fn operator_keys_are_listed_by_the_bytes_of_their_ids(store: Arc<dyn Store>) {
    let now = moment();
    let later = now + TimeDelta::microseconds(1);
    let keys = [
        key("B"),
        OperatorKey { expires_at: Some(later), ..key("C") },
        OperatorKey { expires_at: Some(now), ..key("a") },
        OperatorKey { revoked: Some(revocation("lost")), ..key("b") },
        key("c"),
    ];
    for one in keys.iter().rev() {
        store.add_operator_key(one, None).await.unwrap();
    }
    let walk = async |alive: Option<DateTime<Utc>>, limit: u32| {
        let mut found: Vec<OperatorKey> = Vec::new();
        loop {
            let after = found.last().map(|key| key.id.clone());
            let page = store.list_operator_keys(Page { after: after.as_ref(), limit }, alive).await.unwrap();
            assert!(page.len() <= limit as usize);
            if page.is_empty() {
                return found;
            }
            found.extend(page);
        }
    };
    let alive = |at: DateTime<Utc>| keys.iter().filter(move |key| key.is_alive(at)).cloned();
    assert_eq!(alive(now).count(), 3);
    for limit in [1, 2, 100] {
        assert_eq!(walk(None, limit).await, keys, "by {limit}");
        for at in [now, later] {
            assert_eq!(walk(Some(at), limit).await, alive(at).collect::<Vec<_>>(), "by {limit}");
        }
    }
}

pub async fn the_first_revocation_of_an_operator_key_stays(store: Arc<dyn Store>) {
    for rest in ["1", "2"] {
        store.add_operator_key(&key(rest), None).await.unwrap();
    }
    let ended = OperatorKey { revoked: Some(revocation("lost")), ..key("1") };
    for reason in ["lost", "again"] {
        let found = store.revoke_operator_key(&revoked("1", reason), None).await.unwrap();
        assert_eq!(found.as_ref(), Some(&ended), "{reason}");
    }
    assert_eq!(store.find_operator_key(&id("1")).await.unwrap(), Some(ended));
    assert_eq!(store.find_operator_key(&id("2")).await.unwrap(), Some(key("2")));
    assert_eq!(store.revoke_operator_key(&revoked("3", "lost"), None).await.unwrap(), None);
}

pub async fn the_last_minute_in_which_an_operator_key_was_used_is_noted(store: Arc<dyn Store>) {
    store.add_operator_key(&key("1"), None).await.unwrap();
    let minute = DateTime::from_timestamp(1_780_000_020, 0).expect("within the calendar");
    let next = minute + TimeDelta::minutes(1);
    for (used, noted) in [
        (minute + TimeDelta::microseconds(1), minute),
        (next - TimeDelta::microseconds(1), minute),
        (next, next),
        (minute, next),
    ] {
        store.note_operator_key_use(&id("1"), used).await.unwrap();
        let found = store.find_operator_key(&id("1")).await.unwrap();
        assert_eq!(found, Some(OperatorKey { last_used_at: Some(noted), ..key("1") }), "{used}");
    }
    store.note_operator_key_use(&id("2"), next).await.unwrap();
    assert_eq!(store.find_operator_key(&id("2")).await.unwrap(), None);
}

pub async fn an_operator_key_and_its_reply_are_stored_once(store: Arc<dyn Store>) {
    store.add_operator_key(&key("1"), Some(&reply("first"))).await.unwrap();
    assert_eq!(store.find_response(&reply("").key).await.unwrap(), Some(reply("first")));
    assert!(is_repeated(&store.add_operator_key(&key("2"), Some(&reply("second"))).await));
    assert_eq!(store.find_response(&reply("").key).await.unwrap(), Some(reply("first")));
    assert_eq!(store.find_operator_key(&id("2")).await.unwrap(), None);

    let other = |body: &str| reply_under("other", body);
    assert!(store.add_operator_key(&key("1"), Some(&other("refused"))).await.is_err());
    assert_eq!(store.find_response(&other("").key).await.unwrap(), None, "neither without the other");

    let copies = (10..26).map(|number| {
        let store = Arc::clone(&store);
        let (key, reply) = (key(&number.to_string()), other(&number.to_string()));
        tokio::spawn(async move { store.add_operator_key(&key, Some(&reply)).await })
    });
    let outcomes: Vec<_> = join_all(copies).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(outcomes.iter().filter(|outcome| !is_repeated(outcome)).count(), 1);
    let all = store.list_operator_keys(Page::first(100), None).await.unwrap();
    assert_eq!(all.len(), 2, "{all:?}");
    let kept = store.find_response(&other("").key).await.unwrap().unwrap();
    assert_eq!(all[1].hash, format!("hash of {}", kept.reply.body));
}

pub async fn a_revocation_and_its_reply_are_stored_once(store: Arc<dyn Store>) {
    for rest in ["1", "2"] {
        store.add_operator_key(&key(rest), None).await.unwrap();
    }
    let missing = store.revoke_operator_key(&revoked("3", "none"), Some(&reply("none"))).await;
    assert_eq!(missing.unwrap(), None);
    assert_eq!(store.find_response(&reply("").key).await.unwrap(), None, "nothing was done");
    let copies = (10..26).map(|number| {
        let (store, reason) = (Arc::clone(&store), number.to_string());
        let (revoked, reply) = (revoked("1", &reason), reply(&reason));
        tokio::spawn(async move { store.revoke_operator_key(&revoked, Some(&reply)).await })
    });
    let outcomes: Vec<_> = join_all(copies).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(outcomes.iter().filter(|outcome| !is_repeated(outcome)).count(), 1);
    let kept = store.find_response(&reply("").key).await.unwrap().unwrap();
    let ended = OperatorKey { revoked: Some(revocation(&kept.reply.body)), ..key("1") };
    assert_eq!(store.find_operator_key(&id("1")).await.unwrap().as_ref(), Some(&ended));
    // Another call finds it ended, and has a reply of its own.
    let again = reply_under("other", "again");
    let found = store.revoke_operator_key(&revoked("1", "again"), Some(&again)).await.unwrap();
    assert_eq!(found.as_ref(), Some(&ended));
    assert_eq!(store.find_response(&again.key).await.unwrap().as_ref(), Some(&again));
    assert!(is_repeated(&store.revoke_operator_key(&revoked("2", "late"), Some(&again)).await));
    assert_eq!(store.find_operator_key(&id("2")).await.unwrap(), Some(key("2")));
}

fn access(number: u128, person: Option<PersonId>, actor: &str) -> Access {
    Access {
        id: Uuid::from_u128(number << 64),
        // Accesses of several servers may come in an order that their clocks do not tell.
        at: moment() - TimeDelta::seconds(i64::try_from(number).unwrap()),
        person,
        actor: actor.to_owned(),
        request_id: format!("r-{number}"),
        action: Action::Reveal,
        kind: Some(RecordKind::Client),
        key: Some("019cb73d-3218-71f7-81a2-b3c4d5e6f708".to_owned()),
        fields: vec!["profile.date_of_birth".to_owned(), "odd \"name\"".to_owned()],
        reason: text("ticket 4711\né"),
    }
}

pub async fn accesses_come_back_newest_first(store: Arc<dyn Store>) {
    let (zoe, nora) = (person(), person());
    let (one, other) = ("operator:opk_0000000000000a", "operator:opk_0000000000000A");
    let bare =
        Access { kind: None, key: None, fields: Vec::new(), action: Action::Export, ..access(3, None, one) };
    let all = [
        access(1, Some(zoe), one),
        access(2, Some(nora), one),
        bare,
        // A record of nobody whose key is the id of a person.
        Access { key: Some(zoe.0.to_string()), action: Action::Erase, ..access(4, None, other) },
        Access { action: Action::Hold, ..access(5, Some(zoe), other) },
        Access { action: Action::Release, ..access(6, Some(zoe), one) },
    ];
    for one in [3, 0, 5, 1, 4, 2] {
        store.add_access(&all[one]).await.unwrap();
    }
    for about in [None, Some(zoe), Some(nora), Some(person())] {
        for by in [&[][..], &[one], &[other], &["operator"], &[one, "operator"]] {
            let actors = by.iter().map(|actor| (*actor).to_owned()).collect();
            let of = AccessFilter { person: about, actors };
            let expected: Vec<Access> = all
                .iter()
                .rev()
                .filter(|access| about.is_none() || access.person == about)
                .filter(|access| by.is_empty() || by.contains(&access.actor.as_str()))
                .cloned()
                .collect();
            for limit in [1, 2, 100] {
                let mut found: Vec<Access> = Vec::new();
                loop {
                    let before = found.last().map(|access| access.id);
                    let page = store.list_accesses(&of, Page { after: before, limit }).await.unwrap();
                    assert!(page.len() <= limit as usize);
                    if page.is_empty() {
                        break;
                    }
                    found.extend(page);
                }
                assert_eq!(found, expected, "{about:?} {by:?} by {limit}");
            }
        }
    }
}
