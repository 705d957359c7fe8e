//! The program as an operator meets it: command line, settings, import, start, stop, and what is in its log.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a test fails by panicking
#![allow(unreachable_pub)] // a test binary has no outside

mod admission;
mod backup;
mod client_numbers;
mod commands;
mod compose;
mod config;
mod connections;
mod copy;
mod crash;
mod damaged;
mod distribute;
mod export;
mod import;
mod import_input;
mod import_names;
mod integrity;
mod issuers;
mod keys;
mod line;
mod log;
mod log_output;
mod many_servers;
mod media;
mod priority;
mod read_only;
mod readme;
mod replica;
mod rotation;
mod sealed;
mod search;
mod serve;
mod slow_clients;
#[path = "../support/mod.rs"]
mod support;
mod takeover;
mod verify;
mod verify_script;

use std::{path::Path, process::Output};

use support::profile;

const DATABASE: &str = "sqlite://data/profile.db";

/// Runs a command to its end in `folder`.
fn run(folder: &Path, arguments: &[&str]) -> Output {
    profile(folder, DATABASE).args(arguments).output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Asserts that a command ended with one clear line on standard error.
#[track_caller]
fn refused(output: &Output, code: i32, line: &str) {
    assert_eq!(output.status.code(), Some(code), "{}", stderr(output));
    let text = stderr(output);
    let last = text.lines().filter(|line| line.starts_with("profile: ")).collect::<Vec<_>>();
    assert_eq!(last.len(), 1, "{text}");
    assert!(last[0].contains(line), "{text}");
    assert!(!text.contains("panicked") && !text.contains("backtrace"), "{text}");
}
