//! Promises of [`Uploads`](profile_ports::Uploads) and [`IdempotencyStore`](profile_ports::IdempotencyStore).

use crate::fixtures::{claimed, find};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use profile_domain::{
    Claim,
    change::RecordKind,
    client::Client,
    users::{Override, OverridePatch, Picture, Upload, UploadStatus},
};
use profile_ports::{
    Commit, CommitError, Held, IdempotencyKey, KeyedResponse, Store, StoredResponse, TakeOver,
};
use uuid::Uuid;

use super::clients::whole;
use crate::{
    fixed::COMMITTED_AT,
    fixtures::{business, commit, upload, user},
};

/// When conformance tests commit.
fn committed_at() -> DateTime<Utc> {
    DateTime::from_timestamp(COMMITTED_AT, 0).unwrap()
}

fn later() -> DateTime<Utc> {
    committed_at() + TimeDelta::seconds(1)
}

pub async fn an_upload_survives_and_is_found_by_its_token(store: Arc<dyn Store>) {
    let first = upload(1);
    assert_eq!(find::<Upload>(&*store, &first.id).await.unwrap(), None);
    store.commit(commit(None, first.clone())).await.unwrap();
    let next = Upload {
        version: 2,
        status: UploadStatus::Ready,
        size: Some(10_485_760),
        content: Some("content".to_owned()),
        rendition: Some("rendition.jpg".to_owned()),
        attached_at: Some(first.created_at),
        ..first.clone()
    };
    store.commit(commit(Some(&first), next.clone())).await.unwrap();
    assert_eq!(find::<Upload>(&*store, &first.id).await.unwrap().as_ref(), Some(&next));
    assert_eq!(claimed::<Upload>(&*store, Claim::token(first.token.as_str())).await.as_ref(), Some(&next));
    assert_eq!(claimed::<Upload>(&*store, Claim::token("du_2")).await, None);
    let stale = store.commit(commit(Some(&first), next.clone())).await;
    assert!(matches!(stale, Err(CommitError::Stale)), "{stale:?}");
    let same_token = Upload { token: first.token.clone(), ..upload(2) };
    let taken = store.commit(commit(None, same_token)).await;
    assert!(matches!(taken, Err(CommitError::Taken(Claim { field: "token", .. }))), "{taken:?}");
}

pub async fn only_what_no_profile_shows_is_unused(store: Arc<dyn Store>) {
    for number in 1..=5 {
        store.commit(commit(None, upload(number))).await.unwrap();
    }
    let shown = |number| Some(Picture { upload: upload(number).id, rendition: "picture.jpg".to_owned() });
    let mut nora = user(1, &[]);
    nora.banner = shown(2);
    store.commit(commit(None, nora.clone())).await.unwrap();
    let none = Override::new(nora.id.clone(), business(1).id, nora.person);
    let patch = OverridePatch { picture: shown(3).into(), ..OverridePatch::default() };
    store.commit(commit(None, none.updated(&patch).unwrap())).await.unwrap();
    let removed = Upload { version: 2, status: UploadStatus::Removed, ..upload(4) };
    store.commit(commit(Some(&upload(4)), removed)).await.unwrap();

    assert_eq!(
        store
            .unused_uploads(later(), 10)
            .await
            .unwrap()
            .into_iter()
            .map(|saved| saved.record)
            .collect::<Vec<_>>(),
        [upload(5)]
    );
    assert!(store.unused_uploads(committed_at(), 10).await.unwrap().is_empty());
    let bare = profile_domain::users::User { version: 2, picture: None, ..nora.clone() };
    store.commit(commit(Some(&nora), bare)).await.unwrap();
    assert_eq!(store.unused_uploads(later(), 10).await.unwrap().len(), 2);
    assert_eq!(store.unused_uploads(later(), 1).await.unwrap().len(), 1);
}

pub async fn bytes_that_came_are_found_until_they_are_looked_at(store: Arc<dyn Store>) {
    for (number, status) in
        [(1, UploadStatus::Pending), (2, UploadStatus::Processing), (3, UploadStatus::Ready)]
    {
        store.commit(commit(None, Upload { status, ..upload(number) })).await.unwrap();
    }
    let waiting = async || {
        let waiting = store.unprocessed_uploads(10).await.unwrap();
        waiting.into_iter().map(|(upload, server)| (upload.id.clone(), server)).collect::<Vec<_>>()
    };
    assert_eq!(waiting().await, [(upload(2).id, None)]);
    let server = Uuid::from_u128(1);
    store.take_upload(&upload(2).id, TakeOver { from: None, to: server }).await.unwrap();
    assert_eq!(waiting().await, [(upload(2).id, Some(server))]);
}

pub async fn what_an_owner_holds_is_what_no_profile_shows(store: Arc<dyn Store>) {
    let owner = upload(1).owner;
    let own = |number| Upload { owner: owner.clone(), ..upload(number) };
    let stored = |number: u32, size| Upload {
        status: UploadStatus::Ready,
        size: Some(size),
        content: Some(format!("upload-{number}")),
        ..own(number)
    };
    for one in [stored(1, 10), stored(2, 200), own(3), upload(5)] {
        store.commit(commit(None, one)).await.unwrap();
    }
    let too_large = Upload { status: UploadStatus::Failed, size: Some(4_000), ..own(4) };
    store.commit(commit(None, too_large)).await.unwrap();
    assert_eq!(store.unattached_uploads_of(&owner).await.unwrap(), Held { bytes: 210, files: 4 });
    let mut nora = user(1, &[]);
    nora.picture = Some(Picture { upload: upload(2).id, rendition: "picture.jpg".to_owned() });
    store.commit(commit(None, nora)).await.unwrap();
    let removed = Upload { version: 2, status: UploadStatus::Removed, content: None, ..stored(1, 10) };
    store.commit(commit(Some(&stored(1, 10)), removed)).await.unwrap();
    assert_eq!(store.unattached_uploads_of(&owner).await.unwrap(), Held { bytes: 0, files: 2 });
}

