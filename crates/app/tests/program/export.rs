//! `profile export` (operator page, section 1).

use std::{fs, path::Path};

use profile_testkit::cluster::Cluster;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    DATABASE, refused, run, stderr, stdout,
    support::{Target, archives::Archive, clients, full_rows, profile, uploads::settled},
};

fn import(folder: &Path, rows: &[Value]) {
    fs::write(folder.join("rows.ndjson"), full_rows::lines(rows)).unwrap();
    let output = run(folder, &["import", "rows.ndjson"]);
    assert!(output.status.success(), "{}", stderr(&output));
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains(".zip") || name.starts_with('.'))
        .collect();
    names.sort();
    names
}

fn person_of(folder: &Path, kind: &str, key: &str) -> String {
    let shown = run(folder, &["show", kind, key, "--json"]);
    let record: Value = serde_json::from_str(&stdout(&shown)).unwrap();
    record["person"].as_str().unwrap().to_owned()
}

#[test]
fn everything_is_exported_and_imported_elsewhere() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("Me at sea.png"), b"\x89PNG\r\n\x1a\n").unwrap();
    let mut rows = full_rows::references();
    rows.extend(full_rows::person(1, "one"));
    rows.push(
        json!({"kind": "file", "uuid": full_rows::file_uuid(2), "extension": "png", "path": "Me at sea.png"}),
    );
    import(folder.path(), &rows);

    let output = run(folder.path(), &["export", "--all", "all.zip", "--reason", "moving"]);
    assert_eq!(
        stdout(&output),
        "exported 16 records, 19 changes, 27 bytes of media\n",
        "{}",
        stderr(&output)
    );
    let mut archive = Archive::open(&folder.path().join("all.zip"));
    let manifest = archive.manifest();
    assert_eq!((&manifest["by"], &manifest["reason"]), (&json!("operator"), &json!("moving")));
    assert!(archive.names().contains(&format!("media/{}/Me at sea.png", full_rows::file_uuid(2))));

    let other = TempDir::new().unwrap();
    archive.unpack(&other.path().join("moved"));
    let imported = run(other.path(), &["import", "moved/records.ndjson"]);
    assert_eq!(stdout(&imported), "imported 16, unchanged 0, failed 0\n", "{}", stderr(&imported));
    let again = run(other.path(), &["export", "--all", "all.zip"]);
    assert!(again.status.success(), "{}", stderr(&again));
    let mut again = Archive::open(&other.path().join("all.zip"));
    assert_eq!(again.text("records.ndjson"), archive.text("records.ndjson"));
    assert_eq!(again.manifest()["reason"], Value::Null);
}

#[test]
fn a_file_that_exists_is_kept_unless_told_otherwise() {
    let folder = TempDir::new().unwrap();
    import(folder.path(), &[json!({"kind": "business", "id": "biz_Own00000000000"})]);
    fs::write(folder.path().join("all.zip"), "precious").unwrap();
    let export = |more: &[&str]| run(folder.path(), &[&["export", "all.zip"], more].concat());
    refused(&export(&["--all"]), 1, "all.zip exists");
    assert_eq!(fs::read_to_string(folder.path().join("all.zip")).unwrap(), "precious");
    let forced = export(&["--all", "--force"]);
    assert!(forced.status.success(), "{}", stderr(&forced));
    assert_eq!(stdout(&forced), "exported 1 records, 1 changes, 0 bytes of media\n");
    Archive::open(&folder.path().join("all.zip")).manifest();
    assert_eq!(names(folder.path()), ["all.zip"]);
}

#[test]
fn an_export_that_fails_leaves_no_file() {
    let folder = TempDir::new().unwrap();
    import(folder.path(), &[json!({"kind": "business", "id": "biz_Own00000000000"})]);
    let nobody = "00000000-0000-7000-8000-000000000000";
    let person = |more: &[&str]| run(folder.path(), &[&["export", "--person", nobody], more].concat());
    refused(&person(&["a.zip"]), 1, &format!("there is no person {nobody}"));
    refused(&person(&["nowhere/a.zip"]), 1, "cannot write nowhere/a.zip");
    refused(&person(&["a.zip", "--reason", "ab"]), 1, "a reason has 3 to 500 characters");
    for odd in [["export", "--person", "x", "a.zip"].as_slice(), &["export", "a.zip"]] {
        assert_eq!(run(folder.path(), odd).status.code(), Some(2));
    }
    assert_eq!(person(&["a.zip", "--all"]).status.code(), Some(2));
    assert!(names(folder.path()).is_empty());
}

