//! Promises of [`Uploads`](profile_ports::Uploads) and [`Replies`](profile_ports::Replies).

use crate::fixtures::find;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use profile_domain::users::{Override, OverridePatch, Picture, Upload, UploadStatus};
use profile_ports::{CommitError, Held, Reply, ReplyKey, Reserved, Store};

use crate::fixtures::{business, commit, text, upload, user};

/// When fixtures are committed.
fn committed_at() -> DateTime<Utc> {
    commit(None, upload(1)).record.at
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
    assert_eq!(store.find_upload_by_token(&first.token).await.unwrap().as_deref(), Some(&next));
    assert_eq!(store.find_upload_by_token(&text("du_2")).await.unwrap(), None);
    let stale = store.commit(commit(Some(&first), next.clone())).await;
    assert!(matches!(stale, Err(CommitError::Stale)), "{stale:?}");
    let same_token = Upload { token: first.token.clone(), ..upload(2) };
    let taken = store.commit(commit(None, same_token)).await;
    assert!(matches!(taken, Err(CommitError::Taken("token"))), "{taken:?}");
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
    let waiting = store.unprocessed_uploads(later(), 10).await.unwrap();
    assert_eq!(waiting.iter().map(|one| &one.id).collect::<Vec<_>>(), [&upload(2).id]);
    assert!(store.unprocessed_uploads(committed_at(), 10).await.unwrap().is_empty());
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

pub async fn tries_are_counted_for_each_upload(store: Arc<dyn Store>) {
    for number in 1..=2 {
        store.commit(commit(None, upload(number))).await.unwrap();
    }
    assert_eq!(store.count_upload_try(&upload(1).id).await.unwrap(), 1);
    assert_eq!(store.count_upload_try(&upload(1).id).await.unwrap(), 2);
    assert_eq!(store.count_upload_try(&upload(2).id).await.unwrap(), 1);
    let found = find::<Upload>(&*store, &upload(1).id).await.unwrap();
    assert_eq!(found, Some(upload(1)), "a try is no change of the record");
}

pub async fn names_in_the_media_store_are_found_in_the_records(store: Arc<dyn Store>) {
    let shown =
        Upload { content: Some("upload-a".to_owned()), rendition: Some("b.jpg".to_owned()), ..upload(1) };
    store.commit(commit(None, shown)).await.unwrap();
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let asked = names(&["upload-a", "b.jpg", "upload-b"]);
    assert_eq!(store.known_contents(&asked).await.unwrap(), names(&["upload-a"]));
    assert_eq!(store.known_renditions(&asked).await.unwrap(), names(&["b.jpg"]));
    assert_eq!(store.known_contents(&[]).await.unwrap(), names(&[]));
}

fn key(key: &str) -> ReplyKey {
    ReplyKey { caller: "caller".to_owned(), key: key.to_owned() }
}

pub async fn a_reply_is_kept_for_one_request(store: Arc<dyn Store>) {
    let at = committed_at();
    let reserve =
        async |name: &str, fingerprint: &str| store.reserve_reply(&key(name), fingerprint, at).await.unwrap();
    let reply = Reply { status: 400, body: "{\"é\":1}".to_owned() };
    assert!(reserve("a", "request").await == Reserved::Fresh);
    assert!(reserve("a", "request").await == Reserved::Running);
    store.keep_reply(&key("a"), &reply).await.unwrap();
    assert!(reserve("a", "request").await == Reserved::Answered(reply));
    assert!(reserve("a", "another").await == Reserved::Other);
    assert!(reserve("b", "another").await == Reserved::Fresh);
    store.release_reply(&key("b")).await.unwrap();
    assert!(reserve("b", "request").await == Reserved::Fresh);

    assert_eq!(store.forget_replies(at, at).await.unwrap(), 0);
    assert_eq!(store.forget_replies(at, later()).await.unwrap(), 1, "a reservation that was abandoned");
    assert_eq!(store.forget_replies(later(), later()).await.unwrap(), 1);
    assert!(reserve("a", "another").await == Reserved::Fresh);
}

pub async fn a_request_that_still_runs_keeps_its_key(store: Arc<dyn Store>) {
    let at = committed_at();
    assert!(store.reserve_reply(&key("a"), "request", at).await.unwrap() == Reserved::Fresh);
    store.renew_reply(&key("a"), later()).await.unwrap();
    assert_eq!(store.forget_replies(at, later()).await.unwrap(), 0);
    assert!(store.reserve_reply(&key("a"), "request", at).await.unwrap() == Reserved::Running);
    // Nothing is made by saying so.
    store.renew_reply(&key("b"), later()).await.unwrap();
    assert!(store.reserve_reply(&key("b"), "request", at).await.unwrap() == Reserved::Fresh);
}

pub async fn one_of_many_reserves_a_reply(store: Arc<dyn Store>) {
    let (key, at) = (key("a"), committed_at());
    let outcomes = join_all((0..8).map(|_| store.reserve_reply(&key, "request", at))).await;
    let fresh = outcomes.into_iter().filter(|outcome| *outcome.as_ref().unwrap() == Reserved::Fresh);
    assert_eq!(fresh.count(), 1);
}
