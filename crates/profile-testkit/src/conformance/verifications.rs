//! Promises of [`Verifications`](profile_ports::Verifications).

use std::sync::Arc;

use chrono::{DateTime, TimeDelta};
use futures_util::future::join_all;
use profile_ports::{Store, Verification};
use uuid::Uuid;

fn verification(number: u8) -> Verification {
    let at = DateTime::from_timestamp_micros(1_780_000_000_000_001).expect("within the calendar");
    Verification {
        // The one that is stored last counts, whatever clocks say.
        at: at - TimeDelta::seconds(number.into()),
        position: Some(Uuid::from_u128(u128::from(number) << 120)),
        records: i64::MAX - i64::from(number),
        files: number.into(),
        changes: i64::MAX,
        findings: 0,
    }
}

pub async fn the_last_verification_takes_the_place_of_the_one_before(store: Arc<dyn Store>) {
    assert_eq!(store.last_verification().await.unwrap(), None);
    let of_nothing = Verification { position: None, records: 0, changes: 0, ..verification(2) };
    let with_findings = Verification { findings: 7, ..verification(3) };
    for one in [verification(1), of_nothing, with_findings] {
        store.set_last_verification(&one).await.unwrap();
        assert_eq!(store.last_verification().await.unwrap(), Some(one));
    }
}

pub async fn of_verifications_that_end_at_once_one_is_kept_whole(store: Arc<dyn Store>) {
    let all = (1..=16).map(|number| {
        let store = Arc::clone(&store);
        tokio::spawn(async move { store.set_last_verification(&verification(number)).await.unwrap() })
    });
    for stored in join_all(all).await {
        stored.unwrap();
    }
    let last = store.last_verification().await.unwrap().unwrap();
    assert_eq!(last, verification(u8::try_from(last.files).unwrap()));
}
