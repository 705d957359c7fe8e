//! What has arrived at a receiver or in a stream, against the log.

use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    time::{Duration, Instant},
};

use serde_json::Value;
use tokio::time::sleep;

/// How long nothing may arrive that is still missing: longer than the pause behind a third failure.
pub const STUCK: Duration = Duration::from_mins(3);

pub fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap()
}

/// What has arrived somewhere: the id that came with each event, and the event.
pub type Arrived = Vec<(String, Value)>;

/// Waits until nothing is missing; fails if it does not get less for long.
pub async fn until_whole(name: &str, missing: impl AsyncFn() -> usize) {
    let (mut least, mut since) = (usize::MAX, Instant::now());
    loop {
        let missing = missing().await;
        if missing == 0 {
            return;
        }
        if missing < least {
            (least, since) = (missing, Instant::now());
        }
        assert!(since.elapsed() < STUCK, "{name}: {missing} changes are missing, and no more come");
        sleep(Duration::from_secs(1)).await;
    }
}

pub fn ids(messages: &Arrived) -> BTreeSet<&str> {
    messages.iter().map(|(id, _)| id.as_str()).collect()
}

/// The versions of each record, in the order of these changes.
fn versions<'a>(changes: impl IntoIterator<Item = &'a Value>) -> BTreeMap<String, Vec<i64>> {
    let mut versions: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for change in changes {
        let record = format!("{}/{}", text(change, "kind"), text(change, "key"));
        versions.entry(record).or_default().push(change["version"].as_i64().unwrap());
    }
    versions
}

/// Asserts that each of these changes has arrived as the log has it, at first in the order of its record, and nothing else;
/// returns how many came again.
pub fn assert_whole(name: &str, arrived: &Arrived, expected: &[&Value]) -> usize {
    let (mut firsts, mut in_order) = (BTreeMap::new(), Vec::new());
    for (id, event) in arrived {
        match firsts.entry(id.as_str()) {
            Entry::Vacant(free) => {
                free.insert(event);
                in_order.push(&event["data"]);
            }
            Entry::Occupied(first) => assert_eq!(*first.get(), event, "{name}: it came again as another one"),
        }
    }
    for change in expected {
        let event = firsts.remove(text(change, "id"));
        let event = event.unwrap_or_else(|| panic!("{name}: never came: {change}"));
        assert_eq!((&event["id"], &event["data"]), (&change["id"], *change), "{name}: not as the log has it");
    }
    assert!(firsts.is_empty(), "{name}: should not have come: {:?}", firsts.first_key_value());
    let (first, ordered) = (versions(in_order), versions(expected.iter().copied()));
    for (record, ordered) in &ordered {
        assert!(ordered.is_sorted_by(|one, next| one < next), "the log itself: {record}: {ordered:?}");
        assert_eq!(&first[record], ordered, "{name}: {record}");
    }
    arrived.len() - expected.len()
}
