//! The receivers of `docs/receivers`, with the published verifiers of signatures and readers of events, take real deliveries
//! (operator API page, section 10, request and body).

use std::{
    fs,
    io::{BufRead as _, BufReader, Lines},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use crate::support::{
    Target,
    packages::{self, node_with, python_with},
};

const PYTHON: &str = "standardwebhooks==1.1.0 cloudevents==2.2.0";
const JAVASCRIPT: &[&str] = &["standardwebhooks@1.1.1", "cloudevents@10.0.0"];

fn receiver(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/receivers").join(name)
}

/// A receiver that runs, and the lines that it prints.
struct Running {
    child: Child,
    lines: Receiver<String>,
    url: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn run(command: &mut Command, secret: &str) -> Running {
    command.env("WEBHOOK_SECRET", secret).env("PORT", "0").stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let printed: Lines<BufReader<ChildStdout>> = BufReader::new(child.stdout.take().unwrap()).lines();
    let (sender, lines) = channel();
    thread::spawn(move || printed.map_while(Result::ok).try_for_each(|line| sender.send(line)));
    let first = lines.recv_timeout(Duration::from_secs(30)).unwrap();
    let url = first.strip_prefix("listening on ").unwrap().to_owned();
    Running { child, lines, url }
}

/// An administrator's call; returns what is answered.
async fn call(target: &Target, key: &str, method: &str, path: &str, body: &Value) -> Value {
    let complete = |request: reqwest::RequestBuilder| {
        let request = request.header("authorization", format!("Bearer {key}"));
        let request = if method == "PUT" { request.header("if-none-match", "*") } else { request };
        if body.is_null() { request } else { request.json(body) }
    };
    let answer = target.send(method, &format!("/operator/v1{path}"), complete).await;
    assert!(answer.status < 300, "{}", answer.text);
    answer.json()
}

/// The receiver that `command` starts takes a test and the changes of a record, and refuses what others have signed.
async fn takes_deliveries(mut command: Command) {
    let database = "sqlite://data/profile.db";
    let target = Target::serve_with(Target::empty(), database, &[("PROFILE_WEBHOOK_ALLOW_PRIVATE", "on")]);
    let key = target.operator_key(database, "admin", &[]).secret;
    let call = async |method: &str, path: &str, body: Value| call(&target, &key, method, path, &body).await;
    // The receiver has to know the secret, and the subscription the receiver.
    let body = json!({ "url": "http://127.0.0.1:9/", "kinds": ["account"], "values": "personal" });
    let made = call("POST", "/subscriptions", body).await;
    let subscription = format!("/subscriptions/{}", made["id"].as_str().unwrap());
    let running = run(&mut command, made["secret"].as_str().unwrap());
    call("PATCH", &subscription, json!({ "url": format!("{}/hook", running.url) })).await;
    let next = || running.lines.recv_timeout(Duration::from_secs(10)).unwrap();

    let tested = call("POST", &format!("{subscription}/test"), Value::Null).await;
    assert_eq!((&tested["status"], &tested["error"]), (&json!(204), &Value::Null));
    assert!(next().starts_with("profile.test "));
    let account = "/records/account/9000001";
    call("PUT", account, json!({ "fields": { "name": "Zoë Lindqvist" } })).await;
    call("PATCH", account, json!({ "fields": { "city": "Malmö" } })).await;
    assert_eq!(next(), "profile.account.created account/9000001 1");
    assert_eq!(next(), "profile.account.updated account/9000001 2");

    // Both secrets sign until the receiver has the new one.
    call("POST", &format!("{subscription}/secret"), json!({ "keep_old_s": 3600 })).await;
    call("PATCH", account, json!({ "fields": { "city": "Lund" } })).await;
    assert_eq!(next(), "profile.account.updated account/9000001 3");
    // What another secret has signed is refused.
    let body = json!({ "url": format!("{}/hook", running.url), "kinds": ["user"] });
    let other = call("POST", "/subscriptions", body).await;
    let test = format!("/subscriptions/{}/test", other["id"].as_str().unwrap());
    let tested = call("POST", &test, Value::Null).await;
    assert_eq!((&tested["status"], &tested["error"]), (&json!(400), &json!("status")));
    target.kill();
}

#[tokio::test]
async fn the_python_receiver_takes_deliveries() {
    let mut command = Command::new(python_with(PYTHON).join("python"));
    command.arg(receiver("receiver.py"));
    takes_deliveries(command).await;
}

#[tokio::test]
async fn the_javascript_receiver_takes_deliveries() {
    // A module finds its packages above its own folder.
    let copy = node_with("events", JAVASCRIPT).join("receiver.mjs");
    fs::copy(receiver("receiver.mjs"), &copy).unwrap();
    let mut command = Command::new("node");
    command.arg(copy);
    takes_deliveries(command).await;
}

#[tokio::test]
async fn the_rust_receiver_takes_deliveries() {
    // Where this test alone is asked for, nobody has built the example.
    let beside = Path::new(env!("CARGO_BIN_EXE_profile")).parent().unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--locked", "--package", "app", "--example", "receiver"]);
    if beside.ends_with("release") {
        cargo.arg("--release");
    }
    packages::run(&mut cargo, "see docs/receivers/receiver.rs");
    let program = beside.join("examples/receiver");
    takes_deliveries(Command::new(program)).await;
}
