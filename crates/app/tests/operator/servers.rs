//! What needs a server of its own: a setting, a clock, a kill, a lost master key (section 3; section 15, rows 17, 22 and 24).

use std::{path::PathBuf, time::Duration};

use profile_domain::operator::Role;
use profile_testkit::cluster::Cluster;
use serde_json::{Value, json};

use super::{
    answers::{ok, problem},
    fixtures::client_profile,
    service::{BASE, new_key},
};
use crate::support::{Answer, Target};

const SQLITE: &str = "sqlite://data/profile.db";

/// A database with an administrator's key, served by one server after another.
struct Server {
    target: Target,
    database: String,
    key: String,
}

impl Server {
    fn start(database: &str, environment: &[(&str, &str)]) -> Self {
        let folder = Target::import(database);
        let key = new_key(&folder, database, Role::Admin);
        Self { target: Target::serve_with(folder, database, environment), database: database.to_owned(), key }
    }

    /// Serves the same database again, after the server was killed.
    fn restart(self, environment: &[(&str, &str)]) -> Self {
        let folder: PathBuf = self.target.folder.clone();
        let target = Target::serve_with(folder, &self.database, environment);
        Self { target, ..self }
    }

    async fn call(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        self.target
            .send(method, &format!("{BASE}{path}"), |request| self.complete(request, headers, body))
            .await
    }

