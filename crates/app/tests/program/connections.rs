//! Many connections, and callers behind proxies and in browsers.

use std::{
    fs,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{
    DATABASE, refused,
    support::{
        Target,
        people::{OWN, OWN_KEY_ELSEWHERE},
        profile, user,
    },
};

#[tokio::test]
async fn slow_connections_never_keep_a_caller_out() {
    let folder = TempDir::new().unwrap();
    let mut command = profile(folder.path(), DATABASE);
    let program = command.get_program().to_owned();
    let limited = Command::new("sh");
    let environment: Vec<_> =
        command.get_envs().filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned()))).collect();
    command = limited;
    let mut child = command
        .args(["-c", "ulimit -n 256; exec \"$0\" serve"])
        .arg(program)
        .envs(environment)
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(fs::File::create(folder.path().join("log")).unwrap())
        .spawn()
        .unwrap();
    let address = crate::support::announced_address(folder.path());
    let mut slow = Vec::new();
    for number in 0..256 {
        let mut stream = TcpStream::connect(&address).await.unwrap();
        if number % 2 == 0 {
            stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
            let _answer = stream.read(&mut [0; 1024]).await;
        }
        stream.write_all(b"G").await.ok();
        slow.push(stream);
    }
    for _ in 0..20 {
        let client = reqwest::Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
        let answer = client.get(format!("http://{address}/healthz")).send().await.unwrap();
        assert_eq!(answer.status(), 200);
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn more_connections_than_open_files_are_refused_at_start() {
    let folder = TempDir::new().unwrap();
    let output = profile(folder.path(), DATABASE)
        .arg("serve")
        .env("PROFILE_MAX_CONNECTIONS", "999999999999")
        .output()
        .unwrap();
    refused(&output, 1, "cannot have 999999999999 connections");
}

#[tokio::test]
async fn the_callers_address_stands_in_the_log() {
    let proxied = [("PROFILE_TRUSTED_PROXIES", "127.0.0.0/8")];
    for (environment, expected) in [(&[][..], "127.0.0.1"), (&proxied[..], "203.0.113.9")] {
        let target = Target::serve_with(Target::import(DATABASE), DATABASE, environment);
        target
            .send("GET", "/account/me", |request| {
                request.header("x-forwarded-for", "198.51.100.7, 203.0.113.9")
            })
            .await;
        let line =
            logged(&target, |line| line["message"] == "answered" && line["span"]["route"] == "/account/me");
        assert_eq!(line["caller"], expected);
        let nora = target.people().nora;
        let bound = target
            .send("GET", &format!("/users/{nora}?account_id={OWN}"), |request| {
                request
                    .header("authorization", format!("Bearer {OWN_KEY_ELSEWHERE}"))
                    .header("forwarded", "for=198.51.100.7, for=\"10.1.2.3:4711\";proto=https")
            })
            .await;
        assert_eq!(bound.status, if environment.is_empty() { 403 } else { 200 }, "{}", bound.text);
    }
}

/// The first line that is so, as soon as it is written.
fn logged(target: &Target, is_it: impl Fn(&Value) -> bool) -> Value {
    let begun = Instant::now();
    loop {
        let log = fs::read_to_string(target.folder.join("log")).unwrap();
        let mut lines = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        if let Some(line) = lines.find(&is_it) {
            return line;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "{log}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[tokio::test]
async fn a_browser_of_a_listed_origin_may_call() {
    let origin = "https://app.example.test";
    let environment = [("PROFILE_CORS_ORIGINS", origin), ("PROFILE_METRICS_BIND", "127.0.0.1:0")];
    let target = Target::serve_with(Target::import(DATABASE), DATABASE, &environment);
    let client = reqwest::Client::new();
    let header = |answer: &reqwest::Response, name: &str| {
        answer
            .headers()
            .get(name)
            .map(|value| value.to_str().unwrap().to_ascii_lowercase())
            .unwrap_or_default()
    };
    for (path, method) in [
        ("/account/me", "PUT"),
        ("/users/me", "PATCH"),
        ("/api/v1/users/me", "PATCH"),
        ("/client/address", "PUT"),
        ("/api/sys/v1/account/update_profile", "PUT"),
        ("/storage/some.png", "GET"),
    ] {
        let preflight = |origin: &str| {
            client
                .request(reqwest::Method::OPTIONS, format!("{}{path}", target.url))
                .header("origin", origin)
                .header("access-control-request-method", method)
                .header("access-control-request-headers", "authorization, content-type, api-version-date")
        };
        let answer = preflight(origin).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        assert_eq!(header(&answer, "access-control-allow-origin"), origin, "{path}");
        assert!(header(&answer, "access-control-allow-methods").contains(&method.to_lowercase()), "{path}");
        let headers = header(&answer, "access-control-allow-headers");
        assert!(headers.contains("authorization") && headers.contains("api-version-date"), "{headers}");
        assert!(header(&answer, "vary").contains("origin"), "{path}");
        let stranger = preflight("https://other.example.test").send().await.unwrap();
        assert_eq!(header(&stranger, "access-control-allow-origin"), "", "{path}");
    }
    // A refusal can be read, too.
    let ask = |origin: &str| client.get(format!("{}/account/me", target.url)).header("origin", origin);
    let refused = ask(origin).send().await.unwrap();
    assert_eq!(refused.status(), 401);
    assert_eq!(header(&refused, "access-control-allow-origin"), origin);
    assert!(header(&refused, "vary").contains("origin"));
    let exposed = header(&refused, "access-control-expose-headers");
    assert!(exposed.contains("x-request-id") && exposed.contains("retry-after"), "{exposed}");
    let stranger = ask("https://other.example.test").send().await.unwrap();
    assert_eq!(
        (stranger.status().as_u16(), header(&stranger, "access-control-allow-origin")),
        (401, String::new())
    );
    assert!(header(&stranger, "vary").contains("origin"), "a cache must not give it to a listed origin");
    // Not for the service's own endpoints, and the metrics are elsewhere.
    let health = client.get(format!("{}/readyz", target.url)).header("origin", origin).send().await.unwrap();
    assert_eq!(header(&health, "access-control-allow-origin"), "");
    assert_eq!(target.send("GET", "/metrics", |request| request).await.status, 404);
    let line = logged(&target, |line| line["message"] == "listening for metrics");
    let metrics =
        client.get(format!("http://{}/metrics", line["address"].as_str().unwrap())).send().await.unwrap();
    assert!(metrics.text().await.unwrap().contains("profile_http_requests_total"));
}

#[tokio::test]
async fn no_origin_may_call_unless_it_is_listed() {
    let target = Target::binary(DATABASE);
    let preflight = target
        .send("OPTIONS", "/account/me", |request| {
            request
                .header("origin", "https://app.example.test")
                .header("access-control-request-method", "GET")
        })
        .await;
    assert_eq!(preflight.status, 405);
}

#[tokio::test]
async fn an_idle_connection_stays_open_as_long_as_is_set() {
    let target = Target::serve_with(Target::import(DATABASE), DATABASE, &[("PROFILE_KEEP_ALIVE", "2s")]);
    let address = target.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let begun = Instant::now();
    let mut answer = Vec::new();
    tokio::time::timeout(Duration::from_mins(1), stream.read_to_end(&mut answer)).await.unwrap().unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(1500), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_server_that_will_stop_is_not_ready_and_serves_on_for_the_delay() {
    let target = Target::serve_with(Target::import(DATABASE), DATABASE, &[("PROFILE_SHUTDOWN_DELAY", "5s")]);
    let family = target.family();
    assert_eq!(target.send("GET", "/readyz", |request| request).await.status, 200);
    let told = Command::new("pkill").args(["-TERM", "-f", &target.pattern()]).status().unwrap();
    assert!(told.success());
    logged(&target, |line| line["message"].as_str().is_some_and(|message| message.starts_with("stopping")));
    assert_eq!(target.send("GET", "/readyz", |request| request).await.status, 503);
    assert_eq!(target.get("/account/me", &user(family.alone)).await.status, 200);
    logged(&target, |line| line["message"] == "stopped");
}
