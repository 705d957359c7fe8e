//! A process that holds other keys than those of the database is refused, and says what to do.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, process::Output, time::Duration};

use profile_testkit::cluster::Cluster;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    DATABASE, refused,
    sealed::{BORN, SUB, TAX, TAX_OTHER, change, shown, write},
    stderr, stdout,
    support::{KEYS_DIR, Target, clients::token, families, people::OWN, profile},
};

const OTHER_MASTER: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
const NEXT_MASTER: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE";
const OTHER_SECRET: &str = "another secret of more than 32 bytes";

fn run_with(folder: &Path, database: &str, environment: &[(&str, &str)], arguments: &[&str]) -> Output {
    profile(folder, database).envs(environment.iter().copied()).args(arguments).output().unwrap()
}

fn key_files(folder: &Path) -> usize {
    fs::read_dir(folder.join(KEYS_DIR)).map_or(0, Iterator::count)
}

#[tokio::test]
async fn another_folder_is_refused_and_nothing_is_made_there() {
    let database = Cluster::shared().database();
    let served = Target::binary(&database);
    write(&served).await;
    served.kill();
    let other = TempDir::new().unwrap();
    let rows = families::write(other.path());
    let import = ["import", rows.to_str().unwrap()];
    let create = ["api-key", "create", "--owner", OWN];
    let token = ["token", "user", "--user", "user_4hTq81LmZp0Va"];
    let commands: [&[&str]; 6] =
        [&["serve"], &import, &create, &token, &["master-key", "rotate"], &["signing-key", "rotate"]];
    for command in commands {
        let output = run_with(other.path(), &database, &[], command);
        refused(&output, 1, "the master key of this database is missing");
        let line = stderr(&output);
        assert!(line.contains(other.path().to_str().unwrap()) && line.contains("--adopt-keys"), "{line}");
    }
    assert_eq!(key_files(other.path()), 0);

    // The master key alone is no use without the key pair.
    let copied = |name: &str| {
        let (from, to) = (served.folder.join(KEYS_DIR).join(name), other.path().join(KEYS_DIR).join(name));
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(from, to).unwrap();
    };
    copied("master-key");
    let output = run_with(other.path(), &database, &[], &["serve"]);
    refused(&output, 1, "the users signing key of this database is missing");
    assert_eq!(key_files(other.path()), 1);
    copied("users-es256");
    let output = run_with(other.path(), &database, &[("PROFILE_JWT_SECRET", OTHER_SECRET)], &["serve"]);
    refused(&output, 1, "the JWT secret in PROFILE_JWT_SECRET is not the one");
    let again = Target::serve(other.path().to_owned(), &database);
    assert_eq!(shown(&again).await, [json!(BORN), json!(TAX), json!(TAX_OTHER)]);
}

#[tokio::test]
async fn sealed_values_are_erased_only_by_who_insists() {
    let database = Cluster::shared().database();
    let served = Target::binary(&database);
    write(&served).await;
    served.kill();
    let other = [("PROFILE_MASTER_KEY", OTHER_MASTER)];
    let refusal = run_with(&served.folder, &database, &other, &["serve"]);
    refused(&refusal, 1, "the master key in PROFILE_MASTER_KEY is not the one");
    let adopted = run_with(&served.folder, &database, &other, &["master-key", "rotate", "--adopt-keys"]);
    refused(&adopted, 1, "the sealed values of 3 people and every API key");
    let verified = run_with(&served.folder, &database, &other, &["verify"]);
    assert_eq!(verified.status.code(), Some(1));
    assert!(stderr(&verified).contains("the key of the person does not open"), "{}", stderr(&verified));

    let insisting = ["token", "client", "--sub", SUB, "--adopt-keys", "--lose-sealed-values"];
    let output = run_with(&served.folder, &database, &other, &insisting);
    assert!(output.status.success(), "{}", stderr(&output));
    let both = format!("{NEXT_MASTER},{OTHER_MASTER}");
    let next = [("PROFILE_MASTER_KEY", both.as_str())];
    let rotated = run_with(&served.folder, &database, &next, &["master-key", "rotate"]);
    assert!(rotated.status.success(), "{}", stderr(&rotated));

    let again = Target::serve_with(served.folder.clone(), &database, &next);
    for path in ["/client/profile", "/client/tax-information"] {
        let answer = again.send("GET", path, |request| request.header("authorization", token(SUB))).await;
        assert_eq!(answer.json()["data"][0]["tax_identification_number"], Value::Null, "{}", answer.text);
    }
    assert_eq!(again.get("/readyz", "").await.status, 200);
    // What is written from now on has a key again, and what was lost stays lost.
    change(&again).await;
    assert_eq!(shown(&again).await, [json!(BORN), json!(TAX), Value::Null]);
    let verified = run_with(&again.folder, &database, &next, &["verify"]);
    assert!(stderr(&verified).contains("sealed with a key that has been erased"), "{}", stderr(&verified));
}

