//! `POST /files` (section 8): what may be announced, and answers to repeated announcements (section 6).

use serde_json::{Value, json};

use crate::{
    call::{NEWEST, get, refused},
    files::{create, path, send, settled},
    support::Target,
};

pub async fn the_older_shape_is_public(target: &Target) {
    let token = target.own_token(&target.people().nora);
    for version in [None, Some("2026-08-21")] {
        let created = create(target, &token, version, &json!({"filename": "notes.txt"})).await;
        assert_eq!(
            created.keys(),
            [
                "id",
                "direct_upload_id",
                "upload_status",
                "filename",
                "content_type",
                "size",
                "url",
                "visibility",
                "upload_url",
                "upload_headers"
            ]
        );
        let file = created.json();
        assert_eq!((&file["visibility"], &file["content_type"]), (&json!("public"), &json!("text/plain")));
        assert_eq!(send(target, &file["upload_url"], "text/plain", "1234").await.status, 200);
        settled(target, &token, &file["id"]).await;
        let shown =
            get(target, &format!("/files/{}", file["id"].as_str().unwrap()), &token, version).await.json();
        assert_eq!((&shown["size"], &shown["upload_url"]), (&json!("4"), &Value::Null));
        let content = target.send("GET", &path(&shown["url"]), |request| request).await;
        assert_eq!((content.status, content.text.as_str()), (200, "1234"));
    }
    let newer = create(target, &token, Some("2026-08-21-1"), &json!({"filename": "a"})).await.json();
    assert_eq!(newer["content_type"], "application/octet-stream");
    assert_eq!(newer["object"], "file");
}

pub async fn odd_announcements_are_refused(target: &Target) {
    let token = target.own_token(&target.people().nora);
    for (body, code, param) in [
        (json!({}), "parameter_missing", "filename"),
        (json!({"filename": ""}), "parameter_invalid", "filename"),
        (json!({"filename": "a/b"}), "parameter_invalid", "filename"),
        (json!({"filename": "a\u{0}b"}), "parameter_invalid", "filename"),
        (json!({"filename": 5}), "parameter_invalid", "filename"),
        (json!({"filename": "é".repeat(256)}), "parameter_invalid", "filename"),
        (json!({"filename": "a", "visibility": "Public"}), "parameter_invalid", "visibility"),
        (json!({"filename": "a", "multipart": true}), "parameter_invalid", "multipart"),
        (json!({"filename": "a", "byte_size": -1}), "parameter_invalid", "byte_size"),
    ] {
        refused(&create(target, &token, Some(NEWEST), &body).await, 400, "bad_request", code, param);
        refused(&create(target, &token, None, &body).await, 400, "invalid_request_error", code, param);
    }
    let longest = json!({"filename": "é".repeat(255), "byte_size": 1, "multipart": false});
    assert_eq!(create(target, &token, Some(NEWEST), &longest).await.status, 200);
    refused(
        &create(target, "nobody", Some(NEWEST), &json!({"filename": "a"})).await,
        401,
        "unauthorized",
        "",
        "",
    );
}

pub async fn a_file_name_has_no_folders(target: &Target) {
    let token = target.own_token(&target.people().nora);
    for (name, kept) in [(r"C:\Users\me\a.png", "a.png"), (r"..\..\a.png", "a.png"), ("a b.png", "a b.png")] {
        let created = create(target, &token, Some(NEWEST), &json!({"filename": name})).await;
        assert_eq!((created.status, &created.json()["filename"]), (200, &json!(kept)));
    }
    for name in ["../a.png", "a\\"] {
        let created = create(target, &token, Some(NEWEST), &json!({"filename": name})).await;
        refused(&created, 400, "bad_request", "parameter_invalid", "filename");
    }
}

pub async fn a_repeated_request_gets_the_same_reply(target: &Target) {
    let people = target.people();
    let (token, other) = (target.own_token(&people.nora), target.own_token(&people.omar));
    let send = async |path: &str, token: &str, version: &str, key: &str, body: &str| {
        target
            .send("POST", path, |request| {
                request
                    .header("authorization", format!("Bearer {token}"))
                    .header("content-type", "application/json")
                    .header("api-version-date", version)
                    .header("idempotency-key", key)
                    .body(body.to_owned())
            })
            .await
    };
    let body = r#"{"filename":"a.png"}"#;
    let first = send("/files", &token, NEWEST, "key", body).await;
    assert_eq!((first.status, first.header("idempotent-replayed")), (200, ""), "{}", first.text);
    let again = send("/api/v1/files", &token, NEWEST, "key", body).await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (200, "true"));
    assert_eq!(again.bytes, first.bytes);
    assert_eq!(again.header("api-version-date"), NEWEST);
    for (path, version, body) in [
        ("/files", NEWEST, r#"{"filename":"b.png"}"#),
        ("/files?a=1", NEWEST, body),
        ("/files", "2026-10-15", body),
    ] {
        let reused = send(path, &token, version, "key", body).await;
        refused(&reused, 400, "bad_request", "idempotency_key_reused", "");
    }
    assert_ne!(send("/files", &other, NEWEST, "key", body).await.bytes, first.bytes, "another caller");
    let wrong = send("/files", &token, NEWEST, "wrong", "{}").await;
    refused(&wrong, 400, "bad_request", "parameter_missing", "filename");
    let again = send("/files", &token, NEWEST, "wrong", "{}").await;
    assert_eq!((again.bytes, again.headers.contains_key("idempotent-replayed")), (wrong.bytes, true));
    for key in ["", &"x".repeat(256)] {
        let refusal = send("/files", &token, NEWEST, key, body).await;
        refused(&refusal, 400, "bad_request", "parameter_invalid", "Idempotency-Key");
    }
    let together =
        futures_util::future::join_all((0..8).map(|_| send("/files", &token, NEWEST, "race", body))).await;
    assert!(together.iter().all(|answer| answer.bytes == together[0].bytes));
    // An update is not answered from memory.
    for name in ["Nora 1", "Nora 2"] {
        let answer = target
            .send("PATCH", "/users/me", |request| {
                request
                    .header("authorization", format!("Bearer {token}"))
                    .header("content-type", "application/json")
                    .header("idempotency-key", "update")
                    .body(json!({ "name": name }).to_string())
            })
            .await;
        assert_eq!(answer.json()["name"], name);
    }
}
