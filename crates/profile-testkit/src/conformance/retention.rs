//! Promises about changes whose values are removed because they have become too old.

use std::sync::Arc;

use profile_domain::{
    chain::{self, expire, redact},
    change::{ChangeRecord, Digest, RecordKind},
    users::User,
};
use profile_ports::{Commit, CommitError, LogRange, Page, PersonStep, Store, Write};
use uuid::Uuid;

use super::commits::{changes, named};
use crate::fixtures::{SALT, account, cause, commit, commit_after, end, find, saved, text};

/// Everything that a walk finds, in pages of `limit`.
async fn walked(store: &dyn Store, kind: RecordKind, until: Uuid, limit: u32) -> Vec<ChangeRecord> {
    let (mut found, mut position) = (Vec::new(), None);
    loop {
        let (page, end) =
            store.changes_with_values(kind, LogRange { after: position, until, limit }).await.unwrap();
        assert!(position < Some(end) && end <= until, "it goes on");
        assert!(page.len() <= limit as usize && page.iter().all(|change| change.id <= end));
        found.extend(page);
        position = Some(end);
        if end == until {
            return found;
        }
    }
}

async fn expiring(store: &dyn Store, of: &User, old: impl IntoIterator<Item = ChangeRecord>) {
    let base = store.find_hold(of.person).await.unwrap().version;
    let redacted = old.into_iter().map(expire).collect();
    let steps = vec![PersonStep::Decide { person: of.person, base }, PersonStep::Redact(redacted)];
    store.commit(Commit { writes: Vec::new(), reply: None, steps }).await.unwrap();
}

pub async fn changes_with_values_are_walked_up_to_a_position(store: Arc<dyn Store>) {
    let (nora, omar) = (named(1, "nora"), named(2, "omar"));
    store.commit(commit(None, nora.clone())).await.unwrap();
    store.commit(commit(None, account(1))).await.unwrap();
    store.commit(commit(None, omar.clone())).await.unwrap();
    let first = changes::<User>(&*store, &nora.id).await;
    let next = User { name: Some(text("Nora")), ..nora.clone() };
    store.commit(commit_after(&saved::<User>(&*store, &nora.id).await.unwrap(), next)).await.unwrap();
    let log = store.changes_behind(Page::first(10)).await.unwrap();
    let of_users: Vec<_> = log.iter().filter(|change| change.kind == RecordKind::User).cloned().collect();
    assert_eq!(of_users.len(), 3);
    for limit in [1, 2, 10] {
        assert_eq!(walked(&*store, RecordKind::User, Uuid::max(), limit).await, of_users, "{limit} at once");
    }
    let until = of_users[1].id;
    assert_eq!(walked(&*store, RecordKind::User, until, 10).await, of_users[..2]);
    assert_eq!(walked(&*store, RecordKind::Client, Uuid::max(), 10).await, []);
    expiring(&*store, &nora, first).await;
    assert_eq!(walked(&*store, RecordKind::User, Uuid::max(), 10).await, of_users[1..]);
}

pub async fn a_record_whose_log_has_expired_begins_anew_until_it_is_erased(store: Arc<dyn Store>) {
    let nora = named(1, "nora");
    store.commit(commit(None, nora.clone())).await.unwrap();
    let before = changes::<User>(&*store, &nora.id).await;
    expiring(&*store, &nora, before.clone()).await;
    let log = changes::<User>(&*store, &nora.id).await;
    assert_eq!(log, [expire(before[0].clone())], "a change is as it was, without its values");
    assert!(log[0].is_redacted() && !log[0].is_erased() && chain::verify(&log[0], None));
    assert_eq!(find::<User>(&*store, &nora.id).await.unwrap(), Some(nora.clone()), "the record stays");

    store.commit(end(&saved::<User>(&*store, &nora.id).await.unwrap())).await.unwrap();
    expiring(&*store, &nora, changes::<User>(&*store, &nora.id).await).await;
    let ended = store.last_change(RecordKind::User, nora.id.as_str()).await.unwrap();
    assert!(ended.as_ref().is_some_and(|ended| ended.ended && ended.expired));
    store.commit(Write::begin(nora.clone(), ended.as_ref(), cause(), SALT).into()).await.unwrap();

    store.commit(end(&saved::<User>(&*store, &nora.id).await.unwrap())).await.unwrap();
    let erased = changes::<User>(&*store, &nora.id).await.into_iter().map(redact).collect();
    let steps = vec![PersonStep::Redact(erased)];
    store.commit(Commit { writes: Vec::new(), reply: None, steps }).await.unwrap();
    let log = changes::<User>(&*store, &nora.id).await;
    assert!(log.iter().all(ChangeRecord::is_erased), "an erasure takes over what has expired");
    let anew = store.commit(Write::begin(nora.clone(), log.last(), cause(), SALT).into()).await;
    assert!(matches!(anew, Err(CommitError::Stale)), "{anew:?}");
    let mut last: Option<Digest> = None;
    for change in &log {
        assert!(chain::verify(change, last.as_ref()), "version {}", change.version);
        last = Some(change.digest);
    }
}
