//! What is found, and what is not.

use chrono::DateTime;
use proptest::prelude::*;

use super::*;
use crate::{
    Draft, PersonId, Text,
    catalogue::catalogue,
    change::{Cause, ChangeRecord, FieldChange, RecordKind, Salt, Value},
    field::{Class, Searchable},
    history::State,
};

const PERSON: PersonId = PersonId(uuid::Uuid::from_u128(7));

fn state(fields: &[(&str, Value)]) -> State {
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    State { version: 3, fields, ..State::default() }
}

fn entry(kind: RecordKind, key: &str, fields: &[(&str, &str)]) -> SearchEntry {
    let fields: Vec<_> = fields.iter().map(|(name, text)| (*name, Value::word(text))).collect();
    SearchEntry::of_record(kind, key, PERSON, &state(&fields))
}

fn matches(entry: &SearchEntry, text: &str) -> Vec<(Option<String>, bool)> {
    let query = PersonQuery::of(text);
    let identified =
        entry.terms.iter().flatten().filter_map(|term| Some((term.field.clone(), query.equals(term)?)));
    let named = query.within(&entry.names).into_iter().map(|name| (Some(name.field.clone()), false));
    identified.chain(named).collect()
}

fn found(fields: &[(&str, &str)], text: &str) -> Vec<(String, bool)> {
    let matches = matches(&entry(RecordKind::Customer, "42", fields), text);
    matches.into_iter().map(|(field, exact)| (field.unwrap_or_default(), exact)).collect()
}

fn is_named(name: &str, text: &str) -> bool {
    !found(&[("full_name", name)], text).is_empty()
}

fn phone(stored: &str, text: &str) -> Option<bool> {
    let found = found(&[("phone", stored)], text);
    let exact = found.iter().map(|(_, exact)| *exact).max();
    assert!(found.iter().all(|(field, _)| field == "phone"), "{found:?}");
    exact
}

#[test]
fn identifiers_are_found_whatever_their_case_and_with_their_accents() {
    let email = [("email", "Zoë@Example.test")];
    for text in ["Zoë@Example.test", "ZOË@EXAMPLE.TEST", "zoe\u{308}@example.test"] {
        assert_eq!(found(&email, text), [("email".to_owned(), true)], "{text}");
    }
    for text in ["zoe@example.test", "zoë@example", "", " ", "%"] {
        assert_eq!(found(&email, text), [], "{text}");
    }
}

#[test]
fn keys_count_as_they_are() {
    let user = entry(RecordKind::User, "user_4hTq81LmZp0Va", &[("username", "Nora-Vale")]);
    assert_eq!(matches(&user, "user_4hTq81LmZp0Va"), [(None, true)]);
    assert_eq!(matches(&user, "user_4htq81lmzp0va"), []);
    assert_eq!(matches(&user, "nora-vale"), [(Some("username".to_owned()), true)]);
    let client = SearchEntry::of_record(
        RecordKind::Client,
        "5b2f6a3e-8f0d-4c56-9f6e-000000000001",
        PERSON,
        &state(&[("client_id", Value::Integer(801))]),
    );
    assert_eq!(matches(&client, "801"), [(Some("client_id".to_owned()), true)]);
    assert!(client.terms.iter().flatten().all(|term| term.is_personal == term.field.is_some()));
    let over = entry(RecordKind::Override, "user_4hTq81LmZp0Va:biz_9QeRtYu2IoPlKj", &[("name", "Zoë")]);
    assert_eq!(matches(&over, "user_4hTq81LmZp0Va:biz_9QeRtYu2IoPlKj"), []);
    assert!(
        !over.has_personal_names
            && entry(RecordKind::Member, "9", &[("given_name", "Mi")]).has_personal_names
    );
}

