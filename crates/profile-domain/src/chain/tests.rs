//! The worked example of the operator page, section 5.3, and what the chain promises of any change.

use proptest::prelude::*;

use super::*;
use crate::{
    Draft, PersonId, Text,
    change::{RecordKind, joined_key},
};

const FIRST: &str = "06418ab7c12812d4dd67d11696d2f03792da440ce3e8a81aa9911a9db978a330";
const SECOND: &str = "0ab6d53c735fcc78e2b20297f0cfe9e6c54ea397046c3a3427ae1ff5b34886ed";
const NAME: &str = "Zoë from Support";

fn draft(version: i64, actor: &str, door: &str, request_id: &str, salt: &str) -> Draft {
    Draft {
        person: Some(PersonId("01958f3a-2b1c-7d40-9e21-5c0a7b3f1e66".parse().unwrap())),
        kind: RecordKind::Override,
        key: joined_key("user_4hTq81LmZp0Va", "biz_9QeRtYu2IoPlKj"),
        root: "user_4hTq81LmZp0Va".to_owned(),
        version,
        cause: Cause {
            actor: actor.to_owned(),
            door: door.to_owned(),
            request_id: request_id.to_owned(),
            reason: None,
        },
        fields: Vec::new(),
        ended: false,
        salt: salt.parse().unwrap(),
    }
}

fn name(old: Value, new: Value) -> Vec<FieldChange> {
    vec![FieldChange { field: "name".to_owned(), old, new }]
}

/// The two changes of the example.
fn example() -> [ChangeRecord; 2] {
    let first = Draft {
        fields: name(Value::Null, Value::word(NAME)),
        ..draft(1, "business:biz_9QeRtYu2IoPlKj", "users", "r-17", "000102030405060708090a0b0c0d0e0f")
    };
    let mut second = Draft {
        fields: name(Value::word(NAME), Value::Null),
        ended: true,
        ..draft(2, "operator:opk_7fK2mQ9xLd4TzB", "operator", "r-18", "f0e1d2c3b4a5968778695a4b3c2d1e0f")
    };
    second.cause.reason = Some(Reason::Text(Text::try_from("ticket 4711").unwrap()));
    let at = |text: &str| text.parse().unwrap();
    let id = |text: &str| text.parse().unwrap();
    let first = ChangeRecord::new(
        first,
        id("019cb73d-3218-71f7-81a2-b3c4d5e6f708"),
        at("2026-03-04T05:06:07.000123Z"),
        None,
    );
    let second = ChangeRecord::new(
        second,
        id("019cb76e-8700-7004-80f1-e2d3c4b5a697"),
        at("2026-03-04T06:00:00.000001Z"),
        Some(&first.digest),
    );
    [first, second]
}

#[test]
fn the_digests_are_those_of_the_page() {
    let [first, second] = example();
    assert_eq!(encoded(&first, &Commitments::of(&first), None).len(), 484);
    assert_eq!((first.digest.to_string().as_str(), second.digest.to_string().as_str()), (FIRST, SECOND));
}

#[test]
fn the_commitments_are_those_of_the_page() {
    let [first, second] = example().map(|change| Commitments::of(&change));
    assert_eq!(first.reason, None);
    let hex = |commitments: &Commitments| {
        commitments
            .fields
            .iter()
            .map(|field| (field.old.to_string(), field.new.to_string()))
            .collect::<Vec<_>>()
    };
    let pair = |old: &str, new: &str| vec![(old.to_owned(), new.to_owned())];
    assert_eq!(
        hex(&first),
        pair(
            "52be91ba61397bfbfbbaf6408b8a4b6003ee380ca80443c6e845be47939ee347",
            "abcfb53cde2d6fc70f5d50f352fc4686c5ccb02ed94f5c8fab0b327541479f9e",
        )
    );
    assert_eq!(
        hex(&second),
        pair(
            "846a207cec820164700df8e5323d7ad5e653af978a0f5105c575a0c81f15be6f",
            "0836fc2b8d8f8f0d95ce80dbaab1610407c47cab8b2753df273c385491bb1b89",
        )
    );
    let reason = "0e42f4934e7d7bc90e9b8c2c1980d379e7c4cef537594da1e5270dab68ba2940";
    assert_eq!(second.reason.unwrap().to_string(), reason);
}

#[test]
fn the_checkpoints_are_those_of_the_page() {
    let [first, second] = example();
    let one = fold(Digest::default(), &first.digest);
    assert_eq!(one.to_string(), "dfe19368c3869f55fadb97f217210410bbb7ed48434fcf02105f6519d8d91ff0");
    let two = fold(one, &second.digest);
    assert_eq!(two.to_string(), "4c90ab23fbda38a85cff3e2736ec55381e35ece3e5d3ab7ee3ba74376225457f");
}

#[test]
fn an_erased_change_still_verifies() {
    let [first, second] = example();
    let erased = redact(second.clone());
    assert!(erased.is_redacted() && !second.is_redacted());
    assert!(verify(&erased, Some(&first.digest)));
    assert!(matches!(erased.cause.reason, Some(Reason::Redacted(_))));
    assert!(matches!(erased.fields[0].old, Value::Redacted(_)));
    assert_eq!(redact(erased.clone()), erased);
    assert!(verify(&redact(first), None));
}