#[tokio::test]
async fn an_unused_key_may_be_replaced() {
    let database = Cluster::shared().database();
    let folder = TempDir::new().unwrap();
    let token = ["token", "account-user", "--login", "1"];
    let ran = run_with(folder.path(), &database, &[], &token);
    assert!(ran.status.success(), "{}", stderr(&ran));
    let other = [("PROFILE_MASTER_KEY", OTHER_MASTER), ("PROFILE_JWT_SECRET", OTHER_SECRET)];
    let adopted = run_with(folder.path(), &database, &other, &[&token[..], &["--adopt-keys"]].concat());
    assert!(adopted.status.success(), "{}", stderr(&adopted));
    assert!(run_with(folder.path(), &database, &other, &token).status.success());
    refused(
        &run_with(folder.path(), &database, &[], &token),
        1,
        "is not the one that this database is used with",
    );
}

#[tokio::test]
async fn readyz_names_keys_that_are_missing() {
    let cluster = Cluster::shared();
    let database = cluster.database();
    let target = Target::binary(&database);
    assert_eq!(target.get("/readyz", "").await.status, 200);
    cluster.execute(&database, "INSERT INTO master_key VALUES ('elsewhere', now())");
    let answer = target.get("/readyz", "").await;
    assert_eq!((answer.status, &answer.json()["failing"]), (503, &json!(["keys"])), "{}", answer.text);
}

#[tokio::test]
async fn settings_alone_serve_from_any_folder_and_write_nothing() {
    let database = Cluster::shared().database();
    let made = TempDir::new().unwrap();
    // Makes a key pair to be given as a setting.
    let ran = run_with(made.path(), DATABASE, &[], &["token", "user", "--user", "user_4hTq81LmZp0Va"]);
    assert!(ran.status.success(), "{}", stderr(&ran));
    let pem = fs::read_to_string(made.path().join(KEYS_DIR).join("users-es256")).unwrap();
    let given = [
        ("PROFILE_MASTER_KEY", OTHER_MASTER),
        ("PROFILE_USERS_SIGNING_KEY", pem.as_str()),
        // Nobody can write there.
        ("PROFILE_KEYS_DIR", "/proc/keys"),
    ];
    let folders = [TempDir::new().unwrap(), TempDir::new().unwrap()];
    let servers = [0, 1].map(|one| Target::serve_with(folders[one].path().to_owned(), &database, &given));
    let issued =
        run_with(folders[0].path(), &database, &given, &["token", "user", "--user", "user_4hTq81LmZp0Va"]);
    let issued = stdout(&issued).trim().to_owned();
    for server in &servers {
        let answer = server.get("/users/me", &format!("Bearer {issued}")).await;
        assert_eq!(answer.status, 404, "known, but without a profile: {}", answer.text);
    }
    let jwks = [
        servers[0].get("/.well-known/jwks.json", "").await,
        servers[1].get("/.well-known/jwks.json", "").await,
    ];
    assert_eq!(jwks[0].text, jwks[1].text);
    write(&servers[0]).await;
    assert_eq!(shown(&servers[1]).await, [json!(BORN), json!(TAX), json!(TAX_OTHER)]);
    assert!(folders.iter().all(|folder| !folder.path().join(KEYS_DIR).exists()));
}

#[test]
fn a_key_file_that_others_may_read_is_refused() {
    let folder = TempDir::new().unwrap();
    let token = ["token", "account-user", "--login", "1"];
    assert!(run_with(folder.path(), DATABASE, &[], &token).status.success());
    let file = folder.path().join(KEYS_DIR).join("master-key");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let output = run_with(folder.path(), DATABASE, &[], &token);
    refused(&output, 1, "chmod 600");
    assert!(stderr(&output).contains("master-key"));
}

