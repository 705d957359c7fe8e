//! The catalogue against the operator API page, section 6, and how values are read.

use std::fmt::Write as _;

use serde_json::{Value as Json, json};

use super::*;
use crate::field::{Class, Content, Default, FieldType, Searchable, Write};
use crate::operator::{Role, policy::check_end};
use crate::rule::TextRule;

/// The notation of the page; `I32` is an integer of 32 bits, `text` one of a closed set or form.
fn kind_of_value(field: &Field) -> String {
    match field.holds {
        FieldType::Text { rule: TextRule::BirthDate, .. } => "date".to_owned(),
        FieldType::Text { rule, .. } if rule.is_closed() || rule == TextRule::Secret => "text".to_owned(),
        FieldType::Text { max_chars: usize::MAX, .. } => "text".to_owned(),
        FieldType::Text { max_chars, .. } => format!("T{max_chars}"),
        FieldType::Integer => "I".to_owned(),
        FieldType::INTEGER_32 => "I32".to_owned(),
        FieldType::IntegerWithin { min, max } => format!("I {min}..{max}"),
        FieldType::Number | FieldType::Decimal | FieldType::SentNumber => "N".to_owned(),
        FieldType::Bit => "01".to_owned(),
        FieldType::Flag => "B".to_owned(),
        FieldType::Time => "Z".to_owned(),
        FieldType::Json => "any".to_owned(),
        FieldType::List => format!("[{}]", content(field)),
        FieldType::Object => content(field),
    }
}

fn content(field: &Field) -> String {
    match field.content {
        Content::Anything => "{…}".to_owned(),
        Content::Values(of) => kind_of_value(of),
        Content::Members(members) | Content::Descending { members, .. } => {
            let all: Vec<String> =
                members.iter().map(|field| format!("{} {}", field.name, notation(field))).collect();
            format!("{{{}}}", all.join(", "))
        }
    }
}

fn notation(field: &Field) -> String {
    let mut text = kind_of_value(field);
    text += if field.nullable { "?" } else { "" };
    text += if field.mandatory { "*" } else { "" };
    match field.default {
        Default::Empty => {}
        Default::Text(default) => write!(text, "={default}").unwrap(),
        Default::Integer(default) => write!(text, "={default}").unwrap(),
        Default::Chosen => text += "=(chosen)",
    }
    text
}

fn marks(entry: &Entry) -> String {
    let field = &entry.field;
    let class = match field.class {
        Class::Public => " pub",
        Class::Personal => "",
        Class::Sensitive => " sen",
    };
    let write = match field.write {
        Write::Free => "",
        Write::Never => " ro",
        Write::AtCreation => " put",
        Write::Grant => " adm",
    };
    let search = match field.searchable {
        Searchable::No => "",
        Searchable::Exact | Searchable::Phone => " =",
        Searchable::Name => " ~",
    };
    let write_only = if field.write_only { " wo" } else { "" };
    let input = if entry.is_input { " (input)" } else { "" };
    format!("{class}{write}{write_only}{search}{input}")
}

#[test]
fn the_catalogue_is_that_of_the_page() {
    let mut all = String::new();
    for kind in RecordKind::ALL {
        writeln!(all, "{}", kind.name()).unwrap();
        for part in parts(kind) {
            let (null, needed) =
                (if part.nullable { "?" } else { "" }, if part.mandatory { "*" } else { "" });
            writeln!(all, "  part {}{null}{needed}", part.name).unwrap();
        }
        for entry in catalogue(kind) {
            writeln!(all, "  {} {}{}", entry.name, notation(&entry.field), marks(entry)).unwrap();
        }
    }
    insta::assert_snapshot!(all);
}

#[test]
fn the_role_that_ends_a_record_is_that_of_the_page() {
    for kind in RecordKind::ALL {
        let lowest = Role::ALL.into_iter().find(|role| check_end(*role, kind).is_ok());
        let expected = match kind {
            RecordKind::Upload => None,
            RecordKind::Client => Some(Role::Privacy),
            RecordKind::Member | RecordKind::Membership | RecordKind::App | RecordKind::ApiKey => {
                Some(Role::Admin)
            }
            _ => Some(Role::Support),
        };
        assert_eq!(lowest, expected, "{}", kind.name());
    }
}

fn now() -> DateTime<Utc> {
    "2026-03-04T05:06:07.000123Z".parse().unwrap()
}

fn read(kind: RecordKind, name: &str, json: &Json) -> Result<Value, Vec<(String, &'static str)>> {
    let read = find(kind, name).unwrap().read(json, now());
    read.map_err(|flaws| flaws.into_iter().map(|flaw| (flaw.at, flaw.fault.rule())).collect())
}

fn broken(kind: RecordKind, name: &str, json: &Json) -> Vec<(String, &'static str)> {
    read(kind, name, json).unwrap_err()
}

fn at_top(rule: &'static str) -> Vec<(String, &'static str)> {
    vec![(String::new(), rule)]
}

#[test]
fn null_is_null_where_it_may_be_and_else_the_default() {
    let null = |kind, name: &str| read(kind, name, &Json::Null);
    assert_eq!(null(RecordKind::Account, "city"), Ok(Value::word("")));
    assert_eq!(null(RecordKind::User, "name"), Ok(Value::Null));
    assert_eq!(null(RecordKind::Account, "enable"), Ok(Value::Integer(1)));
    assert_eq!(null(RecordKind::Account, "balance"), Ok(Value::Number(0.0)));
    assert_eq!(null(RecordKind::Account, "update_time"), Ok(Value::Null));
    assert_eq!(null(RecordKind::Client, "client_id"), Ok(Value::Null));
    assert_eq!(null(RecordKind::Client, "logins"), Ok(Value::List(Vec::new())));
    assert_eq!(null(RecordKind::Customer, "brand"), Ok(Value::word("default")));
    assert_eq!(null(RecordKind::Member, "created"), Ok(Value::moment(now())));
    assert_eq!(null(RecordKind::Member, "given_name"), Err(at_top("required")));
}

