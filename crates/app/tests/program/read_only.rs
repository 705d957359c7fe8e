//! A start on a database that is read-only: the service says so, and serves as soon as the database takes writes.

use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use profile_testkit::cluster::Cluster;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    refused,
    support::{Answer, Target, announced_address, profile, user},
};

/// Tells what hangs from what comes late on a busy machine.
const HANGS: Duration = Duration::from_secs(40);
const SAID: &str = "the database is read-only";

/// A server that is started on a read-only database.
struct Server {
    child: Child,
    url: String,
    folder: TempDir,
}

impl Server {
    fn start(database: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let log = fs::File::create(folder.path().join("log")).unwrap();
        let mut command = profile(folder.path(), database);
        let child = command.arg("serve").stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn();
        let mut server = Self { child: child.unwrap(), url: String::new(), folder };
        let begun = Instant::now();
        while server.said().is_empty() {
            assert!(begun.elapsed() < HANGS, "it does not say that the database is read-only");
            assert!(server.child.try_wait().unwrap().is_none(), "the start was refused");
            std::thread::sleep(Duration::from_millis(20));
        }
        server.url = format!("http://{}", server.said()[0]["address"].as_str().unwrap());
        server
    }

    /// The lines of the log that say that the database is read-only.
    fn said(&self) -> Vec<Value> {
        let log = fs::read_to_string(self.folder.path().join("log")).unwrap();
        let lines = log.lines().filter(|line| line.contains(SAID));
        lines.filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    async fn get(&self, path: &str) -> Answer {
        // A connection of its own each time, as a balancer's check has.
        let request = reqwest::Client::new().get(format!("{}{path}", self.url));
        Answer::read(request.header("authorization", user(1)).send().await.unwrap()).await
    }

    /// Asks until the service is ready; meanwhile no connection may be refused.
    async fn until_ready(&self) {
        let begun = Instant::now();
        while self.get("/readyz").await.status != 200 {
            assert_eq!(self.get("/healthz").await.status, 200);
            assert!(begun.elapsed() < HANGS, "it does not serve");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn stop(mut self) {
        let kill = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(kill.success());
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
    }
}

/// Nothing goes on when a test has failed.
impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
    }
}

/// Asserts what a service answers while its database is read-only.
async fn is_not_ready(server: &Server) {
    assert_eq!(server.get("/healthz").await.status, 200);
    let ready = server.get("/readyz").await;
    assert_eq!((ready.status, ready.json()["failing"].clone()), (503, json!(["database"])));
    server.get("/account/me").await.refused(503, "RET_TECH_PROBLEM");
    for path in ["/users/me", "/client/profile", "/api/sys/languages", "/operator/v1/persons", "/docs"] {
        let answer = server.get(path).await;
        assert_eq!((answer.status, answer.header("retry-after")), (503, "1"), "{path}: {}", answer.text);
        assert!(!answer.header("x-request-id").is_empty(), "{path}");
    }
    let problem = server.get("/operator/v1/persons").await;
    assert_eq!(problem.header("content-type"), "application/problem+json");
    assert_eq!(problem.json()["request_id"], problem.header("x-request-id"));
    assert_eq!(server.said().len(), 1, "it is said once");
}

fn is_refused(folder: &Path, database: &str, arguments: &[&str]) {
    let output = profile(folder, database).args(arguments).output().unwrap();
    refused(&output, 1, SAID);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_on_a_standby_serves_once_that_is_promoted() {
    let primary = Cluster::start();
    let name = primary.database().rsplit('/').next().unwrap().to_owned();
    // Without a table of ours.
    let standby = primary.standby("second");
    let database = standby.url(&name);
    let server = Server::start(&database);
    is_not_ready(&server).await;
    let rows = server.folder.path().join("rows");
    fs::write(&rows, "").unwrap();
    for command in [&["migrate"][..], &["import", "rows"], &["operator", "key", "list"]] {
        is_refused(server.folder.path(), &database, command);
    }

    primary.kill();
    standby.promote();
    server.until_ready().await;
    assert_eq!(server.url, format!("http://{}", announced_address(server.folder.path())), "on one socket");
    assert_eq!(server.get("/account/me").await.json()["error"], "INVALID_USER", "an empty database");
    server.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_whose_servers_are_all_read_only_serves_once_one_takes_writes() {
    let cluster = Cluster::shared();
    let url = cluster.database();
    let folder = Target::import(&url);
    let name = url.rsplit('/').next().unwrap();
    let address = cluster.address();
    let database = format!("postgres://postgres@{address},{address}/{name}?target_session_attrs=read-write");
    cluster.execute(&url, &format!("ALTER DATABASE {name} SET default_transaction_read_only = on"));
    Server::start(&database).stop();

    let server = Server::start(&database);
    fs::create_dir_all(server.folder.path().join("profile-data")).unwrap();
    let keys = |folder: &Path| folder.join(crate::support::KEYS_DIR);
    let copied = Command::new("cp").arg("-a").args([keys(&folder), keys(server.folder.path())]).status();
    assert!(copied.unwrap().success());
    is_not_ready(&server).await;
    let writable = format!("ALTER DATABASE {name} RESET default_transaction_read_only");
    cluster.query(&cluster.url("postgres"), &writable);
    server.until_ready().await;
    server.stop();
}
