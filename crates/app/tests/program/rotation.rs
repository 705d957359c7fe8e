//! Keys are rotated while servers run, by several at once, and by some that are killed; every value stays readable.

use std::{
    fs,
    path::Path,
    process::{Child, Output, Stdio},
    thread::sleep,
    time::Duration,
};

use profile_testkit::cluster::Cluster;
use serde_json::{Value, json};

use crate::{
    DATABASE, refused,
    sealed::{BORN, TAX, TAX_OTHER, shown, write},
    stderr, stdout,
    support::{KEYS_DIR, Target, people::OWN, profile},
};

fn values() -> [Value; 3] {
    [json!(BORN), json!(TAX), json!(TAX_OTHER)]
}

fn run(target: &Target, database: &str, arguments: &[&str]) -> Output {
    profile(&target.folder, database).args(arguments).output().unwrap()
}

fn rotate(target: &Target, database: &str) -> String {
    let output = run(target, database, &["master-key", "rotate"]);
    assert!(output.status.success(), "{}", stderr(&output));
    // "wrapped N keys under the master key NAME"
    stdout(&output).lines().next().unwrap().rsplit(' ').next().unwrap().to_owned()
}

fn begin(folder: &Path, database: &str) -> Child {
    let mut command = profile(folder, database);
    command.args(["master-key", "rotate"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

#[tokio::test]
async fn many_rotations_at_once_lose_nothing() {
    for database in [DATABASE.to_owned(), Cluster::shared().database()] {
        let target = Target::binary(&database);
        write(&target).await;
        let running: Vec<Child> = (0..4).map(|_| begin(&target.folder, &database)).collect();
        for child in running {
            let output = child.wait_with_output().unwrap();
            assert!(output.status.success(), "{}", stderr(&output));
        }
        assert_eq!(shown(&target).await, values());
        let keys = fs::read_to_string(target.folder.join(KEYS_DIR).join("master-key")).unwrap();
        assert_eq!(keys.lines().count(), 5, "each made one, and none was forgotten");
        target.kill();
        let again = Target::serve(target.folder.clone(), &database);
        assert_eq!(shown(&again).await, values());
        again.verify(&database);
    }
}

#[tokio::test]
async fn a_rotation_that_is_killed_at_any_moment_loses_nothing() {
    let database = Cluster::shared().database();
    let target = Target::binary(&database);
    write(&target).await;
    for step in 0..12 {
        let mut child = begin(&target.folder, &database);
        sleep(Duration::from_millis(step * 60));
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(shown(&target).await, values());
    }
    rotate(&target, &database);
    target.kill();
    let again = Target::serve(target.folder.clone(), &database);
    assert_eq!(shown(&again).await, values());
    again.verify(&database);
    let drafts = fs::read_dir(target.folder.join(KEYS_DIR)).unwrap();
    assert!(
        drafts
            .map(|entry| entry.unwrap().file_name())
            .all(|name| !name.to_string_lossy().ends_with(".draft"))
    );
}

#[tokio::test]
async fn a_server_that_opened_nothing_wraps_under_the_current_key_all_the_same() {
    let database = Cluster::shared().database();
    let target = Target::binary(&database);
    let first = rotate(&target, &database);
    let second = rotate(&target, &database);
    write(&target).await;
    assert_eq!(shown(&target).await, values());
    let forget = |name: &str| run(&target, &database, &["master-key", "forget", name]);
    refused(&forget(&second), 1, "is the current master key");
    refused(&forget("unknown"), 1, "there is no master key unknown");
    let forgotten = forget(&first);
    assert!(forgotten.status.success(), "{}", stderr(&forgotten));
    target.kill();
    let again = Target::serve(target.folder.clone(), &database);
    assert_eq!(shown(&again).await, values());
    rotate(&again, &database);
    let keys = fs::read_to_string(target.folder.join(KEYS_DIR).join("master-key")).unwrap();
    assert_eq!(keys.lines().count(), 3, "the one of the beginning, the second, and the new one");
}

#[tokio::test]
async fn a_key_that_does_not_open_does_not_stop_the_others() {
    let cluster = Cluster::shared();
    let database = cluster.database();
    let target = Target::binary(&database);
    write(&target).await;
    let stray = "INSERT INTO person_key SELECT id, id::uuid, name, 'x'::bytea, now() \
                 FROM known_key, (VALUES ('00000000-0000-0000-0000-000000000001')) AS person (id) WHERE kind = 'master'";
    cluster.execute(&database, stray);
    let output = run(&target, &database, &["master-key", "rotate"]);
    refused(&output, 1, "1 keys cannot be opened");
    assert!(stdout(&output).starts_with("wrapped 3 keys"), "{}", stdout(&output));
    assert_eq!(shown(&target).await, values());
}

#[tokio::test]
async fn tokens_of_the_signing_key_before_stay_valid() {
    let database = Cluster::shared().database();
    let target = Target::binary(&database);
    let issue = || {
        let output = run(&target, &database, &["token", "account", "--account", OWN, "--ttl", "10m"]);
        stdout(&output).trim().to_owned()
    };
    let kids = async || -> Vec<Value> {
        let jwks = target.get("/.well-known/jwks.json", "").await.json();
        jwks["keys"].as_array().unwrap().iter().map(|key| key["kid"].clone()).collect()
    };
    let before = issue();
    assert_eq!(kids().await.len(), 1);
    let rotated = run(&target, &database, &["signing-key", "rotate"]);
    assert!(rotated.status.success(), "{}", stderr(&rotated));
    let after = issue();
    let known = kids().await;
    assert_eq!(known.len(), 2);
    assert_eq!(known[0], stdout(&rotated).trim());
    let kid = |token: &str| jsonwebtoken::decode_header(token).unwrap().kid.unwrap();
    assert_eq!((json!(kid(&before)), json!(kid(&after))), (known[1].clone(), known[0].clone()));
    for token in [before, after] {
        let answer = target.get("/users", &format!("Bearer {token}")).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
}