#[test]
fn nothing_can_be_put_into_an_erased_change() {
    let [first, _] = example();
    let mut erased = redact(first);
    erased.cause.reason = Some(Reason::Text(Text::try_from("invented").unwrap()));
    assert!(!verify(&erased, None));
    let [first, _] = example();
    let mut erased = redact(first);
    erased.fields[0].new = Value::word(NAME);
    assert!(!verify(&erased, None));
}

#[test]
fn the_place_in_the_chain_is_covered() {
    let [first, second] = example();
    assert!(verify(&first, None) && verify(&second, Some(&first.digest)));
    assert!(!verify(&second, None) && !verify(&second, Some(&second.digest)));
    assert!(!verify(&first, Some(&Digest([1; 32]))));
}

/// Flips one bit of one of the twelve parts that a digest covers, besides the change before.
fn flipped(change: &ChangeRecord, part: usize, place: usize, bit: u8) -> ChangeRecord {
    let mut other = change.clone();
    let flip = |text: &mut String| {
        let mut bytes = std::mem::take(text).into_bytes();
        let place = place % bytes.len();
        // The seventh bit stays, so that it is text.
        bytes[place] ^= 1 << (bit % 7);
        *text = String::from_utf8(bytes).unwrap();
    };
    let flip_value = |value: &mut Value| match value {
        Value::Integer(number) => *number ^= 1 << (place % 63),
        other => panic!("{other:?}"),
    };
    match part {
        0 => other.id = Uuid::from_u128(change.id.as_u128() ^ (1 << (place % 128))),
        1 => flip(&mut other.key),
        2 => flip(&mut other.root),
        3 => {
            let person = change.person.unwrap().0.as_u128();
            other.person = Some(PersonId(Uuid::from_u128(person ^ (1 << (place % 128)))));
        }
        4 => other.version ^= 1 << (place % 62),
        5 => {
            let micros = change.at.timestamp_micros() ^ (1 << (place % 50));
            other.at = DateTime::from_timestamp_micros(micros).unwrap();
        }
        6 => flip(&mut other.cause.actor),
        7 => flip(&mut other.cause.door),
        8 => flip(&mut other.cause.request_id),
        9 => {
            let Some(Reason::Text(text)) = &change.cause.reason else { panic!("there is a reason") };
            let mut text = text.as_str().to_owned();
            flip(&mut text);
            other.cause.reason = Some(Reason::Text(Text::try_from(text).unwrap_or_default()));
        }
        10 => flip(&mut other.fields[place % change.fields.len()].field),
        11 => flip_value(&mut other.fields[place % change.fields.len()].old),
        12 => flip_value(&mut other.fields[place % change.fields.len()].new),
        13 => other.salt.as_mut().unwrap().0[place % 16] ^= 1 << bit,
        14 => other.ended = !change.ended,
        _ => other.kind = RecordKind::ALL.into_iter().find(|kind| *kind != change.kind).unwrap(),
    }
    other
}

prop_compose! {
    fn any_change()(
        texts in proptest::array::uniform7("[ -~]{1,12}"),
        values in proptest::collection::vec(any::<(i64, i64)>(), 1..4),
        (id, person, salt, ended) in any::<(u128, u128, [u8; 16], bool)>(),
        version in 1..i64::MAX,
        micros in 0..4_000_000_000_000_000_i64,
    ) -> ChangeRecord {
        let [key, root, actor, door, request_id, reason, field] = texts;
        let fields = values.into_iter().enumerate().map(|(index, (old, new))| FieldChange {
            field: format!("{field}{index}"),
            old: Value::Integer(old),
            new: Value::Integer(new),
        });
        let reason = Some(Reason::Text(Text::try_from(reason).unwrap()));
        let draft = Draft {
            person: Some(PersonId(Uuid::from_u128(person))),
            kind: RecordKind::Member,
            key,
            root,
            version,
            cause: Cause { actor, door, request_id, reason },
            fields: fields.collect(),
            ended,
            salt: Salt(salt),
        };
        let at = DateTime::from_timestamp_micros(micros).unwrap();
        ChangeRecord::new(draft, Uuid::from_u128(id), at, Some(&Digest([9; 32])))
    }
}

proptest! {
    #[test]
    fn any_altered_part_is_found(
        change in any_change(),
        part in 0..16_usize,
        place in any::<usize>(),
        bit in 0..8_u8,
    ) {
        let before = Digest([9; 32]);
        prop_assert!(verify(&change, Some(&before)));
        prop_assert!(!verify(&flipped(&change, part, place, bit), Some(&before)), "part {}", part);
        let mut other = before;
        other.0[place % 32] ^= 1 << bit;
        prop_assert!(!verify(&change, Some(&other)));
        prop_assert!(verify(&redact(change), Some(&before)));
    }

    #[test]
    fn what_one_part_loses_no_other_can_gain(change in any_change()) {
        let mut other = change.clone();
        let moved = other.key.pop().unwrap();
        other.root.insert(0, moved);
        prop_assert!(!verify(&other, Some(&Digest([9; 32]))));
    }
}
