//! Start and stop.

use std::{
    fs,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use profile_testkit::cluster::Cluster;
use tempfile::TempDir;

use crate::{
    DATABASE, refused, run,
    support::{Target, profile},
};

#[tokio::test]
async fn a_second_server_on_one_file_is_refused() {
    let target = Target::binary(DATABASE);
    let second = run(&target.folder, &["serve"]);
    refused(&second, 1, "cannot serve database sqlite://data/profile.db: another server is using it");
    assert_eq!(target.send("GET", "/readyz", |request| request).await.status, 200);
}

#[test]
fn a_database_that_could_forget_is_refused() {
    let cluster = Cluster::shared();
    let url = cluster.database();
    let name = url.rsplit('/').next().unwrap();
    cluster.execute(&url, &format!("ALTER DATABASE {name} SET synchronous_commit = off"));
    let folder = TempDir::new().unwrap();
    let output = profile(folder.path(), &url).arg("serve").output().unwrap();
    refused(&output, 1, "synchronous_commit is off");
}

/// Starts the program, and waits for a line of its output.
pub fn begin(folder: &TempDir, arguments: &[&str], awaited: &str) -> Child {
    let file = |name: &str| fs::File::create(folder.path().join(name)).unwrap();
    let child = profile(folder.path(), DATABASE)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(file("out"))
        .stderr(file("log"))
        .spawn()
        .unwrap();
    let started = Instant::now();
    let seen = |file: &str| fs::read_to_string(folder.path().join(file)).unwrap().contains(awaited);
    while !(seen("out") || seen("log")) {
        assert!(started.elapsed() < Duration::from_secs(20), "not seen: {awaited}");
        std::thread::sleep(Duration::from_millis(20));
    }
    child
}

/// Starts the program, waits for a line of its output, sends a signal; returns its code and output.
fn until_stopped(folder: &TempDir, arguments: &[&str], awaited: &str, signal: &str) -> (Option<i32>, String) {
    let mut child = begin(folder, arguments, awaited);
    let kill = Command::new("kill").arg(signal).arg(child.id().to_string()).status().unwrap();
    assert!(kill.success());
    (child.wait().unwrap().code(), fs::read_to_string(folder.path().join("out")).unwrap())
}

#[test]
fn signals_stop_it_with_code_0() {
    // More than once: which thread is the last to let go of the file is a matter of chance.
    for signal in ["-TERM", "-INT"].repeat(5) {
        let folder = TempDir::new().unwrap();
        let (code, _) = until_stopped(&folder, &["serve"], "\"listening\"", signal);
        assert_eq!(code, Some(0), "{signal}");
        assert!(!folder.path().join("data/profile.db-wal").exists(), "one tidy file stays");
    }
}

#[test]
fn demo_prints_requests_that_work_and_loads_its_data_once() {
    let folder = TempDir::new().unwrap();
    let (_, first) = until_stopped(&folder, &["serve", "--demo"], "API documents", "-TERM");
    for part in [
        "curl -X PUT http://profile.test/account/me",
        "curl -X PATCH http://profile.test/users/me",
        "Authorization: ey",
        "/docs",
    ] {
        assert!(first.contains(part), "{part} is missing: {first}");
    }
    assert!(fs::read_to_string(folder.path().join("log")).unwrap().contains("demo data loaded"));
    until_stopped(&folder, &["serve", "--demo"], "API documents", "-TERM");
    assert!(!fs::read_to_string(folder.path().join("log")).unwrap().contains("demo data loaded"));
}

#[test]
fn the_demo_beside_an_outside_issuer_is_refused_before_anything_is_made() {
    let folder = TempDir::new().unwrap();
    let output = profile(folder.path(), DATABASE)
        .env("PROFILE_USERS_JWKS", "jwks.json")
        .args(["serve", "--demo"])
        .output()
        .unwrap();
    refused(&output, 1, "unset PROFILE_USERS_JWKS");
    assert!(!folder.path().join("data").exists());
}

#[test]
fn a_wildcard_address_without_a_public_url_is_warned_of() {
    let log_of = |public_url: Option<&str>| {
        let folder = TempDir::new().unwrap();
        let log = folder.path().join("log");
        let mut server = profile(folder.path(), DATABASE);
        server.arg("serve").env("PROFILE_BIND", "0.0.0.0:0").env_remove("PROFILE_PUBLIC_URL");
        server.envs(public_url.map(|url| ("PROFILE_PUBLIC_URL", url)));
        let mut child = server.stderr(fs::File::create(&log).unwrap()).spawn().unwrap();
        let started = Instant::now();
        while !fs::read_to_string(&log).unwrap().contains("\"listening\"") {
            assert!(started.elapsed() < Duration::from_secs(20), "not listening");
            std::thread::sleep(Duration::from_millis(20));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        fs::read_to_string(log).unwrap()
    };
    assert!(log_of(None).contains("PROFILE_PUBLIC_URL is not set"));
    assert!(!log_of(Some("https://id.example.test")).contains("PROFILE_PUBLIC_URL is not set"));
}

#[test]
fn all_that_is_wrong_at_a_start_is_reported_at_once() {
    let folder = TempDir::new().unwrap();
    let reported = |database: &str, environment: &[(&str, &str)], parts: &[&str]| {
        let mut command = profile(folder.path(), database);
        let output = command.envs(environment.iter().copied()).arg("serve").output().unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        let lines: Vec<&str> = text.lines().filter(|line| line.starts_with("profile: ")).collect();
        assert_eq!((output.status.code(), lines.len()), (Some(1), parts.len()), "{text}");
        for part in parts {
            assert!(lines.iter().any(|line| line.contains(part)), "{part} is missing: {text}");
        }
    };
    // What is wrong with the settings themselves, and what is met when they are used.
    reported(
        "mysql://x",
        &[
            ("PROFILE_MEDIA_URL", "ftp://media"),
            ("PROFILE_BALANCES_URL", "nowhere"),
            ("PROFILE_KEEP_ALIVE", "soon"),
        ],
        &["PROFILE_DATABASE_URL", "PROFILE_MEDIA_URL", "PROFILE_BALANCES_URL", "PROFILE_KEEP_ALIVE"],
    );
    reported(
        "postgres://postgres@127.0.0.1:1/x",
        &[
            ("PROFILE_ACCOUNT_JWKS", "http://issuer.example.test/jwks"),
            ("PROFILE_MAX_CONNECTIONS", "99999999"),
        ],
        &["connections", "account_jwks", "database"],
    );
}
