//! Whatever becomes of standard error, the service answers and stops as before.

use std::{
    fs::{self, File},
    io::{Read as _, pipe},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use serde_json::Value;
use tempfile::TempDir;

use crate::{DATABASE, support::profile};

/// More lines than a pipe and the queue hold.
const MANY: usize = 20_000;

/// The signature of a PNG.
const PNG: [u8; 8] = *b"\x89PNG\r\n\x1a\n";

/// A port that was free a moment ago.
fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

struct Served {
    child: Child,
    url: String,
    _folder: TempDir,
}

impl Drop for Served {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Serves with `stderr` and waits until it answers.
async fn serve(stderr: Stdio) -> Served {
    let folder = TempDir::new().unwrap();
    let port = free_port();
    let child = profile(folder.path(), DATABASE)
        .arg("serve")
        .env("PROFILE_BIND", format!("127.0.0.1:{port}"))
        .env("PROFILE_LOG", "trace")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(stderr)
        .spawn()
        .unwrap();
    let served = Served { child, url: format!("http://127.0.0.1:{port}"), _folder: folder };
    let begun = Instant::now();
    while reqwest::get(format!("{}/healthz", served.url)).await.is_err() {
        assert!(begun.elapsed() < Duration::from_secs(30), "it does not serve");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    served
}

/// Asserts that requests are answered, that lost lines are counted, and that SIGTERM ends it with code 0.
async fn answers_and_stops(mut served: Served) {
    let client = reqwest::Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
    let ask = async |path: &str| client.get(format!("{}{path}", served.url)).send().await.unwrap();
    let begun = Instant::now();
    let mut asked = 0;
    let lost = loop {
        // Many at once, as one after the other would take long to fill what waits.
        let round = (0..25).flat_map(|_| [("/healthz", 200), ("/account/me", 401), ("/nothing", 404)]);
        let answers =
            join_all(round.map(async |(path, expected)| (ask(path).await.status(), expected))).await;
        for (status, expected) in &answers {
            assert_eq!(status.as_u16(), *expected);
        }
        asked += answers.len();
        let metrics = ask("/metrics").await.text().await.unwrap();
        let line = metrics.lines().find(|line| line.starts_with("profile_log_lines_lost_total"));
        let lost: u64 = line.unwrap().rsplit(' ').next().unwrap().parse().unwrap();
        if lost > 0 || asked >= MANY {
            break lost;
        }
        assert!(begun.elapsed() < Duration::from_mins(5), "{asked} requests were answered");
    };
    assert!(lost > 0, "no line was lost");
    terminate(&served.child);
    let begun = Instant::now();
    let code = loop {
        if let Some(status) = served.child.try_wait().unwrap() {
            break status.code();
        }
        assert!(begun.elapsed() < Duration::from_secs(40), "SIGTERM does not end it");
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert_eq!(code, Some(0));
}

fn terminate(child: &Child) {
    assert!(Command::new("kill").arg("-TERM").arg(child.id().to_string()).status().unwrap().success());
}

#[tokio::test]
async fn a_closed_pipe() {
    let (reader, writer) = pipe().unwrap();
    let served = serve(writer.into()).await;
    drop(reader);
    answers_and_stops(served).await;
}

#[tokio::test]
async fn a_pipe_that_nobody_reads() {
    let (_reader, writer) = pipe().unwrap();
    answers_and_stops(serve(writer.into()).await).await;
}

#[tokio::test]
async fn a_full_disk() {
    let full = File::options().write(true).open("/dev/full").unwrap();
    answers_and_stops(serve(full.into()).await).await;
}

#[tokio::test]
async fn the_last_line_is_written() {
    let (mut reader, writer) = pipe().unwrap();
    let mut served = serve(writer.into()).await;
    terminate(&served.child);
    let mut log = String::new();
    reader.read_to_string(&mut log).unwrap();
    served.child.wait().unwrap();
    assert!(log.lines().last().unwrap().contains("\"stopped\""), "{log}");
}

/// The only line at level ERROR that a request for an account leaves when the media or the database fail.
fn only_error(log: &Path, is_json: bool) -> String {
    let text = fs::read_to_string(log).unwrap();
    let errors: Vec<&str> = text.lines().filter(|line| line.contains("ERROR")).collect();
    assert_eq!(errors.len(), 1, "{text}");
    if is_json {
        let line: Value = serde_json::from_str(errors[0]).unwrap();
        assert!(line["span"]["request_id"].is_string(), "{line}");
        return line["error"].as_str().unwrap().to_owned();
    }
    errors[0].to_owned()
}

#[tokio::test]
async fn the_whole_chain_of_causes_is_in_one_line_in_both_formats() {
    for format in ["json", "text"] {
        let folder = TempDir::new().unwrap();
        let log = folder.path().join("log");
        let mut served = serve_in(&folder, &log, format).await;
        fs::remove_dir_all(folder.path().join("profile-data/media")).unwrap();
        fs::write(folder.path().join("profile-data/media"), "no folder").unwrap();
        let form = reqwest::multipart::Form::new()
            .text("purpose", "account_avatar")
            .part("file", reqwest::multipart::Part::bytes(PNG.to_vec()).file_name("a.png"));
        let answer = reqwest::Client::new()
            .post(format!("{}/upload", served.url))
            .header("authorization", crate::support::user(70021))
            .multipart(form)
            .send()
            .await
            .unwrap();
        assert!(answer.status().is_server_error(), "{}", answer.status());
        terminate(&served.child);
        served.child.wait().unwrap();
        let error = only_error(&log, format == "json");
        assert!(error.contains("media is unavailable: "), "{error}");
        assert!(error.contains("os error"), "the cause of the cause: {error}");
    }
}

async fn serve_in(folder: &TempDir, log: &Path, format: &str) -> Served {
    let port = free_port();
    let child = profile(folder.path(), DATABASE)
        .args(["serve", "--demo"])
        .env("PROFILE_BIND", format!("127.0.0.1:{port}"))
        .env("PROFILE_LOG", "info")
        .env("PROFILE_LOG_FORMAT", format)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(File::create(log).unwrap())
        .spawn()
        .unwrap();
    let served = Served { child, url: format!("http://127.0.0.1:{port}"), _folder: TempDir::new().unwrap() };
    let begun = Instant::now();
    while reqwest::get(format!("{}/healthz", served.url)).await.is_err() {
        assert!(begun.elapsed() < Duration::from_secs(30), "it does not serve");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    served
}
