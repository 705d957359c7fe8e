//! Histories that can be believed, and those that cannot.

use chrono::TimeDelta;
use uuid::Uuid;

use super::*;
use crate::{
    Draft, Text,
    change::{Cause, Reason, RecordKind, Salt},
};

const CITIES: [Option<&str>; 5] = [None, Some("Oslo"), Some("Bergen"), None, Some("Narvik")];

fn instant(micros: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::microseconds(micros)
}

fn city(name: Option<&str>) -> Value {
    name.map_or(Value::Null, Value::word)
}

/// The change that makes `version`, at as many microseconds, and leads from one city to another.
fn change(version: i64, [old, new]: [Option<&str>; 2], before: Option<&Digest>) -> ChangeRecord {
    let cause = Cause {
        actor: "operator".to_owned(),
        door: "operator".to_owned(),
        request_id: "test".to_owned(),
        reason: Some(Reason::Text(Text::try_from("ticket 4711").unwrap())),
    };
    let draft = Draft {
        person: None,
        kind: RecordKind::Account,
        key: "1".to_owned(),
        root: "1".to_owned(),
        version,
        cause,
        fields: vec![FieldChange { field: "city".to_owned(), old: city(old), new: city(new) }],
        ended: version > 1 && new.is_none(),
        salt: Salt([u8::try_from(version).unwrap(); 16]),
    };
    ChangeRecord::new(draft, Uuid::nil(), instant(version), before)
}

/// Versions 1 to 4: Oslo, Bergen, the end, and anew in Narvik.
fn history() -> Vec<ChangeRecord> {
    let mut changes: Vec<ChangeRecord> = Vec::new();
    for (version, pair) in (1..).zip(CITIES.windows(2)) {
        let before = changes.last().map(|change| change.digest);
        changes.push(change(version, [pair[0], pair[1]], before.as_ref()));
    }
    changes
}

fn told(changes: &[ChangeRecord]) -> Result<State, Fault> {
    let mut state = State::default();
    changes.iter().try_for_each(|change| state.follow(change))?;
    Ok(state)
}

#[test]
fn a_history_is_followed_past_an_end() {
    let changes = history();
    let mut state = State::default();
    for (change, city) in changes.iter().zip(&CITIES[1..]) {
        state.follow(change).unwrap();
        assert_eq!(state.ended, city.is_none());
        assert_eq!(state.fields.get("city").cloned(), city.map(Value::word));
        assert_eq!((state.version, state.chain), (change.version, Some(change.digest)));
    }
    assert_eq!(state.version, 4);
}

#[test]
fn what_does_not_follow_leaves_the_state() {
    let mut state = told(&history()[..2]).unwrap();
    let before = state.clone();
    let chain = state.chain;
    let after = |version, from| change(version, [Some(from), Some("Bodø")], chain.as_ref());
    assert_eq!(state.follow(&after(4, "Bergen")), Err(Fault::Gap(3)));
    assert_eq!(state.follow(&after(3, "Oslo")), Err(Fault::Break { version: 3, field: "city".to_owned() }));
    let draft = ChangeRecord { at: instant(2), ..after(3, "Bergen") };
    let early = ChangeRecord { digest: crate::chain::digest(&draft, chain.as_ref()), ..draft };
    assert_eq!(state.follow(&early), Err(Fault::Order { version: 3 }));
    assert_eq!(state, before);
    state.follow(&after(3, "Bergen")).unwrap();
}

#[test]
fn any_version_and_instant_can_be_read() {
    let changes = history();
    let city_of =
        |state: Option<State>| state.map(|state| (state.version, state.fields.get("city").cloned()));
    for (version, city) in [(1, Some("Oslo")), (2, Some("Bergen")), (3, None), (4, Some("Narvik"))] {
        let expected = Some((version, city.map(Value::word)));
        assert_eq!(city_of(State::at_version(&changes, version).unwrap()), expected);
        assert_eq!(city_of(State::at_instant(&changes, instant(version)).unwrap()), expected);
    }
    assert!(State::at_version(&changes, 3).unwrap().unwrap().ended);
    assert_eq!(State::at_version(&changes, 5), Ok(None));
    assert_eq!(State::at_version(&changes, 0), Ok(None));
    assert_eq!(State::at_instant(&changes, instant(0)), Ok(None));
    assert_eq!(city_of(State::at_instant(&changes, instant(100)).unwrap()).unwrap().0, 4);
}

