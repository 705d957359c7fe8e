//! The published clients of the users contract, unmodified, and clients generated from the API documents, against the running
//! binary (contract users, section 11).
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a test fails by panicking
#![allow(unreachable_pub)] // a test binary has no outside

mod events;
mod generated;
#[path = "../support/mod.rs"]
#[macro_use]
mod support;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use profile_testkit::cluster::Cluster;
use serde_json::json;
use support::{
    Target,
    packages::{node_with, python_with, run},
    people::{OWN, OWN_KEY},
    profile,
};

const PYTHON_CLIENT: &str = "whop-sdk==2.6.0";
const JAVASCRIPT_CLIENT: &str = "@whop/sdk@0.0.42";
/// Users that only these tests list.
const WALKERS: usize = 250;

/// A server with the families and many users called walker.
fn served(database: &str) -> Target {
    let target = Target::binary(database);
    let walker = |number: usize| {
        json!({ "kind": "user", "id": format!("user_W{number:013}"), "username": format!("walker-{number}") })
            .to_string()
    };
    let rows: Vec<String> = (0..WALKERS).map(walker).collect();
    let file = target.folder.join("walkers.ndjson");
    fs::write(&file, rows.join("\n")).unwrap();
    run(profile(&target.folder, database).arg("import").arg(&file), "walkers");
    target
}

/// What the scripts are told.
fn told(command: &mut Command, target: &Target) {
    let people = target.people();
    let token = target.own_token(&people.nora);
    command
        .env("PROFILE_URL", format!("{}/api/v1", target.url))
        .env("USER_TOKEN", token)
        .env("ACCOUNT_KEY", OWN_KEY)
        .env("ACCOUNT", OWN)
        .env("USER_ID", &people.nora)
        .env("USERNAME", &people.nora_name)
        .env("WALKERS", WALKERS.to_string());
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sdk").join(name)
}

fn python_client_on(database: &str) {
    let target = served(database);
    let mut command = Command::new(python_with(PYTHON_CLIENT).join("python"));
    told(command.arg(script("drive.py")), &target);
    run(&mut command, "see the script");
}

fn javascript_client_on(database: &str) {
    let target = served(database);
    // A module finds its packages above its own folder.
    let copy = node_with("whop", &[JAVASCRIPT_CLIENT]).join("drive.mjs");
    fs::copy(script("drive.mjs"), &copy).unwrap();
    let mut command = Command::new("node");
    told(command.arg(&copy), &target);
    run(&mut command, "see the script");
}

#[test]
fn python_client_on_sqlite() {
    python_client_on("sqlite://data/profile.db");
}

#[test]
fn python_client_on_postgres() {
    python_client_on(&Cluster::shared().database());
}

#[test]
fn javascript_client_on_sqlite() {
    javascript_client_on("sqlite://data/profile.db");
}

#[test]
fn javascript_client_on_postgres() {
    javascript_client_on(&Cluster::shared().database());
}
