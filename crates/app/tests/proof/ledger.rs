//! What clients were told, and whether it is there.

use serde_json::{Value, json};

use crate::support::{
    Answer, Family, Target, clients,
    members::{Members, bearer},
    people::{OWN, OWN_KEY, People},
    user,
};

/// A record that one client alone writes, each time with the next number, in two fields where there are two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Account,
    User,
    Override,
    Address,
    Member,
    File,
}

pub const KINDS: [Kind; 6] =
    [Kind::Account, Kind::User, Kind::Override, Kind::Address, Kind::Member, Kind::File];

/// What a client remembers of one record.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    /// The last number that was answered with 200.
    pub told: u64,
    /// The last number that was sent.
    pub sent: u64,
    /// The id in the last good answer.
    id: String,
}

/// A client with its records.
pub struct Client {
    http: reqwest::Client,
    people: Credentials,
    pub entries: [Entry; KINDS.len()],
}

struct Credentials {
    account: String,
    user: String,
    nora: String,
    client: String,
    member: String,
}

/// How a request ended.
pub enum Ending {
    Told,
    /// The server has refused it for a reason of its own, or has gone: what became of it is not known.
    Unknown,
}

impl Client {
    /// A client whom nobody else is.
    pub async fn of(target: &Target, number: usize) -> Self {
        let family: Family = target.family();
        let people: People = target.people();
        let members: Members = target.members();
        let people = Credentials {
            account: user(family.alone),
            user: format!("Bearer {}", target.own_token(&people.nora)),
            nora: people.nora,
            client: clients::token(&format!("5b2f6a3e-8f0d-4c56-9f6e-{number:012x}")),
            member: bearer(members.mira(), None),
        };
        let client = Self { http: Target::client(), people, entries: Default::default() };
        let made = client.send(target, "POST", "/client/address", &client.people.client, &address(0)).await;
        assert_eq!(made.unwrap().status, 200);
        for kind in KINDS {
            let mut zero = Entry::default();
            assert!(matches!(client.write(target, kind, &mut zero).await, Ending::Told));
        }
        client
    }

    async fn send(
        &self,
        target: &Target,
        method: &str,
        path: &str,
        authorization: &str,
        body: &Value,
    ) -> Option<Answer> {
        let url = format!("{}{path}", target.url);
        let mut request = self.http.request(method.parse().unwrap(), url);
        request = request.header("authorization", authorization).header("api-version-date", "2026-10-15-1");
        if !body.is_null() {
            request = request.json(body);
        }
        Answer::try_read(request.send().await.ok()?).await.ok()
    }

    /// Writes the next number.
    pub async fn next(&mut self, target: &Target, index: usize) -> Ending {
        let mut entry = self.entries[index].clone();
        entry.sent += 1;
        self.entries[index].sent = entry.sent;
        let ending = self.write(target, KINDS[index], &mut entry).await;
        if matches!(ending, Ending::Told) {
            entry.told = entry.sent;
            self.entries[index] = entry;
        }
        ending
    }

    async fn write(&self, target: &Target, kind: Kind, entry: &mut Entry) -> Ending {
        let n = entry.sent.to_string();
        let people = &self.people;
        let side = format!("/users/{}?account_id={OWN}", people.nora);
        let own_key = format!("Bearer {OWN_KEY}");
        let (method, path, authorization, body) = match kind {
            Kind::Account => ("PUT", "/account/me", &people.account, json!({"city": n, "state": n})),
            Kind::User => ("PATCH", "/users/me", &people.user, json!({"name": n, "bio": n})),
            Kind::Override => ("PATCH", side.as_str(), &own_key, json!({"name": n})),
            Kind::Address => ("PUT", "/client/address", &people.client, address(entry.sent)),
            Kind::Member => (
                "PUT",
                "/api/sys/v1/account/update_profile",
                &people.member,
                json!({"given_name": n, "family_name": n}),
            ),
            Kind::File => ("POST", "/files", &people.user, json!({"filename": format!("{n}.png")})),
        };
        let Some(answer) = self.send(target, method, path, authorization, &body).await else {
            return Ending::Unknown;
        };
        if answer.status >= 500 {
            return Ending::Unknown;
        }
        assert_eq!(answer.status, 200, "{kind:?}: {}", answer.text);
        if kind == Kind::File {
            answer.json()["id"].as_str().unwrap().clone_into(&mut entry.id);
        }
        Ending::Told
    }

    /// Asserts that everything which was told is there, whole; what was not told may be there, whole, or not.
    pub async fn check(&mut self, target: &Target) {
        for (index, kind) in KINDS.into_iter().enumerate() {
            let found = self.find(target, kind, &self.entries[index]).await;
            // What was found is what the next number must follow.
            self.entries[index].told = found;
        }
    }

    /// Asserts that a copy has everything that was told before it was begun, whole.
    pub async fn check_copy(&self, copy: &Target, before: &[Entry; KINDS.len()]) {
        for (index, kind) in KINDS.into_iter().enumerate() {
            let known = Entry { sent: self.entries[index].sent, ..before[index].clone() };
            self.find(copy, kind, &known).await;
        }
    }

    /// Returns the number that is there, which is one between what was told and what was sent.
    async fn find(&self, target: &Target, kind: Kind, entry: &Entry) -> u64 {
        let [one, other] = self.read(target, kind, entry).await;
        assert_eq!(one, other, "{kind:?} is half there");
        let found = one.parse().unwrap();
        let known = entry.told..=entry.sent;
        assert!(known.contains(&found), "{kind:?}: {found} was found, told and sent are {known:?}");
        found
    }

    async fn read(&self, target: &Target, kind: Kind, entry: &Entry) -> [String; 2] {
        let people = &self.people;
        let side = format!("/users/{}?account_id={OWN}", people.nora);
        let file = format!("/files/{}", entry.id);
        let own_key = format!("Bearer {OWN_KEY}");
        let (path, authorization, pointers) = match kind {
            Kind::Account => ("/account/me", &people.account, ["/city", "/state"]),
            Kind::User => ("/users/me", &people.user, ["/name", "/bio"]),
            Kind::Override => (side.as_str(), &own_key, ["/name", "/name"]),
            Kind::Address => ("/client/address", &people.client, ["/data/0/city", "/data/0/state_province"]),
            Kind::Member => {
                ("/api/sys/v1/account/get_profile", &people.member, ["/data/given_name", "/data/family_name"])
            }
            // Each announcement is a file of its own: the last one that was told must be there.
            Kind::File if entry.told == 0 => return ["0".to_owned(), "0".to_owned()],
            Kind::File => (file.as_str(), &people.user, ["/filename", "/filename"]),
        };
        let answer = self.send(target, "GET", path, authorization, &Value::Null).await.unwrap();
        assert_eq!(answer.status, 200, "{kind:?}: {}", answer.text);
        let body = answer.json();
        pointers.map(|pointer| {
            let text = body.pointer(pointer).and_then(Value::as_str);
            text.unwrap_or_else(|| panic!("{body}")).trim_end_matches(".png").to_owned()
        })
    }
}

fn address(n: u64) -> Value {
    let n = n.to_string();
    json!({"address_line_1": "1", "state_province": n, "city": n, "zip_postal_code": "1"})
}