#[test]
fn an_altered_byte_is_found_and_named() {
    let altered = |alter: fn(&mut ChangeRecord)| {
        let mut changes = history();
        alter(&mut changes[1]);
        told(&changes)
    };
    let found = Err(Fault::Chain { version: 2 });
    assert_eq!(altered(|change| change.fields[0].new = Value::word("Bergem")), found);
    assert_eq!(altered(|change| change.fields[0].old = Value::word("Osln")), found);
    assert_eq!(
        altered(|change| {
            change.cause.reason = Some(Reason::Text(Text::try_from("ticket 4710").unwrap()));
        }),
        found
    );
    assert_eq!(altered(|change| change.cause.reason = None), found);
    assert_eq!(altered(|change| change.cause.actor = "operatos".to_owned()), found);
    assert_eq!(altered(|change| change.digest.0[31] ^= 1), found);
}

#[test]
fn swapped_changes_are_found_and_named() {
    let mut changes = history();
    changes.swap(1, 2);
    assert_eq!(told(&changes), Err(Fault::Gap(2)));
    (changes[1].version, changes[2].version) = (2, 3);
    assert_eq!(told(&changes), Err(Fault::Chain { version: 2 }));
}

#[test]
fn missing_changes_are_found_and_named() {
    let stands = told(&history()).unwrap();
    let mut changes = history();
    changes.remove(1);
    assert_eq!(told(&changes), Err(Fault::Gap(2)));
    for (version, change) in (1..).zip(&mut changes) {
        change.version = version;
    }
    assert_eq!(told(&changes), Err(Fault::Chain { version: 2 }));

    let mut changes = history();
    changes.pop();
    assert_eq!(told(&changes).unwrap().compare(&stands), Err(Fault::Version { stands: 4, told: 3 }));
}

#[test]
fn a_record_is_compared_by_version_fields_person_and_chain() {
    let told = told(&history()[..1]).unwrap();
    let stands = State { chain: None, at: None, ..told.clone() };
    assert_eq!(told.compare(&told.clone()), Ok(()));
    assert_eq!(told.compare(&stands), Ok(()));
    let ahead = State { version: 2, ..stands.clone() };
    assert_eq!(told.compare(&ahead), Err(Fault::Version { stands: 2, told: 1 }));
    let elsewhere = State { chain: Some(Digest::default()), ..stands.clone() };
    assert_eq!(told.compare(&elsewhere), Err(Fault::Chain { version: 1 }));
    let mut other = State { person: Some(PersonId(Uuid::nil())), ..stands };
    other.fields.insert("country".to_owned(), Value::word("NO"));
    let differing = ["country", "person"].map(str::to_owned).to_vec();
    assert_eq!(told.compare(&other), Err(Fault::Fields(differing)));
}

#[test]
fn an_ended_record_has_no_row() {
    let ended = told(&history()[..3]).unwrap();
    assert_eq!(ended.compare(&State { ended: false, ..ended.clone() }), Err(Fault::Ended { version: 3 }));
}

#[test]
fn erased_changes_are_followed_and_equal_anything() {
    let changes = history();
    let erased: Vec<ChangeRecord> = changes.iter().take(2).cloned().map(chain::redact).collect();
    let mut state = told(&erased).unwrap();
    assert!(matches!(state.fields["city"], Value::Redacted(_)));
    assert_eq!(state.compare(&told(&changes[..2]).unwrap()), Ok(()));
    state.follow(&changes[2]).unwrap();
    assert!(state.ended && state.fields.is_empty());
}

#[test]
fn values_that_later_changes_or_the_record_still_tell_are_recovered() {
    let changes = history();
    let whole = told(&changes[..2]).unwrap();
    let erased: Vec<ChangeRecord> = changes.iter().take(2).cloned().map(chain::expire).collect();
    let mut state = told(&erased).unwrap();
    assert!(state.has_lost_values());
    state.recover(&[], Some(&whole));
    assert_eq!(state, State { fields: whole.fields.clone(), ..state.clone() }, "by the record that stands");

    let mut state = told(&erased[..1]).unwrap();
    state.recover(&erased[1..], Some(&whole));
    assert!(state.has_lost_values(), "what has changed since is not what the record holds");

    let mut state = told(&erased).unwrap();
    state.recover(&changes[2..], None);
    assert_eq!(state.fields, whole.fields, "by the change that ended the record");

    let mut state = told(&erased).unwrap();
    state.recover(&[chain::redact(changes[2].clone())], None);
    assert!(state.has_lost_values(), "what that one has lost, too, stays unknown");
}

#[test]
fn a_value_that_has_expired_is_no_erasure() {
    let [one, ..] = &history()[..] else { panic!("no change") };
    let (expired, redacted) = (chain::expire(one.clone()), chain::redact(one.clone()));
    assert!(expired.is_redacted() && !expired.is_erased());
    assert!(redacted.is_redacted() && redacted.is_erased());
    assert!(chain::redact(expired.clone()).is_erased(), "an erasure takes it over");
    assert_eq!((expired.digest, &expired.fields), (one.digest, &redacted.fields));
    assert!(chain::verify(&expired, None));
}
