//! Deliveries to webhooks, end to end on SQLite and on PostgreSQL (operator API page, section 10; section 15, rows 32 to 34).

use std::{path::PathBuf, time::Duration};

use profile_domain::operator::Role;
use profile_testkit::cluster::Cluster;
use serde_json::{Value, json};

use super::{
    answers::ok,
    service::{BASE, new_key},
};
use crate::support::{
    Answer, Target,
    receiver::{Delivered, Receiver, status},
};

pub(super) const SQLITE: &str = "sqlite://data/profile.db";
const PRIVATE: (&str, &str) = ("PROFILE_WEBHOOK_ALLOW_PRIVATE", "on");

/// A database with an administrator's key, served by one server after another.
pub(super) struct Server {
    pub(super) target: Target,
    database: String,
    key: String,
}

pub(super) fn databases() -> [String; 2] {
    [SQLITE.to_owned(), Cluster::shared().database()]
}

impl Server {
    pub(super) fn start(database: &str, environment: &[(&str, &str)]) -> Self {
        let folder = Target::empty();
        let key = new_key(&folder, database, Role::Admin);
        Self { target: Target::serve_with(folder, database, environment), database: database.to_owned(), key }
    }

    /// Serves the same database again, after the server was killed.
    pub(super) fn restart(self, environment: &[(&str, &str)]) -> Self {
        let folder: PathBuf = self.target.folder.clone();
        let target = Target::serve_with(folder, &self.database, environment);
        Self { target, ..self }
    }

    pub(super) fn authorization(&self) -> String {
        format!("Bearer {}", self.key)
    }

    pub(super) async fn call(&self, method: &str, path: &str, body: Value) -> Answer {
        let complete = |request: reqwest::RequestBuilder| {
            let request = request.header("authorization", self.authorization());
            let request = if method == "PUT" { request.header("if-none-match", "*") } else { request };
            if body.is_null() { request } else { request.json(&body) }
        };
        self.target.send(method, &format!("{BASE}{path}"), complete).await
    }

    /// A subscription to what comes from now on; returns its path and its secret.
    async fn subscribe(&self, url: &str, more: Value) -> (String, String) {
        let mut body = json!({ "url": url });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let made = self.call("POST", "/subscriptions", body).await;
        assert_eq!(made.status, 201, "{}", made.text);
        let made = made.json();
        (
            format!("/subscriptions/{}", made["id"].as_str().unwrap()),
            made["secret"].as_str().unwrap().to_owned(),
        )
    }

    pub(super) async fn put(&self, path: &str, fields: Value) -> Value {
        let answer = self.call("PUT", path, json!({ "fields": fields })).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.json()
    }

    pub(super) async fn set_city(&self, account: &str, city: &str) {
        let body = json!({ "fields": { "city": city }, "cause": { "reason": "ticket 4711" } });
        ok(&self.call("PATCH", account, body).await);
    }

    pub(super) async fn get(&self, path: &str) -> Value {
        ok(&self.call("GET", path, Value::Null).await)
    }