#[test]
fn values_whose_master_key_is_missing_are_not_left_out() {
    let cluster = Cluster::shared();
    let database = cluster.database();
    let folder = TempDir::new().unwrap();
    let run = |arguments: &[&str]| profile(folder.path(), &database).args(arguments).output().unwrap();
    let mut rows = full_rows::references();
    rows.extend(full_rows::person(1, "one"));
    fs::write(folder.path().join("rows.ndjson"), full_rows::lines(&rows)).unwrap();
    let imported = run(&["import", "rows.ndjson"]);
    assert!(imported.status.success(), "{}", stderr(&imported));
    assert!(run(&["export", "--all", "good.zip"]).status.success());
    cluster.execute(&database, "INSERT INTO master_key VALUES ('elsewhere', now())");
    cluster.execute(&database, "UPDATE person_key SET master = 'elsewhere'");
    refused(&run(&["export", "--all", "bad.zip"]), 1, "the master key of this database is missing");
    assert_eq!(names(folder.path()), ["good.zip"]);
}

#[tokio::test]
async fn pictures_and_uploads_are_among_the_media() {
    let target = Target::binary(DATABASE);
    let mut png = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(40, 40).write_to(&mut png, image::ImageFormat::Png).unwrap();
    let png = png.into_inner();

    let client = clients::token(clients::OPEN);
    let form = Form::new().part("file", Part::bytes(png.clone()).file_name("a.png"));
    let sent = target
        .send("POST", "/client/profile/picture", |request| {
            request.header("authorization", &client).multipart(form)
        })
        .await;
    assert!(sent.status < 300, "{}", sent.text);
    let user = target.people().nora;
    let token = target.own_token(&user);
    let created = target
        .send("POST", "/files", |request| {
            let body = json!({"filename": "nora.png", "visibility": null});
            request.bearer_auth(&token).header("api-version-date", "2026-10-15-1").json(&body)
        })
        .await
        .json();
    let address =
        created["upload_url"].as_str().unwrap().trim_start_matches("http://profile.test").to_owned();
    let sent = target
        .send("PUT", &address, |request| request.header("content-type", "image/png").body(png.clone()))
        .await;
    assert_eq!(sent.status, 200, "{}", sent.text);
    let id = created["id"].as_str().unwrap();
    let file = format!("/files/{id}");
    let read = |request: reqwest::RequestBuilder| {
        request.bearer_auth(&token).header("api-version-date", "2026-10-15-1")
    };
    settled(async || target.send("GET", &file, read).await).await;
    let shown = target
        .send("PATCH", "/users/me", |request| {
            let body = json!({"profile_picture": {"id": id}});
            request.bearer_auth(&token).header("api-version-date", "2026-10-15-1").json(&body)
        })
        .await;
    assert_eq!(shown.status, 200, "{}", shown.text);

    for expected in [
        vec![("client", clients::OPEN, "picture")],
        vec![("user", user.as_str(), "profile_picture"), ("upload", id, "content")],
    ] {
        let person = person_of(&target.folder, expected[0].0, expected[0].1);
        let output = run(&target.folder, &["export", "--person", &person, "one.zip", "--force"]);
        assert!(output.status.success(), "{}", stderr(&output));
        let mut archive = Archive::open(&target.folder.join("one.zip"));
        let manifest = archive.manifest();
        assert_eq!(manifest["person"], person);
        let of: Vec<Value> =
            manifest["files"].as_array().unwrap()[2..].iter().map(|file| file["of"].clone()).collect();
        let expected: Vec<Value> = expected
            .iter()
            .map(|(kind, key, field)| json!({"kind": kind, "key": key, "field": field}))
            .collect();
        assert_eq!(of, expected);
    }
}
