//! `docs/verify.py` verifies a log from outside, by what the page says alone.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    time::Duration,
};

use profile_testkit::cluster::Cluster;
use serde_json::{Value, json};

use crate::{
    DATABASE, stderr, stdout,
    support::{Target, profile},
};

/// A service whose log has these changes only.
struct Log {
    target: Target,
    key: String,
    changes: Vec<Value>,
}

impl Log {
    async fn of(database: &str) -> Self {
        let folder = tempfile::tempdir().unwrap().keep();
        assert!(profile(&folder, database).arg("migrate").output().unwrap().status.success());
        let target = Target::serve(folder, database);
        let key = target.operator_key(database, "admin", &[]).secret;
        let mut log = Self { target, key, changes: Vec::new() };
        log.write().await;
        log
    }

    async fn call(&self, method: &str, path: &str, body: Value) -> Value {
        let path = format!("/operator/v1{path}");
        let answer = self
            .target
            .send(method, &path, |request| {
                let request = request.bearer_auth(&self.key);
                let request = if method == "PUT" { request.header("if-none-match", "*") } else { request };
                if body.is_null() { request } else { request.json(&body) }
            })
            .await;
        assert!(matches!(answer.status, 200 | 201), "{path}: {}", answer.text);
        answer.json()
    }

    /// Makes, changes and ends records, and reads the whole log in its order.
    async fn write(&mut self) {
        let reason = json!({"reason": "Größe\nzwei"});
        let account = json!({"fields": {"name": "Zoë \"\\ 🙂", "balance": 0.1}, "cause": reason});
        let member = json!({"fields": {"email": "m@example.test", "given_name": "Mira", "password": "a long password 7"}, "cause": reason});
        let records = [
            ("/records/account/1", account),
            ("/records/business/biz_T0000000000001", json!({"fields": {}})),
            ("/records/member/1", member),
        ];
        for (path, body) in &records {
            self.call("PUT", path, body.clone()).await;
        }
        for balance in [json!(1e21), json!(-0.5), json!(5)] {
            let fields = json!({"balance": balance, "regdate": 9_007_199_254_740_993_i64});
            self.call("PATCH", records[0].0, json!({"fields": fields, "cause": reason})).await;
        }
        self.call("DELETE", &format!("{}?reason=of%20a%20test", records[1].0), Value::Null).await;
        for (path, _) in &records {
            let page =
                self.call("GET", &format!("{path}/changes?include=chain&limit=200"), Value::Null).await;
            self.changes.extend(page["changes"].as_array().unwrap().clone());
        }
        self.changes.sort_by_key(|change| change["id"].as_str().unwrap().to_owned());
        let last = self.changes.last().unwrap()["id"].clone();
        for _ in 0..300 {
            if self.call("GET", "/checkpoints?limit=200", Value::Null).await["next"] == last {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the last change has no checkpoint");
    }

    fn file(&self, name: &str, lines: &[Value]) -> PathBuf {
        let file = self.target.folder.join(name);
        let lines: String = lines.iter().flat_map(|line| [line.to_string(), "\n".to_owned()]).collect();
        fs::write(&file, lines).unwrap();
        file
    }

    /// Runs the program over these changes, with checkpoints and keys of the running service unless there are `more` files.
    fn verify(&self, changes: &[Value], more: &[&str]) -> Output {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/verify.py");
        Command::new("python3")
            .arg(script)
            .args(["--url", &self.target.url, "--key", &self.key, "--changes"])
            .arg(self.file("log.ndjson", changes))
            .args(more)
            .current_dir(&self.target.folder)
            .output()
            .unwrap()
    }

    /// Asserts that the changes themselves tell what was altered, and that the checkpoints tell, too, that something was.
    #[track_caller]
    fn is_found(&self, alter: impl FnOnce(&mut Vec<Value>), what: &str) {
        let mut changes = self.changes.clone();
        alter(&mut changes);
        self.file("none.ndjson", &[]);
        let output = self.verify(&changes, &["--checkpoints", "none.ndjson"]);
        assert_eq!(output.status.code(), Some(1), "{what}: {}", stdout(&output));
        assert!(stderr(&output).contains(what), "{what}: {}", stderr(&output));
        assert_eq!(self.verify(&changes, &[]).status.code(), Some(1), "{what}");
    }

    /// Asserts that only the checkpoints tell.
    #[track_caller]
    fn is_found_by_checkpoints(&self, alter: impl FnOnce(&mut Vec<Value>), what: &str) {
        let mut changes = self.changes.clone();
        alter(&mut changes);
        self.file("none.ndjson", &[]);
        assert!(self.verify(&changes, &["--checkpoints", "none.ndjson"]).status.success());
        let output = self.verify(&changes, &[]);
        assert_eq!(output.status.code(), Some(1), "{what}: {}", stdout(&output));
        assert!(stderr(&output).contains(what), "{what}: {}", stderr(&output));
    }
}

fn has_cryptography() -> bool {
    Command::new("python3").args(["-c", "import cryptography"]).output().unwrap().status.success()
}

async fn a_log_verifies_and_an_altered_one_does_not(database: &str) {
    let log = Log::of(database).await;
    let output = log.verify(&log.changes, &[]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).starts_with("7 changes and "), "{}", stdout(&output));
    assert_eq!(stdout(&output).contains("signatures were not checked"), !has_cryptography());

    let shown = "is not what was hashed";
    log.is_found(|log| log[0]["fields"][0]["new"] = json!("Zoe"), shown);
    let value = |log: &mut Vec<Value>| {
        log[0]["fields"][0]["new"] = json!("Zoe");
        log[0]["chain"]["fields"][0]["new_text"] = json!("\"Zoe\"");
    };
    log.is_found(value, "the new value of name was altered");
    log.is_found(|log| log[0]["cause"]["reason"] = json!("none"), "the reason was altered");
    log.is_found(|log| log[0]["cause"]["actor"] = json!("operator"), "its digest is wrong");
    log.is_found(|log| log.swap(0, 1), "it is not behind the one before it");
    let swapped = |log: &mut Vec<Value>| {
        log.swap(0, 1);
        let (one, other) = (log[0]["id"].clone(), log[1]["id"].clone());
        (log[0]["id"], log[1]["id"]) = (other, one);
    };
    log.is_found(swapped, "its digest is wrong");
    log.is_found(|log| drop(log.remove(3)), "is missing before it");
    log.is_found_by_checkpoints(|log| drop(log.pop()), "the log ends before it, after 6 changes");
    // Of a record whose only change is gone, nothing else tells.
    let alone = log.changes.iter().position(|change| change["kind"] == "member").unwrap();
    log.is_found_by_checkpoints(|log| drop(log.remove(alone)), "checkpoint ");

    let page = log.call("GET", "/checkpoints?limit=200", Value::Null).await;
    let kept = page["checkpoints"].as_array().unwrap();
    let with = |alter: &dyn Fn(&mut Value)| {
        let mut kept = kept.clone();
        alter(kept.last_mut().unwrap());
        log.file("kept.ndjson", &kept);
        log.verify(&log.changes, &["--checkpoints", "kept.ndjson"])
    };
    assert!(with(&|_| {}).status.success(), "one a line");
    assert!(stderr(&with(&|last| last["count"] = json!(8))).contains("another one was signed"));
    let forged = with(&|last| {
        let jws = last["jws"].as_str().unwrap();
        let (rest, signature) = jws.rsplit_once('.').unwrap();
        let first = if signature.starts_with('A') { 'B' } else { 'A' };
        let others: String = signature.chars().skip(1).collect();
        last["jws"] = format!("{rest}.{first}{others}").into();
    });
    assert_eq!(stderr(&forged).contains("its signature is wrong"), has_cryptography(), "{}", stderr(&forged));
}

#[tokio::test]
async fn a_log_verifies_and_an_altered_one_does_not_on_sqlite() {
    a_log_verifies_and_an_altered_one_does_not(DATABASE).await;
}

#[tokio::test]
async fn a_log_verifies_and_an_altered_one_does_not_on_postgres() {
    a_log_verifies_and_an_altered_one_does_not(&Cluster::shared().database()).await;
}
