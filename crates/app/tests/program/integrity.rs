//! A log that somebody has altered, with everything in the database that would tell, is found by checkpoints that were kept
//! elsewhere.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use profile_domain::{
    chain::digest,
    change::{ChangeRecord, Digest, RecordKind},
};
use profile_ports::Store;
use profile_testkit::cluster::Cluster;
use serde_json::{Value, json};

use crate::{
    DATABASE, refused, stderr, stdout,
    support::{MadeKey, Target, packages, profile, stores},
};

/// Records that only these tests make, the last ones of the log.
const MADE: [&str; 3] = ["9000001", "9000002", "9000003"];

/// The database of a server that was killed, and what somebody has kept of its checkpoints.
pub struct Kept {
    pub folder: PathBuf,
    database: String,
}

impl Kept {
    pub async fn of(database: &str) -> Self {
        let folder = tempfile::tempdir().unwrap().keep();
        assert!(profile(&folder, database).arg("migrate").output().unwrap().status.success());
        let target = Target::serve(folder, database);
        let MadeKey { secret: key, .. } = target.operator_key(database, "support", &[]);
        for login in MADE {
            let path = format!("/operator/v1/records/account/{login}");
            let made = target
                .send("PUT", &path, |request| {
                    let request = request.bearer_auth(&key).header("if-none-match", "*");
                    request.json(&json!({"fields": {"city": "Lund"}}))
                })
                .await;
            assert_eq!(made.status, 201, "{}", made.text);
            covered(&target, &key, login).await;
        }
        let checkpoints = ask(&target, &key, "/operator/v1/checkpoints?limit=200").await;
        fs::write(target.folder.join("kept.json"), checkpoints.to_string()).unwrap();
        let jwks = ask(&target, &key, "/operator/jwks.json").await;
        fs::write(target.folder.join("jwks.json"), jwks.to_string()).unwrap();
        target.kill();
        Self { folder: target.folder.clone(), database: database.to_owned() }
    }

    fn verify(&self, arguments: &[&str]) -> (bool, String) {
        let output = profile(&self.folder, &self.database).arg("verify").args(arguments).output().unwrap();
        let is_whole = stdout(&output).ends_with(": 0 findings\n");
        assert_eq!(output.status.success(), is_whole, "{}", stdout(&output));
        (is_whole, stderr(&output))
    }

    /// Asserts that nothing within the database tells, and that the file does, in one line.
    fn is_found_by_the_file_alone(&self, what: &str) {
        assert_eq!(self.verify(&[]), (true, String::new()));
        for keys in [&[][..], &["--jwks", "jwks.json"]] {
            let (is_whole, lines) = self.verify(&[&["--against", "kept.json"], keys].concat());
            assert!(!is_whole && lines.contains(what), "{lines}");
            assert_eq!(lines.lines().count(), 1, "{lines}");
        }
    }
}

