//! What the operator API says that a caller of a contract may do is what the contract then does: each field is really
//! changed, or tried to be, and what the answers show is compared.

mod account;
mod client;
mod service;
mod tenant;
mod users;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::FILES;
use service::Service;

/// What moves along with an accepted change of another field.
const MOVES_ALONG: [&str; 7] = [
    "update_time",
    "updated_time",
    "created_time",
    "staff_identifier",
    "reason",
    "last_updated",
    "last_updated_by",
];

/// What answers show of a record, by the names of its fields.
type Shown = BTreeSet<String>;

/// How a caller reads and changes one record through a contract.
trait Door {
    /// Returns what the answers to reads show.
    async fn read(&self, record: &Value) -> Shown;
    /// Asks for another value of a field; returns what the answer shows, if it is a good one.
    async fn change(&self, field: &str, to: Value, record: &Value) -> Shown;
}

impl Service {
    /// Does with each field what the capabilities say; returns their rules.
    async fn probe(&self, actor: &str, kind: &str, key: &str, door: &impl Door) -> BTreeSet<String> {
        let capabilities = self.capabilities(kind, key, actor).await;
        let fields: Vec<&str> = capabilities.iter().map(|one| one["field"].as_str().unwrap()).collect();
        let mut shown = door.read(&self.record(kind, key).await).await;
        for (one, field) in capabilities.iter().zip(&fields) {
            let before = self.record(kind, key).await;
            let to = other(key, field, at(&before, field));
            shown.extend(door.change(field, to.clone(), &before).await);
            let after = self.record(kind, key).await;
            let is_changed = |field: &&&str| at(&before, field) != at(&after, field);
            let changed: Vec<&&str> = fields.iter().filter(is_changed).collect();
            let context = format!("{actor} {kind}/{key} {field}: {changed:?} {one}");
            if one["writable"] == true {
                assert!(changed.contains(&field), "{context}");
                assert!(changed.iter().all(|name| *name == field || moves_along(name)), "{context}");
            } else {
                assert!(!changed.contains(&field) || moves_along(field), "{context}");
                assert!(at(&after, field) != &to || at(&before, field) == &to, "{context}");
            }
        }
        for (one, field) in capabilities.iter().zip(&fields) {
            assert_eq!(
                one["readable"] == true,
                shown.contains(*field),
                "{actor} {kind}/{key} {field}: {one}"
            );
            assert_eq!(one["rule"].is_null(), one["readable"] == true && one["writable"] == true);
        }
        capabilities.iter().filter_map(|one| one["rule"].as_str().map(str::to_owned)).collect()
    }
}

fn moves_along(field: &str) -> bool {
    MOVES_ALONG.contains(&field.rsplit('.').next().unwrap())
}

/// The value of a field; null where its part is not there.
fn at<'a>(record: &'a Value, field: &str) -> &'a Value {
    record.pointer(&format!("/{}", field.replace('.', "/"))).unwrap_or(&Value::Null)
}

/// Another value that the contract accepts where it has the field.
fn other(key: &str, field: &str, now: &Value) -> Value {
    let either = |one: &str, two: &str| json!(if *now == one { two } else { one });
    match (field.rsplit('.').next().unwrap(), now) {
        ("avatar", _) => json!(FILES.public),
        ("username", _) => json!(format!("changed-{}", key.trim_start_matches("user_"))),
        ("email", _) => either(&format!("changed-{key}@example.test"), &format!("again-{key}@example.test")),
        ("profile_picture" | "banner", _) => Value::Null,
        ("gender", _) => either("male", "female"),
        ("account_opening_reason", _) => either("speculative", "hedging"),
        ("employment_status", _) => either("retired", "student"),
        ("date_of_birth", _) => json!("1990-01-02"),
        (name, _) if name.ends_with("country") || name == "tax_residence" => either("ro", "ie"),
        ("language_id", _) => json!(if *now == 1 { 2 } else { 1 }),
        ("tax_identification_number", _) => json!("XX-1"),
        (_, Value::Bool(flag)) => json!(!flag),
        (_, Value::Number(number)) => json!(number.as_f64().unwrap() + 1.0),
        _ => either("Changed", "Changed again"),
    }
}

/// The members of an object.
fn keys(object: &Value) -> Shown {
    object.as_object().into_iter().flat_map(|object| object.keys().cloned()).collect()
}

/// The members of an object that are not null, under other names where the catalogue has others.
fn names(object: &Value, renamed: &[(&str, &str)]) -> Shown {
    let members = object.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
    let name = |name: &str| {
        renamed.iter().find(|(wire, _)| *wire == name).map_or(name, |(_, field)| field).to_owned()
    };
    members.map(|(wire, _)| name(wire)).collect()
}

fn nested(field: &str, to: Value) -> Value {
    field.rsplit('.').fold(to, |within, name| json!({ name: within }))
}

/// Whether a number of an answer is the one that a key names.
fn is_number(number: &Value, key: &str) -> bool {
    number.as_i64().is_some_and(|number| key.parse() == Ok(number))
}

/// The item of a list that a key names.
fn item<'a>(list: &'a Value, name: &str, key: &str) -> Option<&'a Value> {
    list.as_array()?.iter().find(|item| item[name] == key || is_number(&item[name], key))
}

fn png() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(2, 1, image::Rgb([30, 90, 160]))
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

fn rules<const N: usize>(names: [&str; N]) -> BTreeSet<String> {
    names.map(str::to_owned).into()
}

#[tokio::test]
async fn capabilities_are_what_the_account_contract_does() {
    account::capabilities_are_what_the_contract_does(Service::in_memory()).await;
    account::capabilities_are_what_the_contract_does(Service::on_sqlite()).await;
}

#[tokio::test]
async fn capabilities_are_what_the_users_contract_does() {
    users::capabilities_are_what_the_contract_does(Service::in_memory()).await;
    users::capabilities_are_what_the_contract_does(Service::on_sqlite()).await;
}

#[tokio::test]
async fn capabilities_are_what_the_client_contract_does() {
    client::capabilities_are_what_the_contract_does(Service::in_memory()).await;
    client::capabilities_are_what_the_contract_does(Service::on_sqlite()).await;
}

#[tokio::test]
async fn capabilities_are_what_the_tenant_contract_does() {
    tenant::capabilities_are_what_the_contract_does(Service::in_memory()).await;
    tenant::capabilities_are_what_the_contract_does(Service::on_sqlite()).await;
}

#[tokio::test]
async fn odd_callers_are_refused() {
    let service = Service::in_memory();
    for caller in
        ["", "operator", "operator:opk_7fK2mQ9xLd4TzB", "service", "account-user:070021", "member:1@acme"]
    {
        let path = format!("account/100000/capabilities?caller={caller}");
        let answer = service.operate("GET", &path, &Value::Null).await;
        assert_eq!(answer.status, 400, "{}", answer.text);
        assert_eq!(answer.json()["errors"], json!([{ "parameter": "caller", "rule": "format" }]));
    }
    let answer = service.operate("GET", "account/1999999/capabilities?caller=member:1", &Value::Null).await;
    assert_eq!(answer.status, 404, "{}", answer.text);
    let other = service.capabilities("language", "1", "account-user:100000").await;
    assert!(other.iter().all(|field| field["rule"] == "account.not_offered" && field["readable"] == false));
}
