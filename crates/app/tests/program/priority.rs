//! The threads of a server: whoever is served goes before what goes on beside the answers.
#![cfg(target_os = "linux")] // elsewhere a priority is the whole process's

use std::{collections::BTreeMap, fs};

use tempfile::TempDir;

use crate::serve::begin;

/// The niceness of the threads of a process that have this name.
fn niceness(process: u32) -> BTreeMap<String, Vec<i32>> {
    let mut found: BTreeMap<String, Vec<i32>> = BTreeMap::new();
    for thread in fs::read_dir(format!("/proc/{process}/task")).unwrap() {
        // A thread may have ended meanwhile.
        let Ok(line) = fs::read_to_string(thread.unwrap().path().join("stat")) else { continue };
        let (head, tail) = line.rsplit_once(") ").unwrap();
        let (_, name) = head.split_once(" (").unwrap();
        // The 19th value of proc_pid_stat(5), of which two are in front.
        let nice = tail.split(' ').nth(16).unwrap().parse().unwrap();
        found.entry(name.to_owned()).or_default().push(nice);
    }
    found
}

#[test]
fn requests_go_before_what_goes_on_beside_them() {
    let folder = TempDir::new().unwrap();
    let mut child = begin(&folder, &["serve"], "\"listening\"");
    let niceness = niceness(child.id());
    child.kill().unwrap();
    child.wait().unwrap();
    for (thread, nice) in [("tokio-rt-worker", 10), ("actix-server wo", 0), ("sqlite-writer", 0)] {
        let found = niceness.get(thread).unwrap_or_else(|| panic!("no {thread} among {niceness:?}"));
        assert!(found.iter().all(|of| *of == nice), "{thread}: {found:?}");
    }
}