async fn ask(target: &Target, key: &str, path: &str) -> Value {
    let answer = target.send("GET", path, |request| request.bearer_auth(key)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

/// Waits for a checkpoint of the log with the first change of this account.
async fn covered(target: &Target, key: &str, login: &str) {
    let changes = ask(target, key, &format!("/operator/v1/records/account/{login}/changes")).await;
    let position = changes["changes"][0]["id"].as_str().unwrap();
    for _ in 0..300 {
        let page = ask(target, key, "/operator/v1/checkpoints?limit=200").await;
        if page["next"].as_str().unwrap() >= position {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("no checkpoint covers {position}");
}

async fn change_of(store: &dyn Store, login: &str) -> ChangeRecord {
    store.last_change(RecordKind::Account, login).await.unwrap().unwrap()
}

/// Statements that alter the first change of an account, its digest and its record, as whoever owns the database can.
fn rewritten(change: &ChangeRecord, bytes: fn(Digest) -> String) -> String {
    let digest = bytes(digest(change, None));
    let ChangeRecord { id, key, cause, .. } = change;
    format!(
        "UPDATE changes SET id = '{id}', actor = '{}', digest = {digest} WHERE kind = 'account' AND key = '{key}'; \
         UPDATE account SET chain = {digest} WHERE login = {key};",
        cause.actor
    )
}

/// Nothing in the database shows what was done with the log.
const NO_CHECKPOINTS: &str = "DELETE FROM checkpoint;";

fn cut() -> String {
    let [.., last] = MADE;
    format!(
        "DELETE FROM changes WHERE kind = 'account' AND key = '{last}'; DELETE FROM account WHERE login = {last}; \
         {NO_CHECKPOINTS}"
    )
}

fn check_intact(kept: &Kept) {
    for arguments in
        [&[][..], &["--against", "kept.json"], &["--against", "kept.json", "--jwks", "jwks.json"]]
    {
        assert_eq!(kept.verify(arguments), (true, String::new()), "{arguments:?}");
    }
}

fn sqlite(file: &Path, statements: &str) {
    let program = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.argv[2])";
    packages::run(Command::new("python3").args(["-c", program]).arg(file).arg(statements), statements);
}

#[tokio::test]
async fn whatever_is_done_to_the_log_is_found_on_sqlite() {
    let kept = Kept::of(DATABASE).await;
    let file = kept.folder.join("data/profile.db");
    check_intact(&kept);
    // The command has closed the database, so that everything is in the one file.
    let whole = fs::read(&file).unwrap();
    let store = stores::sqlite(&file);
    let (mut first, mut second) = (change_of(&store, MADE[1]).await, change_of(&store, MADE[2]).await);
    drop(store);
    let bytes = |digest: Digest| format!("X'{digest}'");

    sqlite(&file, &cut());
    kept.is_found_by_the_file_alone("the log ends before it");

    // What the database keeps itself tells who does not think of it.
    fs::write(&file, &whole).unwrap();
    sqlite(&file, &cut().replace(NO_CHECKPOINTS, ""));
    let (_, lines) = kept.verify(&[]);
    assert!(lines.starts_with("profile: checkpoint ") && lines.contains("the log ends before it"), "{lines}");

    fs::write(&file, &whole).unwrap();
    let mut altered = first.clone();
    altered.cause.actor.push('x');
    sqlite(&file, &[&rewritten(&altered, bytes), NO_CHECKPOINTS].concat());
    kept.is_found_by_the_file_alone("rewritten or reordered");

    fs::write(&file, &whole).unwrap();
    std::mem::swap(&mut first.id, &mut second.id);
    let away = "UPDATE changes SET id = '00000000-0000-7000-8000-000000000000' WHERE kind = 'account' AND key = '9000003';";
    let swapped = [away, &rewritten(&first, bytes), &rewritten(&second, bytes), NO_CHECKPOINTS];
    sqlite(&file, &swapped.concat());
    let (is_whole, lines) = kept.verify(&["--against", "kept.json"]);
    assert!(!is_whole && lines.contains("rewritten or reordered"), "{lines}");

    // A checkpoint that fits the altered log has no signature.
    fs::write(&file, &whole).unwrap();
    sqlite(
        &file,
        "UPDATE checkpoint SET count = count + 1 WHERE position = (SELECT max(position) FROM checkpoint)",
    );
    let (is_whole, lines) = kept.verify(&[]);
    assert!(!is_whole && lines.contains("its signature is of something else"), "{lines}");

    fs::write(&file, &whole).unwrap();
    check_intact(&kept);
    let other =
        fs::read_to_string(kept.folder.join("jwks.json")).unwrap().replace("\"kid\":\"", "\"kid\":\"x");
    fs::write(kept.folder.join("other.json"), other).unwrap();
    let (is_whole, lines) = kept.verify(&["--against", "kept.json", "--jwks", "other.json"]);
    assert!(!is_whole && lines.contains("which is not among the keys"), "{lines}");
    let run =
        |arguments: &[&str]| profile(&kept.folder, DATABASE).arg("verify").args(arguments).output().unwrap();
    fs::write(kept.folder.join("empty.json"), r#"{"checkpoints":[],"next":"x"}"#).unwrap();
    refused(&run(&["--against", "empty.json"]), 1, "empty.json has no checkpoints");
    refused(&run(&["--against", "jwks.json"]), 1, "jwks.json has something that is no checkpoint");
    refused(&run(&["--against", "nothing.json"]), 1, "cannot read nothing.json");
    refused(&run(&["--against", "kept.json", "--jwks", "kept.json"]), 1, "kept.json is no JWKS document");
}

#[tokio::test]
async fn a_cut_and_a_rewritten_log_are_found_on_postgres() {
    let cluster = Cluster::shared();
    let database = cluster.database();
    let kept = Kept::of(&database).await;
    // As a server leaves it that is killed before it tells the others how far its changes are closed.
    cluster.execute(
        &database,
        "INSERT INTO feed_server (server, closed_until, lease_until) \
         VALUES (gen_random_uuid(), now() - interval '1 hour', now() + interval '1 hour')",
    );
    check_intact(&kept);
    let store = stores::postgres(&database);
    let mut altered = change_of(&store, MADE[1]).await;
    drop(store);
    let before = altered.clone();
    let bytes = |digest: Digest| format!("'\\x{digest}'");
    altered.cause.actor.push('x');
    cluster.execute(&database, &[&rewritten(&altered, bytes), NO_CHECKPOINTS].concat());
    kept.is_found_by_the_file_alone("rewritten or reordered");
    cluster.execute(&database, &rewritten(&before, bytes));
    check_intact(&kept);
    cluster.execute(&database, &cut());
    kept.is_found_by_the_file_alone("the log ends before it");
}
