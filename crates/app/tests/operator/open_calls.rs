//! Waits and streams that are open: how many, and until when (sections 2, 9 and 13).

use std::{
    process::Command,
    time::{Duration, Instant},
};

use chrono::TimeDelta;
use futures_util::future::join_all;
use profile_domain::operator::Role;
use profile_ports::Clock as _;
use serde_json::{Value, json};

use super::{
    answers::{ok, problem},
    fixtures::make,
    follower::Follower,
    service::{BASE, Service, new_key},
};
use crate::support::{Answer, Target};

/// Within which what is open ends after its key.
const END: Duration = Duration::from_secs(6);

pub async fn sixteen_calls_of_a_key_are_open_at_most(service: &Service) {
    let person = make(service, "user").await["person"].as_str().unwrap().to_owned();
    let follower = Follower::new(service).await;
    let mut streams =
        join_all((0..8).map(|_| follower.stream("?after=latest&kind=brand&actor=me", None))).await;
    let waits = (0..8).map(|_| async {
        ok(&follower.call("GET", "/changes?after=latest&kind=brand&actor=me&wait=4").await);
    });
    let more = async {
        tokio::time::sleep(Duration::from_millis(1500)).await;
        for accept in ["application/json", "text/event-stream"] {
            let query = if accept == "application/json" { "?wait=1" } else { "" };
            let refused = follower.call("GET", &format!("/changes{query}")).header("accept", accept).await;
            problem(&refused, 429, "rate_limited");
            assert_ne!(refused.header("retry-after"), "");
        }
        let export = format!("/persons/{person}/export?reason=of%20a%20test");
        problem(&follower.call("GET", &export).await, 429, "rate_limited");
        assert_eq!(follower.call("HEAD", &export).await.status, 200);
        ok(&follower.call("GET", "/changes?limit=1").await);
        ok(&service.get(Role::Reader, "/changes?after=latest&wait=1&kind=brand").await);
    };
    tokio::join!(join_all(waits), more);
    // Places come back, from waits as well as from streams whose callers have gone.
    streams.truncate(4);
    let begun = Instant::now();
    let mut opened = Vec::new();
    while opened.len() < 12 {
        let stream = follower.stream("?after=latest", None).await;
        if stream.response.status() == 200 {
            opened.push(stream);
        } else {
            assert!(begun.elapsed() < Duration::from_secs(10), "a caller who has gone keeps a place");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
    let full = follower.stream("?after=latest", None).await;
    assert_eq!(full.response.status(), 429);
}

/// Ends as soon as the key has; returns how long the stream was open.
async fn ends(follower: &Follower<'_>) -> Duration {
    let begun = Instant::now();
    let mut stream = follower.stream("?after=latest&kind=brand", None).await;
    assert_eq!(stream.response.status(), 200);
    let wait = async {
        let answer = follower.call("GET", "/changes?after=latest&kind=brand&actor=me&wait=30").await;
        problem(&answer, 401, "unauthorized");
    };
    tokio::join!(stream.end(), wait);
    begun.elapsed()
}

pub async fn a_revoked_key_ends_what_it_has_open(service: &Service) {
    let (follower, other) = (Follower::new(service).await, Follower::new(service).await);
    let mut goes_on = other.stream("?after=latest&actor=me", None).await;
    let revoke = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let path = format!("/keys/{}?reason=of%20a%20test", follower.id);
        ok(&service.delete(Role::Admin, &path).await);
    };
    let (open, ()) = tokio::join!(ends(&follower), revoke);
    assert!(open < END, "{open:?}");
    other.account().await;
    goes_on.change().await;
}

pub async fn an_expired_key_ends_what_it_has_open(service: &Service) {
    let expires_at = app::system::SystemClock(None).now() + TimeDelta::seconds(5);
    let key = json!({"name": "short", "role": "admin", "expires_at": expires_at.to_rfc3339()});
    let follower = Follower::with(service, key).await;
    let open = ends(&follower).await;
    assert!(open < END + Duration::from_secs(5), "{open:?}");
}

/// A server of its own, and how it is asked.
struct Server {
    target: Target,
    bearer: String,
}

impl Server {
    fn start(environment: &[(&str, &str)]) -> Self {
        let database = "sqlite://data/profile.db";
        let folder = Target::import(database);
        let bearer = format!("Bearer {}", new_key(&folder, database, Role::Admin));
        Self { target: Target::serve_with(folder, database, environment), bearer }
    }

    fn get(&self, query: &str) -> reqwest::RequestBuilder {
        let url = format!("{}{BASE}/changes{query}", self.target.url);
        Target::client().get(url).header("authorization", &self.bearer)
    }

    fn stream(&self) -> reqwest::RequestBuilder {
        self.get("?after=latest").header("accept", "text/event-stream")
    }
}

#[tokio::test]
async fn a_server_that_stops_ends_streams_and_waits_at_once() {
    let server = Server::start(&[]);
    let wait = tokio::spawn(server.get("?after=latest&wait=30").send());
    let mut stream = server.stream().send().await.unwrap();
    stream.chunk().await.unwrap().unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let begun = Instant::now();
    let told = Command::new("pkill").args(["-TERM", "-f", &server.target.pattern()]).status().unwrap();
    assert!(told.success());
    while stream.chunk().await.unwrap().is_some() {}
    let page: Value = Answer::read(wait.await.unwrap().unwrap()).await.json();
    assert_eq!(page["changes"], json!([]));
    assert!(page["next"].is_string());
    while Command::new("pgrep").args(["-f", &server.target.pattern()]).status().unwrap().success() {
        assert!(begun.elapsed() < Duration::from_secs(10), "an open stream holds the server");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_quiet_stream_outlives_the_deadlines_of_idle_connections() {
    let server = Server::start(&[("PROFILE_KEEP_ALIVE", "1s")]);
    let mut stream = server.stream().send().await.unwrap();
    let (mut begun, mut text) = (Instant::now(), String::new());
    while text.matches("event: position").count() < 2 {
        text.push_str(
            std::str::from_utf8(&stream.chunk().await.unwrap().unwrap_or_else(|| panic!("it was cut")))
                .unwrap(),
        );
        if text.matches("event: position").count() == 1 {
            begun = Instant::now();
        }
    }
    let between = begun.elapsed();
    assert!(between > Duration::from_secs(12) && between < Duration::from_secs(20), "{between:?}");
    ok(&Answer::read(server.get("?after=latest&wait=4").send().await.unwrap()).await);
}
