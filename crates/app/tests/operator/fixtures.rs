//! Records that tests make, each with the least that its kind needs.

use serde_json::{Value, json};

use super::service::Service;
use crate::support::{members::ACME, people::OWN};

pub use crate::support::clients::profile as client_profile;

/// Fields of an account that are numbers, in the order of the catalogue.
pub const ACCOUNT_NUMBERS: [&str; 12] = [
    "leverage",
    "regdate",
    "prevbalance",
    "prevmonthbalance",
    "balance",
    "storage",
    "commission",
    "credit",
    "margin",
    "margin_free",
    "margin_level",
    "equity",
];

/// The bytes of a small PNG: its signature and a line of text.
pub const PNG: &str = "iVBORw0KGgpzb21lIHBpeGVscw==";

/// A key that no other test uses, and the least fields of a record of this kind.
pub async fn least(service: &Service, kind: &str) -> (String, Value) {
    let number = service.number();
    match kind {
        "customer" => ((900_000 + number).to_string(), json!({})),
        "account" => ((9_000_000 + number).to_string(), json!({})),
        "file" => {
            (format!("1c5c1f0e-7a44-4c0b-9b6f-{number:012x}"), json!({"extension": "png", "base64": PNG}))
        }
        "user" => (format!("user_T{number:013}"), json!({"username": format!("test-{number}")})),
        "override" => {
            let user = service
                .create(
                    "user",
                    format!("user_T{number:013}"),
                    json!({"username": format!("test-{number}"), "accounts": [OWN]}),
                )
                .await;
            (format!("{}:{OWN}", user["key"].as_str().unwrap()), json!({"name": "Over"}))
        }
        "business" => (format!("biz_T{number:013}"), json!({})),
        "app" => (format!("app_T{number:013}"), json!({})),
        "api_key" => {
            let fields = json!({"owner": OWN, "secret": format!("a-secret-of-test-{number}"), "permissions": ["user:profile:update"]});
            (format!("apik_T{number:013}"), fields)
        }
        "client" => (format!("5b2f6a3e-8f0d-4c56-9f6e-{number:012x}"), json!({})),
        "language" => {
            ((1_000 + number).to_string(), json!({"name": "Svenska", "code": format!("x{number}")}))
        }
        "tenant" => ((1_000 + number).to_string(), json!({"slug": format!("slug-{number}")})),
        "brand" => ((1_000 + number).to_string(), json!({"tenant_id": ACME})),
        "group" => ((1_000 + number).to_string(), json!({"tenant_id": ACME, "name": "Group"})),
        "member" => (
            (900_000 + number).to_string(),
            json!({"email": format!("t{number}@example.test"), "given_name": "Tess"}),
        ),
        "membership" => {
            let fields = json!({"email": format!("t{number}@example.test"), "given_name": "Tess"});
            let member = service.create("member", 900_000 + number, fields).await;
            let key = format!("{}:{ACME}", member["key"].as_str().unwrap());
            (key, json!({"id": 8_000_000 + number, "role": 3, "status": 1}))
        }
        _ => panic!("{kind} is not made here"),
    }
}

/// Makes a record of this kind with the least; returns it.
pub async fn make(service: &Service, kind: &str) -> Value {
    let (key, fields) = least(service, kind).await;
    service.create(kind, key, fields).await
}

/// The path of a record.
pub fn path_of(record: &Value) -> String {
    format!("/records/{}/{}", record["kind"].as_str().unwrap(), record["key"].as_str().unwrap())
}

/// Makes a record of this kind; returns its path.
pub async fn made(service: &Service, kind: &str) -> String {
    path_of(&make(service, kind).await)
}

/// Kinds that are created here.
pub const CREATED: [&str; 15] = [
    "customer",
    "account",
    "file",
    "user",
    "override",
    "business",
    "app",
    "api_key",
    "client",
    "language",
    "tenant",
    "brand",
    "group",
    "member",
    "membership",
];

/// A client with a profile; returns its path.
pub async fn client_with_profile(service: &Service) -> String {
    let (key, _) = least(service, "client").await;
    path_of(&service.create("client", key, json!({"profile": client_profile()})).await)
}

/// Fields that a record of this kind, made with the least, may be given; they differ from those of any other number.
pub fn other_fields(kind: &str, number: usize) -> Value {
    let name = format!("name {number}");
    match kind {
        "customer" => json!({"full_name": name, "status": number}),
        "account" => json!({"city": name, "balance": number, "enable": number % 2}),
        "file" => json!({"scope": 3 + number % 2, "purpose": format!("purpose-{number}")}),
        "user" => {
            json!({"name": name, "social_links": [{"website": "x", "url": format!("https://x.test/{number}")}]})
        }
        "override" | "brand" | "group" | "tenant" => json!({ "name": name }),
        "business" => json!({"title": name, "parent_id": OWN}),
        "app" => json!({"installs": [{"account_id": OWN, "permissions": [format!("right:{number}")]}]}),
        "api_key" => {
            json!({"permissions": [format!("right:{number}")], "secret": format!("another-secret-{number}")})
        }
        "client" => {
            let mut profile = client_profile();
            profile["tax_identification_number"] = json!(format!("IE-{number}"));
            profile["created_time"] = json!("2026-01-02T03:04:05.000006Z");
            let status = if number.is_multiple_of(2) { "wind_down" } else { "closed" };
            json!({"system_statuses": [status], "profile": if number.is_multiple_of(3) { Value::Null } else { profile }})
        }
        "language" => {
            json!({"name": name, "icon": if number.is_multiple_of(2) { json!(name) } else { Value::Null }})
        }
        "member" => json!({"given_name": name, "admin_roles": [number]}),
        "membership" => json!({"role": 1 + number % 5, "last_seen": "2026-01-02T03:04:05.000006Z"}),
        _ => panic!("{kind} has no other fields here"),
    }
}
