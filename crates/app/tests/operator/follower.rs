//! A key of a test's own, by whose actor it finds its changes in the feed, and streams of events.

use std::time::{Duration, Instant};

use profile_domain::operator::Role;
use reqwest::Response;
use serde_json::{Value, json};

use super::{
    answers::{created, ok},
    service::{BASE, Call, Service},
};

/// How long anything may take that comes soon.
const SOON: Duration = Duration::from_secs(20);

/// A key that no other test uses.
pub struct Follower<'a> {
    pub service: &'a Service,
    pub id: String,
    bearer: String,
    /// The newest position when it was made.
    pub start: String,
}

impl<'a> Follower<'a> {
    pub async fn new(service: &'a Service) -> Self {
        Self::with(service, json!({"name": "follower", "role": "admin"})).await
    }

    /// With a key that is made of this.
    pub async fn with(service: &'a Service, key: Value) -> Self {
        let key = created(&service.post(Role::Admin, "/keys", &key).await);
        let text = |name: &str| key[name].as_str().unwrap().to_owned();
        let start = position(&ok(&service.get(Role::Reader, "/changes?after=latest").await));
        Self { service, id: text("id"), bearer: format!("Bearer {}", text("secret")), start }
    }

    pub fn actor(&self) -> String {
        format!("operator:{}", self.id)
    }

    pub fn call(&self, method: &str, path: &str) -> Call {
        self.service.open(method, &format!("{BASE}{path}")).header("authorization", &self.bearer)
    }

    pub async fn get(&self, path: &str) -> Value {
        ok(&self.call("GET", path).await)
    }

    /// Makes an account; returns its path.
    pub async fn account(&self) -> String {
        let path = format!("/records/account/{}", 7_000_000 + self.service.number());
        let made = self.call("PUT", &path).header("if-none-match", "*").json(&json!({"fields": {}})).await;
        created(&made);
        path
    }

    pub async fn set(&self, path: &str, fields: Value) -> Value {
        let body = json!({"fields": fields, "cause": {"reason": "of a follower"}});
        ok(&self.call("PATCH", path).json(&body).await)
    }

    /// An account and two changes of its city: three changes.
    pub async fn three(&self) -> String {
        let account = self.account().await;
        self.set(&account, json!({"city": "Lund"})).await;
        self.set(&account, json!({"city": "Malmö"})).await;
        account
    }

    /// The query for what this key has changed.
    pub fn own(&self, more: &str) -> String {
        format!("/changes?after={}&actor=me{more}", self.start)
    }

    /// Its changes, once there are so many.
    pub async fn changes(&self, count: usize, more: &str) -> Vec<Value> {
        let begun = Instant::now();
        loop {
            let changes = list(&self.get(&self.own(&format!("&limit=200{more}"))).await);
            if changes.len() >= count {
                return changes;
            }
            assert!(begun.elapsed() < SOON, "only {} changes show", changes.len());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Opens a stream; `query` begins behind the path.
    pub async fn stream(&self, query: &str, last: Option<&str>) -> Stream {
        let call = self.call("GET", &format!("/changes{query}")).header("accept", "text/event-stream");
        let call = call.header("accept-encoding", "gzip, br");
        let call = match last {
            Some(last) => call.header("last-event-id", last),
            None => call,
        };
        Stream { response: call.open().await, buffer: String::new() }
    }
}

/// The position that a page goes on from.
pub fn position(page: &Value) -> String {
    page["next"].as_str().unwrap().to_owned()
}

/// The changes of a page.
pub fn list(page: &Value) -> Vec<Value> {
    page["changes"].as_array().unwrap().clone()
}

/// The texts of one member of each change.
pub fn each<'a>(changes: &'a [Value], member: &str) -> Vec<&'a str> {
    changes.iter().map(|change| change[member].as_str().unwrap()).collect()
}

/// An answer of events.
pub struct Stream {
    pub response: Response,
    buffer: String,
}

impl Stream {
    /// The next block of lines, with the empty line at its end; `None` at the end of the stream.
    pub async fn block(&mut self) -> Option<String> {
        loop {
            if let Some(end) = self.buffer.find("\n\n") {
                let rest = self.buffer.split_off(end + 2);
                return Some(std::mem::replace(&mut self.buffer, rest));
            }
            let piece = tokio::time::timeout(SOON, self.response.chunk())
                .await
                .unwrap_or_else(|_| panic!("no event comes"));
            let piece = piece.ok().flatten()?;
            self.buffer.push_str(std::str::from_utf8(&piece).unwrap());
        }
    }

    /// The next change, past positions: its id and its data.
    pub async fn change(&mut self) -> (String, Value) {
        loop {
            let block = self.block().await.unwrap_or_else(|| panic!("the stream has ended"));
            let lines: Vec<&str> = block.lines().collect();
            if lines[0] == "event: change" {
                let id = lines[1].strip_prefix("id: ").unwrap().to_owned();
                return (id, serde_json::from_str(lines[2].strip_prefix("data: ").unwrap()).unwrap());
            }
        }
    }

    /// Waits for the end; returns how long it took.
    pub async fn end(&mut self) -> Duration {
        let begun = Instant::now();
        while self.block().await.is_some() {}
        begun.elapsed()
    }
}