#[test]
fn what_nobody_reads_is_not_searched() {
    let hidden = [("profile.date_of_birth", "1991-12-03"), ("profile.tax_identification_number", "IE-1")];
    let client = entry(RecordKind::Client, "5b2f6a3e-8f0d-4c56-9f6e-000000000001", &hidden);
    assert_eq!(
        (client.terms.as_ref().unwrap().len(), client.names.len()),
        (1, 0),
        "the key alone: {client:?}"
    );
    let redacted = Value::Redacted(crate::change::Digest([1; 32]));
    let erased = SearchEntry::of_record(RecordKind::Customer, "1", PERSON, &state(&[("email", redacted)]));
    assert_eq!(erased.terms.unwrap().len(), 1);
    assert!(!SearchEntry::has_any(RecordKind::File) && !SearchEntry::has_any(RecordKind::Upload));
    assert!(SearchEntry::has_any(RecordKind::Override));
}

/// A change of fields of an account, which begins with version 1.
fn change(version: i64, fields: &[&str]) -> ChangeRecord {
    let changed = |field: &&str| {
        let old = if version == 1 { Value::Null } else { Value::word("old") };
        FieldChange { field: (*field).to_owned(), old, new: Value::word("new") }
    };
    let draft = Draft {
        person: Some(PERSON),
        kind: RecordKind::Account,
        key: "1".to_owned(),
        root: "1".to_owned(),
        version,
        cause: Cause {
            actor: "operator".to_owned(),
            door: "operator".to_owned(),
            request_id: "test".to_owned(),
            reason: None,
        },
        fields: fields.iter().map(changed).collect(),
        ended: false,
        salt: Salt([1; 16]),
    };
    ChangeRecord::new(draft, uuid::Uuid::nil(), DateTime::UNIX_EPOCH, None)
}

#[test]
fn a_change_alters_what_is_searched_of_its_fields() {
    for (fields, altered) in [
        (vec!["city"], Altered::Nothing),
        (vec!["name", "city"], Altered::Names),
        (vec!["name", "phone"], Altered::All),
        (vec!["phone"], Altered::All),
    ] {
        assert_eq!(Altered::by(&change(2, &fields)), altered, "{fields:?}");
    }
    assert_eq!(Altered::by(&change(1, &["city"])), Altered::All, "it begins");
    assert_eq!(Altered::by(&ChangeRecord { ended: true, ..change(2, &["city"]) }), Altered::All);
}

/// A record's names are searched by those who may read all of them.
#[test]
fn the_names_of_a_kind_are_of_one_class() {
    for kind in RecordKind::ALL {
        let names = catalogue(kind).iter().filter(|entry| entry.field.searchable == Searchable::Name);
        let classes: Vec<Class> = names.map(|entry| entry.field.class).collect();
        assert!(classes.iter().all(|class| *class == classes[0] && *class != Class::Sensitive), "{kind:?}");
    }
}

#[test]
fn phones_are_found_by_their_digits() {
    assert_eq!(phone("+46 70-123 45 67", "+46701234567"), Some(true));
    assert_eq!(phone("+46 70-123 45 67", "(46) 70.123/4567"), Some(true));
    assert_eq!(phone("+46 70-123 45 67", "070-123 45 67"), Some(false));
    assert_eq!(phone("070-123 45 67", "+46 70 123 45 67"), Some(false));
    assert_eq!(phone("0046701234567", "46701234567"), Some(false));
    assert_eq!(phone("1234567", "1234567"), Some(true));
    assert_eq!(phone("99 1234567", "1234567"), Some(false));
    assert_eq!(phone("1234567", "0 99 1234567"), Some(false));
    assert_eq!(phone("12345", "1-23-45"), Some(true));
    for (stored, text) in [
        ("1234", "1-234"),
        ("99123456", "123456"),
        ("123456", "99123456"),
        ("012345", "12345"),
        ("+46701234567", "+46701234568"),
        ("+46701234567", "46701234567 x"),
        ("+46701234567", "+44701234567"),
        ("", "00000"),
    ] {
        assert_eq!(phone(stored, text), None, "{stored} {text}");
    }
    // Its text is an identifier like any other.
    assert_eq!(phone("Ext. 12", "ext. 12"), Some(true));
    assert_eq!(phone("1234", "1234"), Some(true));
    assert_eq!(phone("000-00", "00000"), Some(true));
}