#[test]
fn many_that_begin_together_have_the_same_keys() {
    let folder = TempDir::new().unwrap();
    let database = Cluster::shared().database();
    assert!(run_with(folder.path(), &database, &[], &["migrate"]).status.success());
    let token = || {
        let mut command = profile(folder.path(), &database);
        command.env_remove("PROFILE_JWT_SECRET").env("PROFILE_CLOCK", "2026-01-01T00:00:00Z");
        command.args(["token", "account-customer", "--customer", "42"]);
        command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap()
    };
    let running: Vec<_> = (0..6).map(|_| token()).collect();
    let tokens: Vec<Output> = running.into_iter().map(|child| child.wait_with_output().unwrap()).collect();
    for output in &tokens {
        assert!(output.status.success(), "{}", stderr(output));
        assert_eq!(stdout(output), stdout(&tokens[0]));
    }
}

/// Another process stores its new keys between the moments in which this one looks at the folder and at the database.
#[test]
fn keys_that_another_process_has_just_made_are_used() {
    let cluster = Cluster::shared();
    let database = cluster.database();
    let (first, second) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let made = |folder: &TempDir| {
        let mut command = profile(folder.path(), &database);
        command.env_remove("PROFILE_JWT_SECRET").args(["token", "account-user", "--login", "1"]);
        command
    };
    assert!(made(&first).output().unwrap().status.success());
    let output = std::thread::scope(|scope| {
        scope.spawn(|| {
            cluster.execute(&database, "BEGIN; LOCK TABLE known_key; SELECT pg_sleep(3); COMMIT");
        });
        std::thread::sleep(Duration::from_millis(500));
        let waiting = scope.spawn(|| made(&second).output().unwrap());
        std::thread::sleep(Duration::from_millis(1500));
        let keys = second.path().join(KEYS_DIR);
        fs::create_dir_all(&keys).unwrap();
        for file in fs::read_dir(first.path().join(KEYS_DIR)).unwrap().map(Result::unwrap) {
            fs::copy(file.path(), keys.join(file.file_name())).unwrap();
        }
        waiting.join().unwrap()
    });
    assert!(output.status.success(), "{}", stderr(&output));
}

/// An API key has a hash key of its own, which no signing secret has to do with.
#[tokio::test]
async fn an_api_key_outlives_the_signing_secret_and_ends_when_it_is_revoked() {
    let database = Cluster::shared().database();
    let served = Target::binary(&database);
    let created = run_with(
        &served.folder,
        &database,
        &[],
        &["api-key", "create", "--owner", OWN, "--expires-in", "90d"],
    );
    let (key, id) = (stdout(&created).trim().to_owned(), stderr(&created).trim().to_owned());
    assert!(key.starts_with("profile_") && id.starts_with("apik_"), "{key} {id}");
    served.kill();
    let other = [("PROFILE_JWT_SECRET", OTHER_SECRET)];
    let adopting = ["token", "account-user", "--login", "1", "--adopt-keys"];
    assert!(run_with(&served.folder, &database, &other, &adopting).status.success());
    let again = Target::serve_with(served.folder.clone(), &database, &other);
    let ask = async || again.get("/users", &format!("Bearer {key}")).await.status;
    assert_eq!(ask().await, 200);

    let list = |owner: &str| {
        let output = run_with(&served.folder, &database, &other, &["api-key", "list", "--owner", owner]);
        stdout(&output).lines().find(|line| line.starts_with(&id)).map(str::to_owned)
    };
    let line = list(OWN).unwrap();
    let columns: Vec<&str> = line.split('\t').collect();
    assert_eq!((columns.len(), columns[1], columns[2], columns[5]), (6, OWN, "-", "-"), "{line}");
    assert_eq!(list("biz_Nobody00000000"), None);
    let revoke = || run_with(&served.folder, &database, &other, &["api-key", "revoke", &id]);
    assert!(revoke().status.success());
    assert_eq!(ask().await, 401);
    assert!(revoke().status.success(), "again, which changes nothing");
    assert_ne!(list(OWN).unwrap().split('\t').nth(5).unwrap(), "-");
    refused(
        &run_with(&served.folder, &database, &other, &["api-key", "revoke", "apik_Nobody00000000"]),
        1,
        "API key not found",
    );
    assert!(run_with(&served.folder, &database, &other, &["verify"]).status.success());
}
