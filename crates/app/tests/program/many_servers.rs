//! Several servers share one database: what they count together, what they take over, and how they are restarted in turn.
#![allow(clippy::print_stdout)] // figures

use std::{
    net::{SocketAddr, TcpListener},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use futures_util::{StreamExt as _, future::join_all, stream};
use profile_testkit::{balancer::Balancer, cluster::Cluster};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::support::{Answer, KEYS_DIR, Target, clients::token, receiver::Receiver, uploads, user};

/// Lets webhooks go to this machine.
const ANY_TARGET: (&str, &str) = ("PROFILE_WEBHOOK_ALLOW_PRIVATE", "on");
/// Calls that a client may make in a minute.
pub const LIMIT: usize = 60;

/// Servers that share a database, its keys and its media.
pub struct Servers {
    pub database: String,
    pub targets: Vec<Target>,
    keys: String,
}

impl Servers {
    /// The first one, over the families.
    pub fn first() -> Self {
        let database = Cluster::shared().database();
        let folder = Target::import(&database);
        Self::of(Target::serve_with(folder, &database, &[ANY_TARGET]), database)
    }

    /// The first one, over nothing.
    pub fn first_of_nobody() -> Self {
        let database = Cluster::shared().database();
        Self::of(Target::serve(Target::empty(), &database), database)
    }

    pub fn of(first: Target, database: String) -> Self {
        let keys = first.folder.join(KEYS_DIR).display().to_string();
        Self { database, targets: vec![first], keys }
    }

    /// One more, which keeps its media where the first one does.
    pub fn start(&mut self) {
        let folder = Target::empty();
        std::fs::create_dir_all(folder.join("profile-data")).unwrap();
        let media = self.targets[0].folder.join("profile-data/media");
        std::os::unix::fs::symlink(media, folder.join("profile-data/media")).unwrap();
        let environment = [("PROFILE_KEYS_DIR", self.keys.as_str()), ANY_TARGET];
        self.targets.push(Target::serve_with(folder, &self.database, &environment));
    }
}

/// Calls of one client, which go to these servers, so many at the same time; asserts that the limit passes, by a tenth more or
/// less.
async fn count(servers: &Servers, client: &str, calls: impl Iterator<Item = usize>, at_once: usize) {
    let ask = |server: usize| async move {
        servers.targets[server].get("/client/profile", &token(client)).await.status
    };
    let statuses: Vec<u16> = stream::iter(calls.map(ask)).buffer_unordered(at_once).collect().await;
    // The client is nobody.
    let passed = statuses.iter().filter(|status| **status == 404).count();
    let refused = statuses.iter().filter(|status| **status == 429).count();
    assert_eq!(passed + refused, statuses.len());
    assert!(
        (LIMIT * 9..=LIMIT * 11).contains(&(passed * 10)),
        "{passed} of {LIMIT} passed, {at_once} at once"
    );
}

#[tokio::test]
async fn calls_are_counted_together_however_they_are_spread() {
    let mut servers = Servers::first_of_nobody();
    let alone = (0..LIMIT).map(|_| 0);
    for _ in 0..3 {
        servers.start();
    }
    // Each server looks every second whether others have come.
    tokio::time::sleep(Duration::from_secs(2)).await;
    count(&servers, "5b2f6a3e-8f0d-4c56-9f6e-ffffffffff11", (0..LIMIT * 2).map(|number| number % 4), 1).await;
    count(&servers, "5b2f6a3e-8f0d-4c56-9f6e-ffffffffff12", (0..LIMIT * 4).map(|number| number % 4), 40)
        .await;
    // First all to one server, and then to the others.
    let others = (0..LIMIT * 2).map(|number| 1 + number % 3);
    count(&servers, "5b2f6a3e-8f0d-4c56-9f6e-ffffffffff13", alone.chain(others), 1).await;
}

#[tokio::test]
async fn a_server_that_comes_is_told_of_what_was_counted_before() {
    let mut servers = Servers::first_of_nobody();
    let client = "5b2f6a3e-8f0d-4c56-9f6e-ffffffffff11";
    count(&servers, client, (0..LIMIT).map(|_| 0), 1).await;
    servers.start();
    let told = async || {
        let others = "SELECT count(*) FROM call_count";
        while Cluster::shared().query(&servers.database, others).trim() == "0" {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    timeout(Duration::from_secs(30), told()).await.expect("the first server tells what it has counted");
    for _ in 0..LIMIT / 10 {
        servers.targets[1].get("/client/profile", &token(client)).await;
    }
    let answer = servers.targets[1].get("/client/profile", &token(client)).await;
    assert_eq!(answer.status, 429, "{}", answer.text);
}

/// A picture that takes a while to be looked at.
fn large_picture() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let picture =
        image::RgbImage::from_fn(4000, 3000, |x, y| image::Rgb([(x % 251) as u8, (y % 241) as u8, 7]));
    picture.write_to(&mut bytes, image::ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

async fn announced(target: &Target, credential: &str) -> Value {
    let created = target
        .send("POST", "/api/v1/files", |request| {
            request
                .bearer_auth(credential)
                .json(&json!({"filename": "nora.jpg", "visibility": null}))
                .header("api-version-date", "2026-07-20")
        })
        .await;
    assert_eq!(created.status, 200, "{}", created.text);
    created.json()
}

#[tokio::test]
async fn what_a_killed_server_had_in_hand_is_taken_over() {
    let mut servers = Servers::first();
    servers.start();
    let (one, other) = (&servers.targets[0], &servers.targets[1]);
    let people = one.people();
    let credential = one.own_token(&people.nora);
    let picture = large_picture();
    let mut files = Vec::new();
    for _ in 0..6 {
        let file = announced(other, &credential).await;
        let path =
            file["upload_url"].as_str().unwrap().strip_prefix("http://profile.test").unwrap().to_owned();
        let (kind, bytes) = (file["upload_headers"]["Content-Type"].as_str().unwrap(), picture.clone());
        let sent = other.send("PUT", &path, |request| request.header("content-type", kind).body(bytes)).await;
        assert_eq!(sent.status, 200, "{}", sent.text);
        files.push(file);
    }
    other.kill();
    let killed = Instant::now();
    let credential = &credential;
    let look = async |file: &Value| -> Answer {
        let path = format!("/files/{}", file["id"].as_str().unwrap());
        one.send("GET", &path, |request| {
            request.bearer_auth(credential).header("api-version-date", "2026-07-20")
        })
        .await
    };
    let before = join_all(files.iter().map(look)).await;
    let waiting = before.iter().filter(|file| file.json()["upload_status"] == "processing").count();
    assert!(waiting > 0, "the server was not killed in the middle");
    for file in &files {
        let settled = async || {
            tokio::time::sleep(Duration::from_millis(50)).await;
            look(file).await
        };
        assert_eq!(uploads::settled(settled).await["upload_status"], "ready");
    }
    println!("{waiting} uploads of a killed server were ready after {:?}", killed.elapsed());
}

#[tokio::test]
async fn deliveries_and_search_go_on_when_the_server_that_did_both_is_killed() {
    let mut servers = Servers::first();
    let receiver = Receiver::new().await;
    let (family, key) = {
        let first = &servers.targets[0];
        (first.family(), first.operator_key(&servers.database, "admin", &[]).secret)
    };
    let operator = async |target: &Target, method: &str, path: &str, body: Value| {
        let path = format!("/operator/v1{path}");
        let asked = |request: reqwest::RequestBuilder| {
            let request = request.bearer_auth(&key);
            if body.is_null() { request } else { request.json(&body) }
        };
        target.send(method, &path, asked).await
    };
    let subscription = json!({ "url": receiver.url, "kinds": ["account"] });
    let made = operator(&servers.targets[0], "POST", "/subscriptions", subscription).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let named = |name: &str| json!({ "name": name }).to_string();
    servers.targets[0].put(&user(family.alone), named("Beforekill")).await;
    receiver.until(30, |all| !all.is_empty()).await;
    servers.start();
    servers.targets[0].kill();
    let (killed, other) = (Instant::now(), &servers.targets[1]);
    assert_eq!(other.put(&user(family.alone), named("Afterkill")).await.status, 200);
    let found = async || {
        loop {
            let page = operator(other, "GET", "/persons?q=afterkill", Value::Null).await;
            if !page.json()["persons"].as_array().unwrap().is_empty() {
                return killed.elapsed();
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let found =
        timeout(Duration::from_secs(30), found()).await.expect("somebody else follows for the search");
    receiver.until(30, |all| all.len() > 1).await;
    println!("after a kill, found after {found:?}, delivered after {:?}", killed.elapsed());
}

/// Sends requests through the balancer until told to stop; returns how many there were, and what failed.
async fn load(url: String, login: i64, is_over: Arc<AtomicBool>) -> (usize, Vec<String>) {
    let (client, token) = (Target::client(), user(login));
    let (mut sent, mut failed) = (0, Vec::new());
    while !is_over.load(Ordering::Relaxed) {
        let city = format!("round {sent}");
        let request = match sent % 2 {
            0 => client.get(format!("{url}/account/me")),
            _ => client.put(format!("{url}/account/me")).json(&json!({ "city": city })),
        };
        match request.header("authorization", &token).send().await {
            Ok(answer) if answer.status() == 200 => {}
            Ok(answer) => failed.push(answer.status().to_string()),
            Err(error) => failed.push(format!("{error:?}")),
        }
        sent += 1;
    }
    (sent, failed)
}

/// A server on an address that stays the same.
struct Fixed {
    address: SocketAddr,
    child: std::process::Child,
}

impl Fixed {
    fn start(servers: &Servers, folder: &std::path::Path, address: SocketAddr) -> Self {
        let mut command = crate::support::profile(folder, &servers.database);
        command
            .arg("serve")
            .env("PROFILE_KEYS_DIR", &servers.keys)
            .env("PROFILE_BIND", address.to_string())
            .env("PROFILE_SHUTDOWN_DELAY", "1s")
            .env("PROFILE_RATE_LIMIT", "off")
            .stderr(std::fs::File::create(folder.join("log")).unwrap());
        let child = command.spawn().unwrap();
        let started = Instant::now();
        while std::net::TcpStream::connect(address).is_err() {
            assert!(started.elapsed() < Duration::from_secs(30), "the server did not start");
            thread::sleep(Duration::from_millis(20));
        }
        Self { address, child }
    }

    fn stop(mut self) {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(told.success());
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
    }
}

impl Drop for Fixed {
    fn drop(&mut self) {
        self.child.kill().ok();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_are_restarted_in_turn_and_no_request_fails() {
    let servers = Servers::first();
    let family = servers.targets[0].family();
    let free = || TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let places: Vec<_> = (0..4).map(|_| (Target::empty(), free())).collect();
    let mut running: Vec<_> =
        places.iter().map(|(folder, address)| Some(Fixed::start(&servers, folder, *address))).collect();
    let addresses: Vec<_> = running.iter().flatten().map(|server| server.address).collect();
    let balancer = Balancer::start(&addresses);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let is_over = Arc::new(AtomicBool::new(false));
    let logins = [family.alone, family.alone, family.double_accounts[0], family.double_accounts[1]];
    let loads: Vec<_> =
        logins.map(|login| tokio::spawn(load(balancer.url.clone(), login, Arc::clone(&is_over)))).into();
    for round in 0..2 {
        for (place, server) in places.iter().zip(&mut running) {
            let stopped = server.take().unwrap();
            tokio::task::block_in_place(|| stopped.stop());
            *server = Some(tokio::task::block_in_place(|| Fixed::start(&servers, &place.0, place.1)));
            // Until the balancer has seen it.
            tokio::time::sleep(Duration::from_millis(600)).await;
        }
        println!("round {round} of restarts is over");
    }
    is_over.store(true, Ordering::Relaxed);
    let outcomes: Vec<_> = join_all(loads).await.into_iter().map(Result::unwrap).collect();
    let sent: usize = outcomes.iter().map(|(sent, _)| sent).sum();
    let failed: Vec<_> = outcomes.iter().flat_map(|(_, failed)| failed).collect();
    assert!(sent > 100, "{sent} requests");
    assert_eq!(failed, [""; 0], "of {sent} requests");
    println!("8 restarts, {sent} requests, none failed");
}
