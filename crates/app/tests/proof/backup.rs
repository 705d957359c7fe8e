//! Backups of an embedded store under load: each, restored elsewhere, has everything that was acknowledged before it was begun.
//!
//! `PROOF_BACKUPS` says how many (2 unless told).
#![allow(clippy::print_stdout)] // the figures are for the README

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use crate::{
    DATABASE,
    crash_loop::Loop,
    support::{Target, profile},
};

fn backups() -> usize {
    env::var("PROOF_BACKUPS").map_or(2, |backups| backups.parse().unwrap())
}

fn command(folder: &Path, name: &str, file: &Path) -> Command {
    let mut command = profile(folder, DATABASE);
    command.env("PROFILE_BACKUP_PASSPHRASE", "a passphrase").arg(name).arg(file);
    command
}

/// Makes a backup, while others are served.
async fn save(folder: PathBuf, file: PathBuf) -> Duration {
    let begun = Instant::now();
    let saving = move || command(&folder, "backup", &file).output().unwrap();
    let saved = tokio::task::spawn_blocking(saving).await.unwrap();
    assert!(saved.status.success(), "{}", String::from_utf8_lossy(&saved.stderr));
    begun.elapsed()
}

#[tokio::test]
async fn a_backup_has_everything_that_was_acknowledged_before() {
    let mut proof = Loop::start(DATABASE).await;
    let folder = proof.target.folder.clone();
    let (mut longest, mut loaded) = (Duration::ZERO, Duration::ZERO);
    for number in 0..backups() {
        let begun = Instant::now();
        proof.load(async {}).await;
        let before: Vec<_> = proof.clients.iter().map(|client| client.entries.clone()).collect();
        let file = folder.join(format!("{number}.profile"));
        proof.load(async { longest = longest.max(save(folder.clone(), file.clone()).await) }).await;
        loaded += begun.elapsed();

        let elsewhere = Target::empty();
        let restored = command(&elsewhere, "restore", &file).output().unwrap();
        assert!(restored.status.success(), "{}", String::from_utf8_lossy(&restored.stderr));
        let copy = Target::serve(elsewhere, DATABASE);
        for (client, before) in proof.clients.iter().zip(&before) {
            client.check_copy(&copy, before).await;
        }
        copy.kill();
        copy.verify(DATABASE);
        fs::remove_file(file).unwrap();
        fs::remove_dir_all(&copy.folder).unwrap();
    }
    let told = proof.told();
    let rate = u128::from(told) * 1_000 / loaded.as_millis().max(1);
    println!(
        "{} backups under {rate} updates/s ({told} acknowledged), the longest took {longest:?}",
        backups()
    );
    assert!(told > 0, "the load was none");
}