#[test]
fn values_are_read_by_type_limit_and_rule() {
    use RecordKind::{Account, ApiKey, Business, Client, File, Member, Tenant, User};
    for (kind, name, json, rule) in [
        (Account, "city", json!(5), "type"),
        (Account, "city", json!("x".repeat(129)), "max_chars"),
        (Account, "city", json!("a\u{0}"), "format"),
        (Account, "email", json!("x"), "format"),
        (Account, "email", json!(format!("a@{}.c", "b".repeat(300))), "format"),
        (Account, "email", json!(format!("a@{}.c", "b".repeat(1024))), "max_chars"),
        (Account, "enable", json!(2), "value"),
        (Account, "enable", json!(true), "type"),
        (Account, "leverage", json!(1.5), "type"),
        (Account, "leverage", json!(18_446_744_073_709_551_615_u64), "value"),
        (Account, "balance", json!("1"), "type"),
        (Member, "language_id", json!(2_147_483_648_i64), "value"),
        (Member, "created", json!("yesterday"), "format"),
        (Member, "created", json!("2026-03-04T05:06:07"), "format"),
        (Member, "created", json!("9999-12-31T23:59:59-01:00"), "value"),
        (Member, "given_name", json!(" "), "min_chars"),
        (Member, "admin_roles", json!({}), "type"),
        (Tenant, "slug", json!("sys"), "format"),
        (User, "username", json!("admin"), "value"),
        (User, "username", json!("a b"), "format"),
        (User, "username", json!("x".repeat(43)), "max_chars"),
        (User, "username", json!(""), "min_chars"),
        (User, "verification.individual", json!("good"), "value"),
        (Business, "parent_id", json!("biz"), "format"),
        (File, "extension", json!("a.b"), "format"),
        (ApiKey, "secret", json!("a b"), "format"),
        (ApiKey, "owner", json!("user_4hTq81LmZp0Va"), "format"),
        (ApiKey, "api_version_date", json!("2025-01-02"), "value"),
        (Client, "client_id", json!(0), "value"),
        (Client, "profile.first_name", json!(""), "min_chars"),
        (Client, "profile.gender", json!("Male"), "value"),
        (Client, "profile.gender", json!(""), "value"),
        (Client, "profile.birth_country", json!("xx"), "value"),
        (Client, "profile.date_of_birth", json!("x"), "format"),
        (Client, "profile.date_of_birth", json!(""), "format"),
        (Client, "profile.date_of_birth", json!("2008-03-05"), "value"),
        (Client, "profile.date_of_birth", json!("1900-01-01"), "value"),
        (Client, "address.city", json!(" "), "min_chars"),
    ] {
        assert_eq!(broken(kind, name, &json), at_top(rule), "{name} {json}");
    }
    for (kind, name, json, value) in [
        (Account, "email", json!(""), Value::word("")),
        (Account, "email", json!(" a@b.c "), Value::word("a@b.c")),
        (Account, "balance", json!(3), Value::Number(3.0)),
        (Member, "created", json!("2026-03-04T06:06:07.0001239+01:00"), Value::moment(now())),
        (User, "verification.individual", json!("manual_review"), Value::word("pending")),
        (ApiKey, "allow_cidrs", json!(["10.0.0.1"]), Value::List(vec![Value::word("10.0.0.1/32")])),
        (Client, "address.address_line_2", json!(" "), Value::Null),
        (Client, "profile.date_of_birth", json!("2008-03-04"), Value::word("2008-03-04")),
    ] {
        assert_eq!(read(kind, name, &json), Ok(value), "{name} {json}");
    }
}

#[test]
fn flaws_of_items_say_where_they_are() {
    let links = json!([
        { "website": "x", "url": "https://x.test/n", "username": null },
        { "nick/name": 1, "verified": "yes", "website": "myspace" },
        7
    ]);
    assert_eq!(
        broken(RecordKind::User, "social_links", &links),
        [
            ("/1/nick~1name".to_owned(), "unknown"),
            ("/1/verified".to_owned(), "type"),
            ("/1/website".to_owned(), "value"),
            ("/1/url".to_owned(), "required"),
            ("/2".to_owned(), "type"),
        ]
    );
    // The members of each object are in the order of the alphabet, because not every build of serde_json keeps another one.
    let breakdown = json!({ "available": 1, "pending_settlements": [{ "amount": "1" }] });
    let holdings = json!([
        { "balance": "much", "breakdown": breakdown, "name": "N", "price_usd": 1e40, "symbol": "S" }
    ]);
    assert_eq!(
        broken(RecordKind::User, "holdings", &holdings),
        [
            ("/0/balance".to_owned(), "format"),
            ("/0/breakdown/available".to_owned(), "type"),
            ("/0/breakdown/pending_settlements/0/date".to_owned(), "required"),
            ("/0/price_usd".to_owned(), "value"),
        ]
    );
    let groups = json!([{ "id": 1.5 }, { "id": 3_000_000_000_i64 }]);
    assert_eq!(
        broken(RecordKind::Membership, "groups", &groups),
        [("/0/id".to_owned(), "type"), ("/1/id".to_owned(), "value")]
    );
    let roles = json!([1, null, "a"]);
    assert_eq!(
        broken(RecordKind::Member, "permissions", &roles),
        [("/1".to_owned(), "required"), ("/2".to_owned(), "type")]
    );
}