    fn complete(
        &self,
        request: reqwest::RequestBuilder,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> reqwest::RequestBuilder {
        let request = request.header("authorization", format!("Bearer {}", self.key));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        if body.is_null() { request } else { request.json(body) }
    }

    async fn put(&self, path: &str, fields: Value) -> Value {
        let body = json!({"fields": fields, "cause": {"reason": "of a test"}});
        let answer = self.call("PUT", path, &[("if-none-match", "*")], &body).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.json()
    }

    async fn set_city(&self, path: &str, city: &str) -> Value {
        ok(&self.call("PATCH", path, &[], &json!({"fields": {"city": city}})).await)
    }

    async fn changes(&self, path: &str) -> Vec<Value> {
        ok(&self.call("GET", &format!("{path}/changes"), &[], &Value::Null).await)["changes"]
            .as_array()
            .unwrap()
            .clone()
    }
}

const ACCOUNT: &str = "/records/account/9000001";

#[tokio::test]
async fn where_a_precondition_is_required_writes_without_one_are_refused() {
    let server = Server::start(SQLITE, &[("PROFILE_OPERATOR_PRECONDITION", "required")]);
    server.put(ACCOUNT, json!({})).await;
    let body = json!({"fields": {"city": "A"}});
    let revert = json!({"to_version": 1, "reason": "of a test"});
    let (ending, reverting) = (format!("{ACCOUNT}?reason=of%20a%20test"), format!("{ACCOUNT}/revert"));
    for (method, path, body) in
        [("PATCH", ACCOUNT, &body), ("DELETE", &ending, &Value::Null), ("POST", &reverting, &revert)]
    {
        problem(&server.call(method, path, &[], body).await, 428, "precondition_required");
    }
    // Faults come first, and the missing precondition before the body.
    problem(&server.call("PATCH", &format!("{ACCOUNT}?x=1"), &[], &body).await, 400, "invalid");
    problem(
        &server.call("PATCH", ACCOUNT, &[], &json!({"fields": {"nick": 1}})).await,
        428,
        "precondition_required",
    );
    problem(
        &server.call("PATCH", "/records/account/9000009", &[], &body).await,
        428,
        "precondition_required",
    );
    ok(&server.call("PATCH", &format!("{ACCOUNT}?base_version=1"), &[], &body).await);
    ok(&server.call("PATCH", ACCOUNT, &[("if-match", "\"2\"")], &json!({"fields": {"city": "B"}})).await);
    ok(&server.call("POST", &reverting, &[("if-match", "*")], &revert).await);
    ok(&server.call("DELETE", &ending, &[("if-match", "\"4\"")], &Value::Null).await);
}

#[tokio::test]
async fn changes_rise_though_the_clock_is_set_back() {
    for database in [SQLITE.to_owned(), Cluster::shared().database()] {
        let server = Server::start(&database, &[("PROFILE_CLOCK", "2027-03-01T00:00:00Z")]);
        server.put(ACCOUNT, json!({})).await;
        server.set_city(ACCOUNT, "A").await;
        server.target.kill();
        let server = server.restart(&[("PROFILE_CLOCK", "2027-02-01T00:00:00Z")]);
        server.set_city(ACCOUNT, "B").await;
        server.set_city(ACCOUNT, "C").await;
        let changes = server.changes(ACCOUNT).await;
        assert_eq!(changes.len(), 4);
        let is_later = |pair: &[Value], name: &str| pair[0][name].as_str() > pair[1][name].as_str();
        assert!(changes.windows(2).all(|pair| is_later(pair, "at") && is_later(pair, "id")), "{changes:?}");
        // What is later than the clock, but was there, is no future.
        for (change, version) in changes.iter().zip([4, 3, 2, 1]) {
            let path = format!("{ACCOUNT}?as_of={}", change["at"].as_str().unwrap());
            assert_eq!(ok(&server.call("GET", &path, &[], &Value::Null).await)["version"], version);
        }
        server.target.kill();
    }
}

#[tokio::test]
async fn a_call_that_a_kill_cut_off_is_replayed_after_the_start() {
    for database in [SQLITE.to_owned(), Cluster::shared().database()] {
        let mut server = Server::start(&database, &[]);
        server.put(ACCOUNT, json!({})).await;
        for (round, wait) in [0, 2, 4, 6, 9, 14].into_iter().enumerate() {
            let before = server.changes(ACCOUNT).await.len();
            let (key, body) =
                (format!("round-{round}"), json!({"fields": {"city": format!("city {round}")}}));
            let headers = [("idempotency-key", key.as_str())];
            let url = format!("{}{BASE}{ACCOUNT}", server.target.url);
            let call = server.complete(Target::client().patch(url), &headers, &body);
            let first = tokio::spawn(async move { Answer::try_read(call.send().await?).await });
            tokio::time::sleep(Duration::from_millis(wait)).await;
            server.target.kill();
            let first = first.await.unwrap();
            server = server.restart(&[]);
            let (second, third) = (
                server.call("PATCH", ACCOUNT, &headers, &body).await,
                server.call("PATCH", ACCOUNT, &headers, &body).await,
            );
            ok(&second);
            assert_eq!((&third.bytes, third.header("idempotent-replayed")), (&second.bytes, "true"));
            if let Ok(first) = first {
                assert_eq!((first.status, &first.bytes), (200, &second.bytes));
            }
            assert_eq!(server.changes(ACCOUNT).await.len(), before + 1, "one change");
        }
        server.target.kill();
    }
}

#[tokio::test]
async fn a_value_whose_master_key_is_missing_is_no_null() {
    let cluster = Cluster::shared();
    let database = cluster.database();
    let server = Server::start(&database, &[]);
    let client = "/records/client/5b2f6a3e-8f0d-4c56-9f6e-00000000ffff";
    let person = server.put(client, json!({"profile": client_profile()})).await["person"].clone();
    cluster.execute(&database, "INSERT INTO master_key VALUES ('elsewhere', now())");
    cluster.execute(&database, "UPDATE person_key SET master = 'elsewhere'");
    let answer =
        server.call("GET", &format!("{client}?reveal=true&reason=of%20a%20test"), &[], &Value::Null).await;
    let refused = problem(&answer, 503, "unavailable");
    assert!(refused.get("fields").is_none());
    assert_ne!(answer.header("retry-after"), "");
    let export = format!("/persons/{}/export?reason=of%20a%20test", person.as_str().unwrap());
    problem(&server.call("GET", &export, &[], &Value::Null).await, 503, "unavailable");
    let accesses = server.call("GET", "/accesses", &[], &Value::Null).await.json();
    assert_eq!(accesses["accesses"], json!([]), "what shows nothing is not noted");
}