pub async fn an_upload_is_taken_from_the_server_that_has_it(store: Arc<dyn Store>) {
    for number in 1..=2 {
        store.commit(commit(None, upload(number))).await.unwrap();
    }
    let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
    for (number, from, server, times) in [
        (1, None, one, Some(1)),
        (1, None, other, None),
        (1, Some(other), other, None),
        (1, Some(one), other, Some(2)),
        (1, Some(other), other, Some(3)),
        (2, None, one, Some(1)),
    ] {
        let taken = store.take_upload(&upload(number).id, TakeOver { from, to: server }).await.unwrap();
        assert_eq!(taken, times, "{number} from {from:?} by {server}");
    }
    let found = find::<Upload>(&*store, &upload(1).id).await.unwrap();
    assert_eq!(found, Some(upload(1)), "who has it is no change of the record");
}

pub async fn names_in_the_media_store_are_found_in_the_records(store: Arc<dyn Store>) {
    let shown =
        Upload { content: Some("upload-a".to_owned()), rendition: Some("b.jpg".to_owned()), ..upload(1) };
    store.commit(commit(None, shown)).await.unwrap();
    let pictured = Client { picture: Some("c.jpg".to_owned()), key: None, ..whole(1) };
    store.commit(commit(None, pictured)).await.unwrap();
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let asked = names(&["upload-a", "b.jpg", "upload-b", "c.jpg"]);
    assert_eq!(store.known_contents(&asked).await.unwrap(), names(&["upload-a"]));
    assert_eq!(store.known_renditions(&asked).await.unwrap(), names(&["b.jpg", "c.jpg"]));
    assert_eq!(store.known_contents(&[]).await.unwrap(), names(&[]));
}

fn key(key: &str) -> IdempotencyKey {
    IdempotencyKey { caller: "caller".to_owned(), key: key.to_owned() }
}

fn reply(name: &str, fingerprint: &str) -> KeyedResponse {
    let reply = StoredResponse { status: 400, body: "{\"é\":1}".to_owned() };
    KeyedResponse {
        key: key(name),
        fingerprint: fingerprint.to_owned(),
        reply,
        at: committed_at(),
        about: None,
    }
}

pub async fn a_reply_is_kept_for_one_request(store: Arc<dyn Store>) {
    let (first, other) = (reply("a", "request"), reply("a", "another"));
    assert!(store.find_response(&first.key).await.unwrap().is_none());
    assert!(store.store_response(&first).await.unwrap());
    assert!(!store.store_response(&other).await.unwrap());
    assert!(store.find_response(&first.key).await.unwrap() == Some(first.clone()));
    let elsewhere = IdempotencyKey { caller: "another".to_owned(), ..first.key.clone() };
    assert!(store.find_response(&elsewhere).await.unwrap().is_none());

    assert_eq!(store.remove_responses(committed_at()).await.unwrap(), 0);
    assert_eq!(store.remove_responses(later()).await.unwrap(), 1);
    assert!(store.store_response(&other).await.unwrap());
}

pub async fn a_reply_is_kept_with_the_write(store: Arc<dyn Store>) {
    let kept = reply("a", "request");
    let first = Commit { reply: Some(kept.clone()), ..commit(None, upload(1)) };
    store.commit(first.clone()).await.unwrap();
    assert!(store.find_response(&kept.key).await.unwrap() == Some(kept.clone()));
    let repeated = Commit { reply: Some(reply("a", "another")), ..commit(None, upload(2)) };
    for repeated in [first, repeated] {
        let refused = store.commit(repeated).await;
        assert!(matches!(refused, Err(CommitError::Repeated)), "{refused:?}");
    }
    assert_eq!(find::<Upload>(&*store, &upload(2).id).await.unwrap(), None);
    assert!(store.find_response(&kept.key).await.unwrap() == Some(kept));

    let elsewhere = IdempotencyKey { caller: "another".to_owned(), ..key("a") };
    let elsewhere = KeyedResponse { key: elsewhere, ..reply("a", "request") };
    store.commit(Commit { reply: Some(elsewhere), ..commit(None, upload(3)) }).await.unwrap();

    let stale = Upload { version: 7, ..upload(1) };
    let stale = Commit { reply: Some(reply("b", "request")), ..commit(Some(&upload(1)), stale) };
    assert!(matches!(store.commit(stale).await, Err(CommitError::Stale)));
    assert!(store.find_response(&key("b")).await.unwrap().is_none(), "what was refused keeps nothing");
}

pub async fn of_many_copies_of_a_request_one_writes(store: Arc<dyn Store>) {
    for round in 0..20 {
        let copies = (0..20).map(|copy| {
            let reply = Some(reply(&round.to_string(), "request"));
            store.commit(Commit { reply, ..commit(None, upload(round * 20 + copy)) })
        });
        let outcomes = join_all(copies).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(_) | Err(CommitError::Repeated))));
    }
    assert_eq!(store.count_records(RecordKind::Upload).await.unwrap(), 20);
}
