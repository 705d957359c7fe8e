//! The catalogue and the records agree: what an operator sends for a field is read, set, and recorded under its name.
#![allow(clippy::unwrap_used, clippy::panic)] // a test fails by panicking

use chrono::{DateTime, Utc};
use profile_domain::{
    Beginning, Editable, Input, PersonId, Record,
    account::{Account, Customer},
    catalogue::{Entry, catalogue, find, parts},
    change::{RecordKind, Value},
    client::Client,
    field::{Class, Content, Default, Field, FieldType, Write},
    media::MediaFile,
    rule::{Fault, TextRule},
    sealed::Sealed,
    tenant::{Brand, Group, Language, Member, Membership, Tenant},
    users::{ApiKey, App, Business, Override, Upload, User},
};
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

fn now() -> DateTime<Utc> {
    "2026-03-04T05:06:07.000123Z".parse().unwrap()
}

fn blank<T: Editable>(key: &str) -> T {
    let person = Some(PersonId(Uuid::from_u128(7)));
    T::blank(T::parse_key(key).unwrap(), Beginning { person, now: now() })
}

/// A value that the field accepts, which is not its default.
fn example(field: &Field) -> Json {
    match field.holds {
        FieldType::Text { rule, .. } => text(rule),
        FieldType::Integer | FieldType::IntegerWithin { .. } => json!(7),
        FieldType::Number | FieldType::Decimal => json!(12.5),
        FieldType::SentNumber => json!(12),
        FieldType::Bit => json!(i32::from(field.default == Default::Empty)),
        FieldType::Flag => json!(true),
        FieldType::Time => json!("2026-01-02T03:04:05.000006Z"),
        FieldType::Json => json!({ "a": [1, null] }),
        FieldType::List => match field.content {
            Content::Values(of) => json!([example(of)]),
            _ => json!([object(field.content)]),
        },
        FieldType::Object => object(field.content),
    }
}

fn text(rule: TextRule) -> Json {
    let text = match rule {
        TextRule::Country => "ie",
        TextRule::PostalCode | TextRule::TaxNumber => "D02",
        TextRule::BirthDate => "1991-12-03",
        TextRule::OneOf(words) | TextRule::TrimmedOneOf(words) => words.last().unwrap(),
        TextRule::Email | TextRule::OptionalEmail => "zoe@example.test",
        TextRule::BusinessId | TextRule::KeyOwner => "biz_9QeRtYu2IoPlKj",
        TextRule::VersionDate => "2025-01-01",
        TextRule::IdentityStatus => "approved",
        TextRule::Network => "10.0.0.0/8",
        TextRule::Decimal => "41.90",
        TextRule::LocalMoment => "2026-01-02T03:04:05.000006",
        TextRule::Any
        | TextRule::Visible
        | TextRule::Plain
        | TextRule::Line
        | TextRule::Paragraph
        | TextRule::MemberName
        | TextRule::OptionalMemberName
        | TextRule::PersonName
        | TextRule::Username
        | TextRule::Word
        | TextRule::Slug
        | TextRule::Secret => "example",
    };
    json!(text)
}

fn object(content: Content) -> Json {
    let (Content::Members(members) | Content::Descending { members, .. }) = content else { return json!({}) };
    let member = |field: &Field| (field.name.to_owned(), example(field));
    Json::Object(members.iter().map(member).collect::<Map<_, _>>())
}

/// The value as a story sets it: what harms a client is sealed, and keys and passwords come as their hashes.
fn input(kind: RecordKind, entry: &Entry, value: &Value) -> Input {
    if kind == RecordKind::Client && entry.field.class == Class::Sensitive {
        return Input::Sealed(Sealed(vec![7]));
    }
    Input::Value(value.clone())
}

fn recorded(record: &impl Record, name: &str) -> Value {
    let changes = record.changes_since(None);
    changes.into_iter().find(|change| change.field == name).map_or(Value::Null, |change| change.new)
}

fn check<T: Editable>(key: &str) {
    for entry in catalogue(T::KIND).iter().filter(|entry| !entry.is_input) {
        let (kind, name, field) = (T::KIND.name(), &entry.name, &entry.field);
        let value =
            entry.read(&example(field), now()).unwrap_or_else(|flaws| panic!("{kind}.{name}: {flaws:?}"));
        let mut record: T = blank(key);
        let before = recorded(&record, name);
        let set = record.set(name, input(T::KIND, entry, &value));
        if field.write == Write::Never {
            assert_eq!(set, Err(Fault::Unknown), "{kind}.{name}");
            continue;
        }
        assert_eq!(set, Ok(()), "{kind}.{name}");
        let after = recorded(&record, name);
        assert_ne!(after, before, "{kind}.{name}");
        match field.class {
            Class::Sensitive => assert!(matches!(after, Value::Masked(_)), "{kind}.{name}"),
            _ => assert_eq!(after, value, "{kind}.{name}"),
        }
        let other_type = if matches!(field.holds, FieldType::Flag) { json!("x") } else { json!(true) };
        let flaws = entry.read(&other_type, now()).unwrap_err();
        let faults: Vec<Fault> = flaws.into_iter().map(|flaw| flaw.fault).collect();
        assert_eq!(faults, [Fault::WrongType], "{kind}.{name}");
    }
    let mut record: T = blank(key);
    assert_eq!(record.set("nick", Input::Value(Value::Null)), Err(Fault::Unknown));
}

