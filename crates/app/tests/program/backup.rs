//! `profile backup` and `profile restore`: all of an embedded store while it is written, or nothing.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Command, Output},
};

use profile_testkit::cluster::Cluster;
use serde_json::json;

use crate::{
    DATABASE, refused, sealed, stderr, stdout,
    support::{KEYS_DIR, SECRET, Target, profile, user},
    verify::system_page,
};

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = profile(folder, DATABASE);
    command.env("PROFILE_BACKUP_PASSPHRASE", "a passphrase").args(arguments);
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().unwrap()
}

/// What is in a folder that was empty before a restore.
fn left(folder: &Path) -> Vec<String> {
    let mut found: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    found.sort();
    found
}

#[tokio::test]
async fn a_backup_of_a_served_store_is_restored_elsewhere() {
    let target = Target::binary(DATABASE);
    sealed::write(&target).await;
    let family = target.family();
    target.verify(DATABASE);
    for round in 0..3 {
        let city = format!("before {round}");
        assert_eq!(target.put(&user(family.alone), json!({"city": city}).to_string()).await.status, 200);
        let file = target.folder.join(format!("{round}.profile"));
        let mut saving = command(&target.folder, &["backup", &file.to_string_lossy()]).spawn().unwrap();
        let mut writes = 0;
        let status = loop {
            if let Some(status) = saving.try_wait().unwrap() {
                break status;
            }
            writes += 1;
            let later = json!({"city": format!("later {writes}")}).to_string();
            assert_eq!(target.put(&user(family.single_account), later).await.status, 200);
        };
        assert!(status.success() && writes > 0, "{writes}");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);

        let elsewhere = Target::empty();
        let restored = run(&elsewhere, &["restore", &file.to_string_lossy()]);
        assert!(restored.status.success(), "{}", stderr(&restored));
        let keys = elsewhere.join(KEYS_DIR).join("master-key");
        assert_eq!(fs::metadata(&keys).unwrap().permissions().mode() & 0o777, 0o600);
        let again = Target::serve(elsewhere, DATABASE);
        assert_eq!(again.account(family.alone).await["city"], city);
        if round == 0 {
            let page = system_page(&again, DATABASE).await;
            assert!(page.contains("<dt>last run</dt><dd>none yet"), "nobody has verified the copy: {page}");
        }
        again.verify(DATABASE);
        assert_eq!(sealed::shown(&again).await[0], json!(sealed::BORN));
        again.kill();
    }
    let hidden: Vec<String> =
        left(&target.folder).into_iter().filter(|name| name.starts_with(".profile-")).collect();
    assert!(hidden.is_empty(), "{hidden:?}");
}

#[test]
fn what_cannot_be_restored_leaves_nothing() {
    let folder = Target::import(DATABASE);
    let file = folder.join("saved.profile").to_string_lossy().into_owned();
    let saved = run(&folder, &["backup", &file]);
    assert!(saved.status.success(), "{}", stderr(&saved));
    assert!(stdout(&saved).contains(" bytes of records, 5 files of media, "), "{}", stdout(&saved));
    let elsewhere = Target::empty();
    let wrong = command(&elsewhere, &["restore", &file])
        .env("PROFILE_BACKUP_PASSPHRASE", "another")
        .output()
        .unwrap();
    refused(&wrong, 1, "the passphrase is wrong, or it is damaged");
    let bytes = fs::read(&file).unwrap();
    let damaged = elsewhere
        .parent()
        .unwrap()
        .join(format!("{}.damaged", elsewhere.file_name().unwrap().to_string_lossy()));
    for place in [3, 40, bytes.len() / 3, bytes.len() / 2, bytes.len() - 1] {
        let mut other = bytes.clone();
        other[place] ^= 1;
        fs::write(&damaged, other).unwrap();
        refused(&run(&elsewhere, &["restore", &damaged.to_string_lossy()]), 1, "cannot restore");
    }
    for end in [0, 10, bytes.len() / 2, bytes.len() - 1] {
        fs::write(&damaged, &bytes[..end]).unwrap();
        refused(&run(&elsewhere, &["restore", &damaged.to_string_lossy()]), 1, "cannot restore");
    }
    fs::remove_file(&damaged).unwrap();
    refused(&run(&elsewhere, &["restore", "nowhere"]), 1, "cannot restore nowhere");
    assert!(left(&elsewhere).is_empty(), "{:?}", left(&elsewhere));
    refused(&run(&folder, &["restore", &file]), 1, "exists");
    // A server that was killed has left more than the file.
    fs::create_dir_all(elsewhere.join("data")).unwrap();
    for left in ["profile.db-wal", "profile.db-shm"] {
        let left = elsewhere.join("data").join(left);
        fs::write(&left, "of another database").unwrap();
        refused(
            &run(&elsewhere, &["restore", &file]),
            1,
            &format!("move {}", left.strip_prefix(&elsewhere).unwrap().display()),
        );
        fs::remove_file(left).unwrap();
    }
    fs::remove_dir(elsewhere.join("data")).unwrap();
    // Another key is there already.
    fs::create_dir_all(elsewhere.join(KEYS_DIR)).unwrap();
    fs::write(elsewhere.join(KEYS_DIR).join("master-key"), SECRET).unwrap();
    refused(&run(&elsewhere, &["restore", &file]), 1, "holds another key");
    assert!(!elsewhere.join("data").exists());
}

#[test]
fn a_backup_that_cannot_be_made_is_refused() {
    let folder = Target::import(DATABASE);
    let without = profile(&folder, DATABASE).args(["backup", "a.profile"]).output().unwrap();
    refused(&without, 1, "set PROFILE_BACKUP_PASSPHRASE");
    fs::write(folder.join("there"), "precious").unwrap();
    refused(&run(&folder, &["backup", "there"]), 1, "there exists");
    assert_eq!(fs::read_to_string(folder.join("there")).unwrap(), "precious");
    refused(&run(&folder, &["backup", "nowhere/a.profile"]), 1, "cannot write nowhere/a.profile");
    let cluster = Cluster::shared();
    for arguments in [["backup", "a.profile"], ["restore", "there"]] {
        let postgres = profile(&folder, &cluster.database()).args(arguments).output().unwrap();
        refused(&postgres, 1, "pg_dump");
        assert!(stderr(&postgres).contains("pg_basebackup"));
    }
    refused(&run(&Target::empty(), &["backup", "a.profile"]), 1, "does not exist");
}
