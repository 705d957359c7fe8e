//! Promises about the log of changes.

use std::sync::Arc;

use profile_domain::{
    account::Account,
    change::{ChangeRecord, Reason, RecordKind},
};
use profile_ports::{Commit, Page, Store};

use crate::fixtures::{account, commit, customer, file, text};

pub async fn changes_of_a_record_come_back_as_written(store: Arc<dyn Store>) {
    let owner = customer(1);
    let mut made = commit(None, owner);
    made.writes[0].draft.cause.reason = Some(Reason::Text(text("asked by phone")));
    store.commit(made.clone()).await.unwrap();
    let stored = store.changes_of(RecordKind::Customer, "1").await.unwrap();
    assert_eq!(stored, [logged(&made, &stored[0])]);
    assert_eq!(store.last_change(RecordKind::Customer, "1").await.unwrap().as_ref(), stored.last());
    assert_eq!(store.last_change(RecordKind::Customer, "2").await.unwrap(), None);

    let made = commit(None, file());
    store.commit(made.clone()).await.unwrap();
    let stored = store.changes_of(RecordKind::File, &made.writes[0].draft.key).await.unwrap();
    assert_eq!(stored, [logged(&made, &stored[0])]);
}

/// The change of a first write, at the place where it was stored.
fn logged(made: &Commit, stored: &ChangeRecord) -> ChangeRecord {
    ChangeRecord::new(made.writes[0].draft.clone(), stored.id, stored.at, None)
}

pub async fn the_log_of_a_kind_is_walked_record_by_record(store: Arc<dyn Store>) {
    for number in [2, 10, 1] {
        let first = account(number);
        store.commit(commit(None, first.clone())).await.unwrap();
        let next = Account { version: 2, update_time: first.update_time + 1, ..first.clone() };
        store.commit(commit(Some(&first), next)).await.unwrap();
    }
    store.commit(commit(None, customer(1))).await.unwrap();
    assert_eq!(store.count_records(RecordKind::Account).await.unwrap(), 3);
    assert_eq!(store.count_records(RecordKind::Member).await.unwrap(), 0);

    let mut walked = Vec::new();
    let mut after = (String::new(), 0);
    loop {
        let next = Page { after: Some((after.0.as_str(), after.1)), limit: 4 };
        let page = store.changes_after(RecordKind::Account, next).await.unwrap();
        assert!(page.len() <= 4);
        let Some(last) = page.last() else { break };
        after = (last.key.clone(), last.version);
        walked.extend(page.into_iter().map(|change| (change.key, change.version)));
    }
    let of_account = |key: &str| [(key.to_owned(), 1), (key.to_owned(), 2)];
    assert_eq!(walked, ["1", "10", "2"].map(of_account).concat());
}
