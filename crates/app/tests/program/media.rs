//! Where media are kept: a bucket with its moods, what is tidied at the start, and how much one caller may store.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant, SystemTime},
};

use profile_testkit::{
    cluster::Cluster,
    s3::{FakeS3, Mood},
};
use reqwest::multipart::{Form, Part};
use serde_json::json;

use crate::{
    DATABASE, refused, run,
    support::{Answer, Target, user},
};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nsome pixels";

async fn upload(target: &Target, token: &str, bytes: Vec<u8>) -> Answer {
    let file = Part::bytes(bytes).file_name("a.png");
    let form = Form::new().text("purpose", "account_avatar").part("file", file);
    target.send("POST", "/upload", |request| request.header("authorization", token).multipart(form)).await
}

fn png(length: usize) -> Vec<u8> {
    let mut bytes = PNG.to_vec();
    bytes.resize(length, b'x');
    bytes
}

async fn status(target: &Target, path: &str) -> u16 {
    target.send("GET", path, |request| request).await.status
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bucket_that_is_told_by_the_usual_names_serves() {
    let bucket = FakeS3::start(Mood::Forbidding).await;
    let mut environment = bucket.environment();
    environment.push(("PROFILE_MEDIA_URL".to_owned(), "s3://bucket/prefix".to_owned()));
    let environment: Vec<(&str, &str)> =
        environment.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let target = Target::serve_with(Target::import(DATABASE), DATABASE, &environment);
    assert_eq!(status(&target, "/readyz").await, 200);
    assert_eq!(status(&target, "/pictures/unknown.jpg").await, 404);
    let token = user(target.family().alone);
    let sent = upload(&target, &token, png(6000)).await;
    assert_eq!(sent.status, 200, "{}", sent.text);
    let path = format!("/storage/{}", sent.json()["uploaded"][0]["uuid"].as_str().unwrap());
    let read = target.send("GET", &path, |request| request).await;
    assert_eq!((read.status, read.bytes), (200, png(6000)));

    bucket.set_mood(Mood::Silent);
    let asked = Instant::now();
    assert_eq!(status(&target, "/pictures/unknown.jpg").await, 503);
    assert!(asked.elapsed() < Duration::from_secs(40), "{:?}", asked.elapsed());
    assert_eq!(status(&target, "/readyz").await, 503);
}

/// A file that was written two days ago.
fn old(path: &Path) {
    let file = fs::File::create(path).unwrap();
    let two_days = Duration::from_hours(48);
    file.set_modified(file.metadata().unwrap().modified().unwrap_or(SystemTime::UNIX_EPOCH) - two_days)
        .unwrap();
}

#[tokio::test]
async fn what_an_ended_server_left_is_tidied_at_the_start() {
    let folder = Target::import(DATABASE);
    let media = folder.join("profile-data/media");
    let imported: Vec<_> = fs::read_dir(&media).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    fs::write(media.join("upload-unfinished#1"), b"some").unwrap();
    for orphan in ["upload-orphan", "picture-orphan.jpg", "0b5c1f0e-7a44-4c0b-9b6f-2f1d8f3f6aaa.png"] {
        old(&media.join(orphan));
    }
    fs::write(media.join("upload-fresh"), b"some").unwrap();
    let _target = Target::serve(folder, DATABASE);
    let started = Instant::now();
    let names = || {
        let entries = fs::read_dir(&media).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect::<Vec<_>>()
    };
    let gone = |names: &[String]| {
        !names.iter().any(|name| name.contains("orphan") || name.contains("6aaa") || name.contains('#'))
    };
    while !gone(&names()) {
        assert!(started.elapsed() < Duration::from_secs(30), "{:?}", names());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(names().contains(&"upload-fresh".to_owned()), "{:?}", names());
    for name in imported {
        assert!(media.join(&name).exists(), "{}", name.display());
    }
}

#[tokio::test]
async fn what_one_holder_stores_unattached_has_an_end() {
    for database in [DATABASE.to_owned(), Cluster::shared().database()] {
        let quota = [("PROFILE_UPLOAD_QUOTA", "1MiB")];
        let target = Target::serve_with(Target::import(&database), &database, &quota);
        let (holder, other) = (user(target.family().alone), user(target.family().alone));
        let first = upload(&target, &holder, png(600_000)).await;
        assert_eq!(first.status, 200, "{}", first.text);
        upload(&target, &holder, png(600_000)).await.refused(413, "INVALID_AVATAR");
        assert_eq!(upload(&target, &other, png(600_000)).await.status, 200, "another holder");
        let body = json!({ "avatar": first.json()["uploaded"][0]["uuid"] });
        assert_eq!(target.put(&holder, body.to_string()).await.status, 200);
        assert_eq!(upload(&target, &holder, png(600_000)).await.status, 200, "what is shown does not count");
        upload(&target, &holder, png(600_000)).await.refused(413, "INVALID_AVATAR");
    }
}

#[tokio::test]
async fn verify_misses_a_file_that_a_record_names() {
    let target = Target::serve(Target::import(DATABASE), DATABASE);
    let sent = upload(&target, &user(target.family().alone), PNG.to_vec()).await;
    let uuid = sent.json()["uploaded"][0]["uuid"].as_str().unwrap().to_owned();
    assert!(run(&target.folder, &["verify"]).status.success());
    fs::remove_file(target.folder.join(format!("profile-data/media/{uuid}.png"))).unwrap();
    let output = run(&target.folder, &["verify"]);
    assert_eq!(output.status.code(), Some(1));
    refused(&output, 1, &format!("file {uuid}: its file {uuid}.png is missing"));
}