    /// Waits until the metrics tell this of what waits for a subscription, and for how many seconds.
    async fn until_metrics(&self, subscription: &str, is_so: impl Fn(f64, f64) -> bool) {
        let id = subscription.rsplit('/').next().unwrap();
        for _ in 0..500 {
            let text = self.target.get("/metrics", "").await.text;
            let value = |name: &str| -> f64 {
                let begin = format!("profile_subscription_{name}{{subscription=\"{id}\"}} ");
                text.lines()
                    .find_map(|line| line.strip_prefix(&begin))
                    .map_or(f64::NAN, |value| value.parse().unwrap())
            };
            if is_so(value("waiting"), value("lag_seconds")) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{}", self.target.get("/metrics", "").await.text);
    }

    /// Waits until a metric of a subscription, whose other label has this value, says so; one that is not there says nothing.
    async fn until_metric(&self, subscription: &str, name: &str, label: &str, expected: &str) {
        let id = format!("\"{}\"", subscription.rsplit('/').next().unwrap());
        let (begin, label) = (format!("profile_subscription_{name}{{"), format!("\"{label}\""));
        let mut found = String::new();
        for _ in 0..500 {
            let text = self.target.get("/metrics", "").await.text;
            let is_it = |line: &&str| line.starts_with(&begin) && line.contains(&id) && line.contains(&label);
            let value = text.lines().find(is_it).and_then(|line| line.rsplit(' ').next());
            value.unwrap_or_default().clone_into(&mut found);
            if found == expected {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{begin} of {label} is {found:?} and not {expected:?}");
    }

    /// Waits until a subscription has this status.
    async fn until_status(&self, subscription: &str, expected: &str) -> Value {
        for _ in 0..500 {
            let found = self.get(subscription).await;
            if found["status"] == expected {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{}", self.get(subscription).await);
    }
}

pub(super) fn account(number: u32) -> String {
    format!("/records/account/90000{number:02}")
}

fn versions(all: &[Delivered], account: u32) -> Vec<i64> {
    let subject = format!("account/90000{account:02}");
    all.iter().filter(|one| one.subject() == subject).map(Delivered::version).collect()
}

#[tokio::test]
async fn a_change_arrives_signed_and_as_the_feed_shows_it() {
    for database in databases() {
        let server = Server::start(&database, &[PRIVATE]);
        let receiver = Receiver::new().await;
        let more = json!({ "values": "personal", "headers": { "X-Token": "abc" }, "kinds": ["account"] });
        let (subscription, secret) = server.subscribe(&receiver.url, more).await;
        let (thin, _) = server.subscribe(&receiver.url, json!({ "fields": ["city"] })).await;
        server.put(&account(1), json!({ "name": "Zoë Lindqvist" })).await;
        server.set_city(&account(1), "Malmö").await;
        let all = receiver.until(10, |all| all.len() >= 4).await;
        let signed: Vec<&Delivered> = all.iter().filter(|one| one.is_signed_with(&secret)).collect();
        assert_eq!((all.len(), signed.len()), (4, 2));
        let [made, updated] = signed[..] else { panic!("{signed:?}") };
        assert_eq!(updated.line, "POST /hook HTTP/1.1");
        assert_eq!(updated.header("content-type"), "application/cloudevents+json; charset=utf-8");
        assert!(updated.header("user-agent").starts_with("profile/"));
        assert_eq!((updated.header("x-token"), updated.header("transfer-encoding")), ("abc", ""));
        let shown = &server.get(&format!("{}/changes", account(1))).await["changes"];
        let event = updated.json();
        assert_eq!(event["data"], shown[0], "as the API shows it to support");
        assert_eq!(updated.header("webhook-id"), event["data"]["id"]);
        assert_eq!((&event["id"], &event["time"]), (&shown[0]["id"], &shown[0]["at"]));
        assert_eq!(event["source"], "http://profile.test/operator/v1");
        assert_eq!(made.json()["type"], "profile.account.created");
        assert_eq!(event["type"], "profile.account.updated");
        let other = all.iter().rfind(|one| !one.is_signed_with(&secret)).unwrap().json();
        assert_eq!(other["data"]["cause"]["reason"], Value::Null);
        assert!(other["data"]["fields"].as_array().unwrap().iter().all(|field| field.get("new").is_none()));
        tokio::time::sleep(Duration::from_millis(600)).await;
        let deliveries = server.get(&format!("{subscription}/deliveries")).await;
        let deliveries = deliveries["deliveries"].as_array().unwrap();
        assert_eq!(deliveries.len(), 2);
        assert_eq!(deliveries[0]["change"], event["id"]);
        assert_eq!((&deliveries[0]["status"], &deliveries[0]["error"]), (&json!(204), &Value::Null));
        let follower = server.get(&thin).await;
        assert_eq!((&follower["position"], &follower["status"]), (&shown[0]["id"], &json!("active")));
        server.target.kill();
    }
}

#[tokio::test]
async fn an_end_is_told_and_an_override_that_begins_anew_is_created() {
    let server = Server::start(SQLITE, &[PRIVATE]);
    let receiver = Receiver::new().await;
    server.subscribe(&receiver.url, json!({ "kinds": ["override"] })).await;
    let user = server.put("/records/user/user_T0000000000001", json!({ "username": "test-1" })).await;
    let business = server.put("/records/business/biz_T0000000000001", json!({})).await;
    let user = format!("/records/user/{}", user["key"].as_str().unwrap());
    ok(&server.call("PATCH", &user, json!({ "fields": { "accounts": [business["key"]] } })).await);
    let path = "/records/override/user_T0000000000001:biz_T0000000000001";
    server.put(path, json!({ "name": "A" })).await;
    ok(&server.call("PATCH", path, json!({ "fields": { "name": "B" } })).await);
    ok(&server.call("DELETE", &format!("{path}?reason=of%20a%20test"), Value::Null).await);
    server.put(path, json!({ "name": "C" })).await;
    let all = receiver.until(10, |all| all.len() >= 4).await;
    let types: Vec<String> = all.iter().map(|one| one.json()["type"].as_str().unwrap().to_owned()).collect();
    assert_eq!(
        types,
        ["created", "updated", "ended", "created"].map(|done| format!("profile.override.{done}"))
    );
    server.target.kill();
}

#[tokio::test]
async fn a_receiver_that_fails_for_one_record_gets_the_others_and_order_holds() {
    for database in databases() {
        let server = Server::start(&database, &[PRIVATE]);
        let receiver = Receiver::answering(|one, seen| {
            status(if one.subject() == "account/9000001" && one.version() == 1 && seen == 0 {
                500
            } else {
                200
            })
        })
        .await;
        let (subscription, _) = server.subscribe(&receiver.url, json!({})).await;
        server.put(&account(1), json!({})).await;
        server.until_status(&subscription, "failing").await;
        for (name, label, value) in
            [("status", "failing", "1"), ("status", "active", "0"), ("attempts_total", "status", "1")]
        {
            server.until_metric(&subscription, name, label, value).await;
        }
        server.set_city(&account(1), "A").await;
        server.put(&account(2), json!({})).await;
        server.set_city(&account(2), "B").await;
        let all = receiver.until(3, |all| versions(all, 2) == [1, 2]).await;
        assert_eq!(versions(&all, 1), [1], "the second change waits for the first");
        receiver.until(10, |all| versions(all, 1) == [1, 1, 2]).await;
        let back = server.until_status(&subscription, "active").await;
        assert_eq!(back["failing_since"], Value::Null);
        for (name, label, value) in [
            ("status", "failing", "0"),
            ("status", "active", "1"),
            ("attempts_total", "status", "1"),
            ("attempts_total", "none", "4"),
        ] {
            server.until_metric(&subscription, name, label, value).await;
        }
        let log = std::fs::read_to_string(server.target.folder.join("log")).unwrap();
        let turns = log.lines().filter(|line| line.contains("\"subscription\"") && line.contains("WARN"));
        let turns: Vec<&str> = turns.collect();
        assert_eq!(turns.len(), 2, "{turns:?}");
        assert!(turns.iter().all(|line| !line.contains("/hook")), "logs show the origin only: {turns:?}");
        server.target.kill();
    }
}

#[tokio::test]
async fn a_target_that_is_gone_is_left_alone_until_an_administrator_wants_it_back() {
    let server = Server::start(SQLITE, &[PRIVATE]);
    let receiver = Receiver::answering(|_, seen| status(if seen == 0 { 410 } else { 200 })).await;
    let (subscription, _) = server.subscribe(&receiver.url, json!({ "kinds": ["account"] })).await;
    server.put(&account(1), json!({})).await;
    server.until_status(&subscription, "disabled").await;
    for (name, label, value) in
        [("status", "disabled", "1"), ("status", "active", "0"), ("attempts_total", "status", "1")]
    {
        server.until_metric(&subscription, name, label, value).await;
    }
    server.put(&account(2), json!({})).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(receiver.everything().len(), 1);
    server.until_metrics(&subscription, |waiting, lag| waiting >= 1.0 && lag > 1.0).await;
    ok(&server.call("PATCH", &subscription, json!({ "status": "active" })).await);
    // The change that disabled it comes first; the second is a 410 again.
    receiver.until(10, |all| versions(all, 1) == [1, 1] && versions(all, 2) == [1]).await;
    server.until_metrics(&subscription, |waiting, lag| waiting <= 0.0 && lag <= 0.0).await;
    server.until_metric(&subscription, "attempts_total", "none", "1").await;
    server.until_metric(&subscription, "attempts_total", "status", "2").await;
    server.until_metric(&subscription, "status", "disabled", "1").await;
    server.target.kill();
}

#[tokio::test]
async fn changes_of_one_actor_are_not_sent_where_not_actor_says_so() {
    for database in databases() {
        let mut server = Server::start(&database, &[PRIVATE]);
        let receiver = Receiver::new().await;
        server.subscribe(&receiver.url, json!({ "not_actor": "me" })).await;
        let mut other = new_key(&server.target.folder, &database, Role::Admin);
        server.put(&account(1), json!({})).await;
        for city in ["A", "B", "C", "D"] {
            std::mem::swap(&mut server.key, &mut other);
            server.set_city(&account(1), city).await;
        }
        std::mem::swap(&mut server.key, &mut other);
        server.set_city(&account(1), "E").await;
        // In the order of the record: what is left out here would have come before the last one.
        let all = receiver.until(10, |all| versions(all, 1).last() == Some(&6)).await;
        assert_eq!(versions(&all, 1), [2, 4, 6]);
        server.target.kill();
    }
}

#[tokio::test]
async fn no_secret_of_a_subscription_is_in_the_log_or_in_metrics() {
    for database in databases() {
        let server = Server::start(&database, &[PRIVATE]);
        let receiver = Receiver::answering(|one, seen| match (one.version(), seen) {
            (1, 0) => "nonsense\r\n\r\n".to_owned(),
            (2, 0) => status(500),
            _ => status(204),
        })
        .await;
        let url = format!("{}/canary-path?token=canary-query", receiver.url);
        let more = json!({ "kinds": ["account"], "headers": { "X-Token": "canary-header" } });
        let (subscription, first) = server.subscribe(&url, more).await;
        let keep = json!({ "keep_old_s": 3600 });
        let rotated = server.call("POST", &format!("{subscription}/secret"), keep).await;
        let second = ok(&rotated)["secret"].as_str().unwrap().to_owned();
        let patch = json!({ "headers": { "X-Token": "canary-replaced" } });
        ok(&server.call("PATCH", &subscription, patch).await);
        ok(&server.call("POST", &format!("{subscription}/test"), Value::Null).await);
        server.put(&account(1), json!({})).await;
        server.set_city(&account(1), "Malmö").await;
        let all = receiver.until(30, |all| versions(all, 1) == [1, 1, 2, 2]).await;
        let last = all.last().unwrap();
        assert!(last.is_signed_with(&first) && last.is_signed_with(&second));
        assert_eq!(last.header("x-token"), "canary-replaced");
        server.until_status(&subscription, "active").await;
        let log = std::fs::read_to_string(server.target.folder.join("log")).unwrap();
        let tells = |level: &str, of: &str| log.lines().any(|line| line.contains(level) && line.contains(of));
        assert!(tells("DEBUG", "a delivery has failed"), "the log does not tell of deliveries at all");
        assert!(tells("WARN", "deliveries to a subscription fail and are tried again"));
        let metrics = server.target.get("/metrics", "").await.text;
        let keys = [&first, &second].map(|secret| secret.strip_prefix("whsec_").unwrap());
        for secret in ["whsec_", keys[0], keys[1], "canary"] {
            assert!(!log.contains(secret) && !metrics.contains(secret), "{secret} is shown");
        }
        server.target.kill();
    }
}

#[tokio::test]
async fn a_killed_server_loses_nothing() {
    for database in databases() {
        let mut server = Server::start(&database, &[PRIVATE]);
        let receiver = Receiver::new().await;
        server.subscribe(&receiver.url, json!({ "kinds": ["account"] })).await;
        for number in 1..=10 {
            server.put(&account(number), json!({})).await;
        }
        for round in 0..4 {
            for number in 1..=10 {
                server.set_city(&account(number), &format!("{round}")).await;
            }
            server.target.kill();
            server = server.restart(&[PRIVATE]);
        }
        // Repetitions are allowed, gaps and steps back to what was followed by a later one are not.
        let is_whole = |all: &[Delivered], number| {
            let mut seen = versions(all, number);
            seen.dedup();
            let last = seen.last().copied();
            seen.sort_unstable();
            seen.dedup();
            seen == [1, 2, 3, 4, 5] && last == Some(5)
        };
        receiver.until(30, |all| (1..=10).all(|number| is_whole(all, number))).await;
        server.target.kill();
    }
}

#[tokio::test]
async fn no_byte_reaches_a_private_address_and_others_are_not_delayed() {
    let server = Server::start(SQLITE, &[("PROFILE_WEBHOOK_ALLOW_PRIVATE", "127.9.9.9/32")]);
    let receiver = Receiver::new().await;
    let port = receiver.url.rsplit_once(':').unwrap().1.to_owned();
    let (subscription, _) = server.subscribe(&format!("https://localhost:{port}"), json!({})).await;
    server.put(&account(1), json!({})).await;
    server.until_status(&subscription, "failing").await;
    let deliveries = server.get(&format!("{subscription}/deliveries")).await;
    assert_eq!(deliveries["deliveries"][0]["error"], "private_address");
    let tested = ok(&server.call("POST", &format!("{subscription}/test"), Value::Null).await);
    assert_eq!((&tested["status"], &tested["error"]), (&Value::Null, &json!("private_address")));
    assert_eq!(receiver.connections(), 0);
    server.target.kill();
}

#[tokio::test]
async fn a_receiver_that_hangs_delays_no_other_subscription() {
    let server = Server::start(SQLITE, &[PRIVATE]);
    let (hanging, healthy) = (Receiver::answering(|_, _| String::new()).await, Receiver::new().await);
    server.subscribe(&hanging.url, json!({})).await;
    server.subscribe(&healthy.url, json!({ "kinds": ["account"] })).await;
    for number in 1..=80 {
        server.put(&account(number), json!({})).await;
    }
    healthy.until(5, |all| all.len() == 80).await;
    assert_eq!(hanging.everything().len(), 64, "no more requests are open at once");
    server.target.kill();
}

#[tokio::test]
async fn a_secret_is_rotated_under_load() {
    let server = Server::start(SQLITE, &[PRIVATE]);
    let receiver = Receiver::new().await;
    let (subscription, old) = server.subscribe(&receiver.url, json!({ "kinds": ["account"] })).await;
    let mut new = String::new();
    for number in 1..=60 {
        if number == 30 {
            // Whatever is slower, something is signed before the first rotation.
            receiver.until(10, |all| !all.is_empty()).await;
        }
        if number == 30 || number == 45 {
            let body = json!({ "keep_old_s": 3600 });
            let rotated = ok(&server.call("POST", &format!("{subscription}/secret"), body).await);
            rotated["secret"].as_str().unwrap().clone_into(&mut new);
        }
        server.put(&account(number), json!({})).await;
    }
    let all = receiver.until(10, |all| all.len() >= 60).await;
    assert!(all.iter().all(|one| one.is_signed_with(&old)), "also behind the second rotation");
    assert!(all.last().unwrap().is_signed_with(&new) && !all[0].is_signed_with(&new));
    server.target.kill();
}

#[tokio::test]
async fn with_delivery_off_nothing_is_sent_and_the_position_stays() {
    let server = Server::start(SQLITE, &[PRIVATE, ("PROFILE_DELIVERY", "off")]);
    let receiver = Receiver::new().await;
    let (subscription, _) = server.subscribe(&receiver.url, json!({ "kinds": ["account"] })).await;
    let before = server.get(&subscription).await["position"].clone();
    server.put(&account(1), json!({})).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let tested = server.call("POST", &format!("{subscription}/test"), Value::Null).await;
    assert_eq!((tested.status, &tested.json()["type"]), (503, &json!("/docs/problems/unavailable")));
    assert_eq!((receiver.connections(), &server.get(&subscription).await["position"]), (0, &before));
    server.target.kill();
    let server = server.restart(&[PRIVATE]);
    receiver.until(10, |all| versions(all, 1) == [1]).await;
    server.target.kill();
}
