//! `profile import`: where its rows and files come from, and how much of them it holds.

use std::{
    fs,
    io::Write as _,
    os::unix::fs::symlink,
    path::Path,
    process::{Output, Stdio},
    thread,
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    DATABASE, refused, run, stderr, stdout,
    support::{KEYS_DIR, profile},
};

/// Enough rows that no pipe holds them at once, each of which refers to one of another pass.
fn rows() -> String {
    let pair = |n: usize| {
        let account = json!({"kind": "account", "login": n, "customer_id": n, "name": "x".repeat(100)});
        let customer = json!({"kind": "customer", "customer_id": n, "full_name": "y".repeat(500)});
        format!("{account}\n{customer}\n")
    };
    (1..=400).map(pair).collect()
}

fn piped(folder: &Path, arguments: &[&str], rows: &str) -> Output {
    let mut command = profile(folder, DATABASE);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let (mut stdin, rows) = (child.stdin.take().unwrap(), rows.to_owned());
    let writer = thread::spawn(move || stdin.write_all(rows.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    output
}

#[test]
fn rows_come_through_a_pipe() {
    for name in ["-", "/dev/stdin"] {
        let folder = TempDir::new().unwrap();
        let output = piped(folder.path(), &["import", name], &rows());
        assert_eq!(stdout(&output), "imported 800, unchanged 0, failed 0\n", "{}", stderr(&output));
    }
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("rows.ndjson"), rows()).unwrap();
    let mut shell = std::process::Command::new("bash");
    let settings = profile(folder.path(), DATABASE);
    shell
        .current_dir(folder.path())
        .envs(settings.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell.args(["-c", r#""$0" import <(cat rows.ndjson)"#]).arg(settings.get_program());
    let output = shell.output().unwrap();
    assert_eq!(stdout(&output), "imported 800, unchanged 0, failed 0\n", "{}", stderr(&output));
}

#[test]
fn a_byte_order_mark_is_skipped_at_the_beginning_only() {
    let folder = TempDir::new().unwrap();
    let row = |login: u32| json!({"kind": "account", "login": login});
    let text = format!("\u{feff}{}\r\n{}\n\u{feff}{}\n", row(1), row(2), row(3));
    fs::write(folder.path().join("rows.ndjson"), text).unwrap();
    let output = run(folder.path(), &["import", "rows.ndjson"]);
    assert_eq!(stdout(&output), "imported 2, unchanged 0, failed 1\n");
    assert!(
        stderr(&output).contains("line 3: is no JSON object: it begins with U+FEFF"),
        "{}",
        stderr(&output)
    );
    let wide: Vec<u8> = row(1).to_string().encode_utf16().flat_map(u16::to_le_bytes).collect();
    fs::write(folder.path().join("rows.ndjson"), [b"\xff\xfe", &wide[..]].concat()).unwrap();
    refused(&run(folder.path(), &["import", "rows.ndjson"]), 1, "UTF-16");
    refused(&run(folder.path(), &["import", "."]), 1, "it is a folder");
}

fn file(number: usize, path: &str) -> Value {
    let uuid = format!("0b5c1f0e-7a44-4c0b-9b6f-{number:012}");
    json!({"kind": "file", "uuid": uuid, "extension": "txt", "path": path})
}

#[test]
fn files_lie_beneath_the_folder_and_are_no_secrets() {
    let root = TempDir::new().unwrap();
    let folder = root.path().join("work");
    fs::create_dir_all(folder.join("export/sub")).unwrap();
    // The first command makes the keys, which lie beneath the working folder.
    assert!(run(&folder, &["migrate"]).status.success());
    fs::create_dir_all(folder.join(KEYS_DIR)).unwrap();
    fs::write(folder.join(KEYS_DIR).join("jwt-secret"), "secret").unwrap();
    fs::write(root.path().join("outside"), "outside").unwrap();
    fs::write(folder.join("export/sub/a.txt"), "a").unwrap();
    symlink(format!("../../{KEYS_DIR}/jwt-secret"), folder.join("export/sub/link")).unwrap();
    symlink(format!("{KEYS_DIR}/jwt-secret"), folder.join("link")).unwrap();
    let outside = root.path().join("outside").display().to_string();

    let rows: Vec<String> = [
        file(1, "sub/a.txt"),
        file(2, &format!("../{KEYS_DIR}/jwt-secret")),
        file(3, &outside),
        file(4, "sub/link"),
        file(5, "sub"),
        file(6, "sub/missing"),
    ]
    .iter()
    .map(Value::to_string)
    .collect();
    fs::write(folder.join("export/rows.ndjson"), rows.join("\n")).unwrap();
    let output = run(&folder, &["import", "export/rows.ndjson"]);
    assert_eq!(stdout(&output), "imported 1, unchanged 0, failed 5\n", "{}", stderr(&output));

    // From standard input, paths are relative to the working folder.
    let rows = [
        file(7, "export/sub/a.txt"),
        file(8, &format!("{KEYS_DIR}/jwt-secret")),
        file(9, "link"),
        file(10, "data/profile.db"),
        file(11, "../outside"),
        file(12, "profile.toml"),
    ];
    let rows: Vec<String> = rows.iter().map(Value::to_string).collect();
    fs::write(folder.join("profile.toml"), "bind = \"127.0.0.1:0\"").unwrap();
    let output = piped(&folder, &["import", "-", "--config", "profile.toml"], &rows.join("\n"));
    assert_eq!(stdout(&output), "imported 1, unchanged 0, failed 5\n", "{}", stderr(&output));
    assert_eq!(stderr(&output).matches("path is a secret of the service").count(), 4, "{}", stderr(&output));
}

#[test]
fn addresses_are_checked_at_every_door() {
    let folder = TempDir::new().unwrap();
    let row = |kind: &str, number: usize, email: &str| match kind {
        "customer" => json!({"kind": kind, "customer_id": number, "email": email}),
        "account" => json!({"kind": kind, "login": number, "email": email}),
        "user" => {
            json!({"kind": kind, "id": format!("user_{number:014}"), "username": format!("u{number}"), "email": email})
        }
        _ => json!({"kind": kind, "id": number, "email": email, "given_name": "Mira"}),
    };
    let long = format!("{}@c.de", "é".repeat(65));
    let kinds = ["customer", "account", "user", "member"];
    let mut rows = Vec::new();
    for kind in kinds {
        for email in ["x", "a@b", "a b@c.de", "@c.de", "a@b@c.de", " ", &long] {
            rows.push(row(kind, rows.len() + 1, email).to_string());
        }
    }
    let wrong = rows.len();
    for kind in kinds {
        for email in ["aaa..bbb", ".lead", "rene\u{301}", &"é".repeat(60)] {
            let email = format!(" {email}{}@docomo.ne.jp ", rows.len());
            rows.push(row(kind, rows.len() + 1, &email).to_string());
        }
    }
    // An account or customer without an address has an empty one.
    rows.extend(["customer", "account"].map(|kind| row(kind, 1000, "").to_string()));
    fs::write(folder.path().join("rows.ndjson"), rows.join("\n")).unwrap();
    let output = run(folder.path(), &["import", "rows.ndjson"]);
    let fine = rows.len() - wrong;
    assert_eq!(
        stdout(&output),
        format!("imported {fine}, unchanged 0, failed {wrong}\n"),
        "{}",
        stderr(&output)
    );
    assert_eq!(stderr(&output).matches(": email ").count(), wrong, "{}", stderr(&output));
}

#[test]
fn costly_password_hashes_are_refused() {
    let folder = TempDir::new().unwrap();
    let row = |id: usize, costs: &str| {
        let hash = format!(
            "$argon2id$v=19${costs}$31Z2viweQmH6ZULm7UEjSw$WgCaYsfQobcIqLO6r4OqY+JaQNOhx38ihtpYk8Sv3ic"
        );
        let email = format!("m{id}@example.test");
        json!({"kind": "member", "id": id, "email": email, "given_name": "Mira", "password_hash": hash})
            .to_string()
    };
    let rows = [row(1, "m=4194304,t=2,p=1"), row(2, "m=19456,t=4000,p=1"), row(3, "m=19456,t=2,p=1")];
    fs::write(folder.path().join("rows.ndjson"), rows.join("\n")).unwrap();
    let output = run(folder.path(), &["import", "rows.ndjson"]);
    assert_eq!(stdout(&output), "imported 1, unchanged 0, failed 2\n", "{}", stderr(&output));
    assert!(stderr(&output).contains("line 1: password_hash is no argon2id PHC string with m up to 131072"));
}

/// Most memory that the process had so far, in KiB; `None` when it is gone.
fn most_memory(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[test]
fn large_rows_are_held_a_few_at_a_time() {
    let folder = TempDir::new().unwrap();
    let mut rows = fs::File::create(folder.path().join("rows.ndjson")).unwrap();
    for number in 0..40_u8 {
        let base64 = STANDARD.encode(vec![number; 10 * 1024 * 1024]);
        let uuid = format!("0b5c1f0e-7a44-4c0b-9b6f-{number:012}");
        writeln!(rows, r#"{{"kind":"file","uuid":"{uuid}","extension":"png","base64":"{base64}"}}"#).unwrap();
    }
    writeln!(rows, r#"{{"kind":"account","login":1,"name":"{}"}}"#, "x".repeat(49 * 1024 * 1024)).unwrap();
    writeln!(rows, r#"{{"kind":"account","login":2}}"#).unwrap();
    let mut command = profile(folder.path(), DATABASE);
    command.args(["import", "rows.ndjson"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    let process = child.id();
    let watched = thread::spawn(move || {
        let mut most = 0;
        while let Some(now) = most_memory(process) {
            most = now;
            thread::sleep(Duration::from_millis(5));
        }
        most
    });
    let output = child.wait_with_output().unwrap();
    assert_eq!(stdout(&output), "imported 41, unchanged 0, failed 1\n", "{}", stderr(&output));
    assert!(stderr(&output).contains("line 41: is longer than 50331648 bytes"), "{}", stderr(&output));
    let most = watched.join().unwrap();
    assert!((1..160 * 1024).contains(&most), "{most} KiB");
}
