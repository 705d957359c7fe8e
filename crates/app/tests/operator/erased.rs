//! People with records of every kind, for tests that hold or erase them.

use profile_domain::operator::Role;
use serde_json::{Value, json};

use super::{
    answers::ok,
    fixtures::{PNG, client_profile},
    service::Service,
};
use crate::support::{members::ACME, people::OWN};

/// A person with a record of every kind that people have but uploads, and a word that stands in all of them.
pub struct Person {
    pub id: String,
    /// Stands in every record, and nowhere else.
    pub word: String,
    /// The paths of the records, in the order of the kinds.
    pub paths: Vec<String>,
}

/// A word of letters that no other test uses.
pub fn word(service: &Service) -> String {
    let letters =
        service.number().to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect::<String>();
    format!("Cnry{letters}q")
}

impl Person {
    /// Makes the person.
    pub async fn make(service: &Service) -> Self {
        let (word, number) = (word(service), service.number());
        let customer = json!({ "email": format!("{word}@example.test"), "full_name": word, "phone": format!("+46 70 {:07}", number) });
        let first =
            put(service, &format!("/records/customer/{}", 900_000 + number), None, customer, &word).await;
        let mut person = Self { id: text(&first["person"]), word: word.clone(), paths: Vec::new() };
        let user = format!("user_T{number:013}");
        let mut profile = client_profile();
        profile["first_name"] = json!(word);
        let rows = [
            (
                "account",
                (9_000_000 + number).to_string(),
                json!({ "customer_id": 900_000 + number, "name": word, "city": word, "comment": word }),
            ),
            (
                "file",
                format!("1c5c1f0e-7a44-4c0b-9b6f-{number:012x}"),
                json!({ "extension": "png", "base64": PNG }),
            ),
            (
                "user",
                user.clone(),
                json!({ "username": word, "name": word, "bio": word, "email": format!("{word}@example.test"), "accounts": [OWN] }),
            ),
            ("override", format!("{user}:{OWN}"), json!({ "name": word })),
            ("client", format!("5b2f6a3e-8f0d-4c56-9f6e-{number:012x}"), json!({ "profile": profile })),
            (
                "member",
                (900_000 + number).to_string(),
                json!({ "email": format!("{word}@example.test"), "given_name": word, "family_name": word }),
            ),
            (
                "membership",
                format!("{}:{ACME}", 900_000 + number),
                json!({ "id": 8_000_000 + number, "role": 3, "status": 1 }),
            ),
        ];
        person.paths.push(format!("/records/customer/{}", 900_000 + number));
        for (kind, key, fields) in rows {
            // These have their parent's.
            let of = (!["account", "override", "membership"].contains(&kind)).then_some(person.id.as_str());
            let path = format!("/records/{kind}/{key}");
            let made = put(service, &path, of, fields, &word).await;
            assert_eq!(text(&made["person"]), person.id, "{made}");
            person.paths.push(path);
        }
        person
    }

    /// The path of the person's record of a kind.
    pub fn path(&self, kind: &str) -> &str {
        self.paths.iter().find(|path| path.starts_with(&format!("/records/{kind}/"))).unwrap()
    }

    /// A path below the person.
    pub fn below(&self, rest: &str) -> String {
        format!("/persons/{}{rest}", self.id)
    }

    pub async fn hold(&self, service: &Service, kinds: &[&str]) -> Value {
        let body = json!({ "kinds": kinds, "reason": "ticket 4711" });
        ok(&service.call(Role::Privacy, "PUT", &self.below("/hold")).json(&body).await)
    }

    pub async fn release(&self, service: &Service) {
        ok(&service.delete(Role::Privacy, &self.below("/hold?reason=ticket%204711")).await);
    }

    /// Erases the person; the receipt as it was answered.
    pub async fn erase(&self, service: &Service) -> String {
        let erased =
            service.post(Role::Privacy, &self.below("/erasure"), &json!({ "reason": "ticket 4712" })).await;
        assert_eq!(erased.status, 200, "{}", erased.text);
        erased.text
    }

    /// Every change of the person's records as an administrator sees them, with what their digests are made of.
    pub async fn changes(&self, service: &Service) -> Vec<Value> {
        let path = self.below("/changes?limit=200&include=chain");
        ok(&service.get(Role::Admin, &path).await)["changes"].as_array().unwrap().clone()
    }
}

/// The names in a list of records of a receipt.
pub fn names(list: &Value) -> Vec<String> {
    let name = |record: &Value| format!("/records/{}/{}", text(&record["kind"]), text(&record["key"]));
    list.as_array().unwrap().iter().map(name).collect()
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

async fn put(service: &Service, path: &str, person: Option<&str>, fields: Value, reason: &str) -> Value {
    let mut body = json!({ "fields": fields, "cause": { "reason": reason } });
    if let Some(person) = person {
        body["person"] = json!(person);
    }
    let made = service.put(Role::Admin, path, &body).await;
    assert_eq!(made.status, 201, "{path}: {}", made.text);
    made.json()
}