#[test]
fn names_are_found_by_parts_of_words_without_accents() {
    for (name, text) in [
        ("Zoë Lindqvist", "lind zo"),
        ("Zoë Lindqvist", "ZOE"),
        ("Zoë Lindqvist", "oë qvist"),
        ("Søren Ærø", "soren aero"),
        ("Đỗ Łukasz Œuvre", "DO lukasz oeuvre"),
        ("Straße", "STRASSE"),
        ("Иван Петров", "петр"),
        ("Андрей", "андреи"),
        ("李小龍", "小龍"),
        ("Zoe\u{308}\u{a0}Vale", "vale zoë"),
        ("100% _Real\\Name'", "0% _real\\name'"),
    ] {
        assert!(is_named(name, text), "{name} {text}");
    }
    for (name, text) in [
        ("Zoë Lindqvist", "z"),
        ("Zoë Lindqvist", "lind z"),
        ("Zoë Lindqvist", "zoelind"),
        ("Zoë Lindqvist", "zo nora"),
        ("Zoë Lindqvist", "zo%"),
        ("Zoë Lindqvist", "l_nd"),
        ("Zoë Lindqvist", ""),
        ("Zoë Lindqvist", "\u{301}\u{302}"),
        ("a\u{301}", "a\u{301}"),
        ("zoë", "zo\0"),
    ] {
        assert!(!is_named(name, text), "{name} {text}");
    }
}

#[test]
fn words_may_be_in_different_names_of_one_record() {
    let names = [("full_name", "Z. L."), ("first_name", "Zoë"), ("last_name", "Lindqvist")];
    let fields = found(&names, "lind zo");
    assert_eq!(fields, [("first_name".to_owned(), false), ("last_name".to_owned(), false)]);
}

#[test]
fn an_alias_is_found_until_it_is_erased() {
    let alias = Text::try_from("CRM/Zoë").unwrap();
    let called = SearchEntry::of_alias(PERSON, Some(&alias));
    assert_eq!(matches(&called, "crm/ZOË"), [(Some("alias".to_owned()), true)]);
    assert!(called.terms.iter().flatten().all(|term| term.is_personal));
    let erased = SearchEntry::of_alias(PERSON, None);
    assert!(erased.terms.as_ref().unwrap().is_empty() && erased.version > called.version);
    assert_eq!((erased.root(), &erased.key), (called.root(), &called.key));
}

#[test]
fn the_id_of_a_person_is_read_whatever_its_case() {
    let text = PERSON.0.to_string();
    assert_eq!(PersonQuery::of(&text.to_uppercase()).person(), Some(PERSON));
    assert_eq!(PersonQuery::of(&text.replace('-', "")).person(), None);
}

proptest! {
    #[test]
    fn every_part_of_a_word_finds_its_name(name in "\\PC{1,12}( \\PC{1,12})?", from in 0_usize..12, length in 2_usize..8) {
        let entry = entry(RecordKind::Account, "1", &[("name", &name)]);
        let form = entry.names.first().map(|name| name.name.clone()).unwrap_or_default();
        let part: String = form.split(' ').next().unwrap_or_default().chars().skip(from).take(length).collect();
        let query = PersonQuery::of(&part);
        prop_assume!(query.words == [part.clone()]);
        prop_assert_eq!(query.within(&entry.names).len(), 1);
        prop_assert!(query.grams().is_subset(&entry.grams()), "{:?} {:?}", query.grams(), entry.grams());
    }

    #[test]
    fn two_phones_that_are_the_same_have_one_term(one in "[0-9 ]{5,14}", other in "[0-9 ]{5,14}") {
        for (stored, text) in [(&one, &other), (&other, &one), (&one, &format!("+46{}", one.trim_start_matches(['0', ' '])))] {
            let entry = entry(RecordKind::Account, "1", &[("phone", stored)]);
            let Some(term) = entry.terms.iter().flatten().find(|term| term.form == Form::Phone) else { continue };
            let query = PersonQuery::of(text);
            if query.equals(term).is_some() {
                prop_assert_eq!(&query.phone.unwrap().term, &term.term);
            }
        }
    }
}