/// A new record holds the defaults, and null brings each back.
fn check_defaults<T: Editable>(key: &str) {
    let record: T = blank(key);
    let entries = catalogue(T::KIND).iter().filter(|entry| !entry.is_input);
    // A part begins with its first field, and has nothing before.
    let in_part = |entry: &&Entry| parts(T::KIND).iter().any(|part| entry.name.starts_with(part.name));
    let has_default = |entry: &&Entry| !entry.field.mandatory && entry.field.default != Default::Chosen;
    for entry in entries.filter(has_default).filter(|entry| !in_part(entry)) {
        let default = entry.read(&Json::Null, now()).unwrap();
        assert_eq!(recorded(&record, &entry.name), default, "{}.{}", T::KIND.name(), entry.name);
        if entry.field.write != Write::Never {
            let mut next: T = blank(key);
            next.set(&entry.name, input(T::KIND, entry, &entry.read(&example(&entry.field), now()).unwrap()))
                .unwrap();
            next.set(&entry.name, Input::Value(default)).unwrap();
            assert!(next == record, "{}.{}", T::KIND.name(), entry.name);
        }
    }
}

fn check_kind<T: Editable>(key: &str) {
    check::<T>(key);
    check_defaults::<T>(key);
}

const UUID: &str = "0b5c1f0e-7a44-4c0b-9b6f-2f1d8f3f6a10";

#[test]
fn what_is_set_is_recorded_under_the_name_of_the_field() {
    check_kind::<Customer>("42");
    check_kind::<Account>("70021");
    check_kind::<MediaFile>(UUID);
    check_kind::<User>("user_4hTq81LmZp0Va");
    check_kind::<Override>("user_4hTq81LmZp0Va:biz_9QeRtYu2IoPlKj");
    check_kind::<Business>("biz_9QeRtYu2IoPlKj");
    check_kind::<App>("app_1aB2cD3eF4gH5i");
    check_kind::<ApiKey>("apik_Key0000000000");
    check_kind::<Client>(UUID);
    check_kind::<Language>("2");
    check_kind::<Tenant>("7");
    check_kind::<Brand>("31");
    check_kind::<Group>("11");
    check_kind::<Member>("90");
    check_kind::<Membership>("90:7");
}

#[test]
fn a_number_of_the_log_may_have_lost_its_fraction() {
    let mut account: Account = blank("70021");
    account.set("balance", Input::Value(Value::Integer(3))).unwrap();
    assert_eq!(recorded(&account, "balance"), Value::Number(3.0));
}

#[test]
fn nobody_writes_an_upload() {
    let mut upload: Upload = blank("file_7dGhJkL3ZxCvB");
    let before = upload.clone();
    for entry in catalogue(RecordKind::Upload) {
        assert!(upload.set(&entry.name, Input::Value(Value::Null)).is_err(), "{}", entry.name);
    }
    assert_eq!(upload, before);
}

#[test]
fn a_part_of_a_client_begins_with_its_first_field_and_ends_with_null() {
    let parts = parts(RecordKind::Client).iter().filter(|part| part.nullable);
    for part in parts {
        let mut client: Client = blank(UUID);
        let inside = format!("{}.created_time", part.name);
        client.set(&inside, Input::Value(Value::moment(now()))).unwrap();
        assert_eq!(recorded(&client, &inside), Value::moment(now()), "{}", part.name);
        assert_eq!(client.set(part.name, Input::Value(Value::word("x"))), Err(Fault::WrongType));
        client.set(part.name, Input::Value(Value::Null)).unwrap();
        assert_eq!(client, blank(UUID), "{}", part.name);
    }
}

#[test]
fn a_sensitive_value_of_a_client_is_taken_only_sealed() {
    let mut client: Client = blank(UUID);
    let clear = Input::Value(Value::word("1991-12-03"));
    assert_eq!(client.set("profile.date_of_birth", clear), Err(Fault::WrongType));
}

#[test]
fn logins_are_stored_newest_first() {
    let login = |time: &str| json!({ "action": "login", "datetime": time });
    let logins = find(RecordKind::Client, "logins").unwrap();
    let sent = json!([
        login("2026-01-01T00:00:00"),
        login("2026-01-02T01:00:00+02:00"),
        login("2026-01-01T12:00:00Z")
    ]);
    let mut client: Client = blank(UUID);
    client.set("logins", Input::Value(logins.read(&sent, now()).unwrap())).unwrap();
    let times: Vec<&str> =
        client.imported.logins.iter().map(|login| login.as_str().split('"').nth(7).unwrap()).collect();
    assert_eq!(
        times,
        ["2026-01-01T23:00:00.000000", "2026-01-01T12:00:00.000000", "2026-01-01T00:00:00.000000"]
    );
}

#[test]
fn an_address_that_differs_in_letter_case_alone_stays() {
    let mut member: Member = blank("90");
    for email in ["Mira@example.test", "mira@EXAMPLE.test"] {
        member.set("email", Input::Value(Value::word(email))).unwrap();
    }
    assert_eq!(member.email.as_str(), "Mira@example.test");
}

#[test]
fn a_new_member_was_last_updated_when_it_was_made() {
    let made = "2020-01-01T00:00:00Z".parse().unwrap();
    let mut member: Member = blank("90");
    member.set("created", Input::Value(Value::moment(made))).unwrap();
    member.touch(None, now());
    assert_eq!(member.last_updated, made);
    let before = member.clone();
    member.set("family_name", Input::Value(Value::word("Solberg"))).unwrap();
    member.touch(Some(&before), now());
    assert_eq!(member.last_updated, made);
}
