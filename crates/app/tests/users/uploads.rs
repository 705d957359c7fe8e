//! `POST /files`, the bytes, `GET /files/{id}`, and pictures (section 8; section 10, rows 24 to 27).

use serde_json::{Value, json};

use crate::{
    call::{NEWEST, get, patch, refused},
    support::{
        Answer, Target,
        people::{APP_KEY, OWN, OWN_KEY, OWN_KEY_NEWEST},
        uploads,
    },
};

/// A PNG of 2 × 1 pixels.
fn png() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(2, 1, image::Rgb([30, 90, 160]))
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

async fn create(target: &Target, credential: &str, version: Option<&str>, body: &Value) -> Answer {
    target
        .send("POST", "/api/v1/files", |request| {
            let request = request
                .header("authorization", format!("Bearer {credential}"))
                .header("content-type", "application/json")
                .body(body.to_string());
            version.into_iter().fold(request, |request, version| request.header("api-version-date", version))
        })
        .await
}

/// The part of an address behind the server's name, which tests reach under another one.
fn path(url: &Value) -> String {
    url.as_str().unwrap().strip_prefix("http://profile.test").unwrap().to_owned()
}

async fn send(target: &Target, url: &Value, content_type: &str, bytes: impl Into<Vec<u8>>) -> Answer {
    let bytes = bytes.into();
    let typed = |request: reqwest::RequestBuilder| match content_type {
        "" => request.body(bytes),
        other => request.header("content-type", other).body(bytes),
    };
    target.send("PUT", &path(url), typed).await
}

async fn settled(target: &Target, credential: &str, id: &Value) -> Value {
    let path = format!("/files/{}", id.as_str().unwrap());
    uploads::settled(async || get(target, &path, credential, Some(NEWEST)).await).await
}

/// An upload whose bytes have been looked at.
async fn uploaded(target: &Target, credential: &str, filename: &str, bytes: impl Into<Vec<u8>>) -> Value {
    let created =
        create(target, credential, Some(NEWEST), &json!({"filename": filename, "visibility": null})).await;
    assert_eq!(created.status, 200, "{}", created.text);
    let file = created.json();
    let content_type = file["upload_headers"]["Content-Type"].as_str().unwrap();
    let sent = send(target, &file["upload_url"], content_type, bytes).await;
    assert_eq!((sent.status, sent.header("etag").starts_with('"')), (200, true), "{}", sent.text);
    settled(target, credential, &file["id"]).await;
    file
}

pub async fn a_file_is_announced_sent_and_read(target: &Target) {
    let token = target.own_token(&target.people().nora);
    let created = create(target, &token, Some(NEWEST), &json!({"filename": "Nora é.PNG"})).await;
    assert_eq!(created.status, 200, "{}", created.text);
    let file = created.json();
    assert_eq!(
        created.keys(),
        [
            "id",
            "object",
            "direct_upload_id",
            "filename",
            "content_type",
            "size",
            "created_at",
            "upload_status",
            "visibility",
            "url",
            "removed_by_moderation",
            "blurhash",
            "width",
            "height",
            "duration_seconds",
            "waveform_url",
            "multipart_chunk_size",
            "multipart_upload_id",
            "multipart_upload_urls",
            "upload_url",
            "upload_headers"
        ]
    );
    assert_eq!(
        (&file["upload_status"], &file["visibility"], &file["size"], &file["url"]),
        (&json!("pending"), &json!("private"), &Value::Null, &Value::Null)
    );
    assert_eq!(file["upload_headers"], json!({"Content-Type": "image/png"}));

    let bytes = png();
    for wrong in ["", "image/jpeg", "image/png; charset=utf-8"] {
        refused(&send(target, &file["upload_url"], wrong, "x").await, 403, "forbidden", "", "");
    }
    for forged in
        [format!("{}0", file["upload_url"].as_str().unwrap()), "http://profile.test/uploads/du_1".to_owned()]
    {
        refused(&send(target, &json!(forged), "image/png", "x").await, 403, "forbidden", "", "");
    }
    assert_eq!(send(target, &file["upload_url"], "image/png", bytes.clone()).await.status, 200);
    refused(&send(target, &file["upload_url"], "image/png", bytes.clone()).await, 409, "conflict", "", "");

    let ready = settled(target, &token, &file["id"]).await;
    assert_eq!((&ready["upload_status"], &ready["size"]), (&json!("ready"), &json!(bytes.len())));
    let content = target.send("GET", &path(&ready["url"]), |request| request).await;
    assert_eq!((content.status, &content.bytes), (200, &bytes));
    assert_eq!(content.header("content-disposition"), "attachment");
    let bare = path(&ready["url"]).split('?').next().unwrap().to_owned();
    for address in [bare.clone(), format!("{bare}?expires=99999999999&sig=x")] {
        assert_eq!(target.send("GET", &address, |request| request).await.status, 404, "{address}");
    }
    let id = format!("/files/{}", file["id"].as_str().unwrap());
    for other in [target.own_token(&target.people().pia), OWN_KEY.to_owned()] {
        refused(&get(target, &id, &other, Some(NEWEST)).await, 404, "not_found", "", "");
    }
    refused(&get(target, "/files/file_0", &token, Some(NEWEST)).await, 404, "not_found", "", "");
}

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

pub async fn a_picture_is_attached_and_removed(target: &Target) {
    let people = target.people();
    let token = target.own_token(&people.nora);
    let file = uploaded(target, &token, "nora.png", png()).await;
    let set = patch(
        target,
        "/users/me",
        &token,
        Some(NEWEST),
        json!({"profile_picture": {"direct_upload_id": file["direct_upload_id"]}, "banner": {"id": file["id"]}})
            .to_string(),
    )
    .await;
    assert_eq!(set.status, 200, "{}", set.text);
    let user = set.json();
    assert_eq!(user["profile_picture"], user["banner"]);
    let address = path(&user["profile_picture"]["url"]);
    let picture = target.send("GET", &address, |request| request).await;
    assert_eq!((picture.status, picture.header("content-type")), (200, "image/jpeg"));
    assert_eq!(image::load_from_memory(&picture.bytes).unwrap().width(), 2);
    let oldest = get(target, &format!("/users/{}", people.nora), OWN_KEY, None).await.json();
    assert_eq!(oldest["profile_picture"], user["profile_picture"]);

    let again = json!({"profile_picture": {"direct_upload_id": file["direct_upload_id"]}}).to_string();
    let again = patch(target, "/users/me", &token, Some(NEWEST), again).await;
    refused(&again, 400, "bad_request", "file_not_found", "profile_picture.direct_upload_id");
    let by_id = json!({"profile_picture": {"id": file["id"]}, "banner": null}).to_string();
    assert_eq!(patch(target, "/users/me", &token, Some(NEWEST), by_id).await.json()["banner"], Value::Null);
    let removed =
        patch(target, "/users/me", &token, Some(NEWEST), r#"{"profile_picture":null}"#).await.json();
    assert!(removed["profile_picture"]["url"].as_str().unwrap().contains("/placeholders/"), "{removed}");
}

pub async fn a_business_shows_another_picture(target: &Target) {
    let people = target.people();
    let file = uploaded(target, OWN_KEY, "nora.png", png()).await;
    let place = format!("/users/{}?account_id={OWN}", people.nora);
    let body = json!({"name": "Nora from Support", "profile_picture": {"id": file["id"]}}).to_string();
    let set = patch(target, &place, OWN_KEY_NEWEST, None, body).await;
    assert_eq!(set.status, 200, "another key of the same business: {}", set.text);
    let shown = set.json()["profile_picture"].clone();
    let cleared = patch(target, &place, OWN_KEY, Some(NEWEST), r#"{"name":null}"#).await.json();
    assert_eq!((&cleared["name"], &cleared["profile_picture"]), (&json!("Nora Vale"), &shown));
    let global = get(target, &format!("/users/{}", people.nora), OWN_KEY, None).await.json();
    assert_eq!(global["profile_picture"], Value::Null);
    let foreign = json!({"profile_picture": {"id": file["id"]}}).to_string();
    let foreign = patch(target, &place, APP_KEY, Some(NEWEST), foreign).await;
    refused(&foreign, 400, "bad_request", "file_not_found", "profile_picture.id");
    let removed = patch(target, &place, OWN_KEY, Some(NEWEST), r#"{"profile_picture":null}"#).await.json();
    assert!(removed["profile_picture"]["url"].as_str().unwrap().contains("/placeholders/"));
}

pub async fn what_is_no_picture_is_refused_and_the_old_one_stays(target: &Target) {
    let people = target.people();
    let token = target.own_token(&people.nora);
    let good = uploaded(target, &token, "nora.png", png()).await;
    let attach = async |file: &Value| {
        let body = json!({"profile_picture": {"id": file["id"]}, "name": "never"}).to_string();
        patch(target, "/users/me", &token, Some(NEWEST), body).await
    };
    let set = json!({"profile_picture": {"id": good["id"]}}).to_string();
    let before = patch(target, "/users/me", &token, Some(NEWEST), set).await.json();

    let pending = create(target, &token, Some(NEWEST), &json!({"filename": "a.png"})).await.json();
    let damaged = uploaded(target, &token, "a.png", png()[..40].to_vec()).await;
    let document = uploaded(target, &token, "a.pdf", "%PDF-1.7 and so on").await;
    let large = create(target, &token, Some(NEWEST), &json!({"filename": "a.png"})).await.json();
    let sent = send(target, &large["upload_url"], "image/png", vec![0; 10 * 1024 * 1024 + 1]).await;
    refused(&sent, 413, "payload_too_large", "", "");
    for (file, status, code) in [
        (&pending, "pending", "file_not_ready"),
        (&damaged, "failed", "file_failed"),
        (&document, "ready", "file_unsupported"),
        (&large, "failed", "file_failed"),
    ] {
        assert_eq!(settled(target, &token, &file["id"]).await["upload_status"], status);
        refused(&attach(file).await, 400, "bad_request", code, "profile_picture.id");
    }
    let theirs = target.own_token(&people.omar);
    let theirs = uploaded(target, &theirs, "omar.png", png()).await;
    refused(&attach(&theirs).await, 400, "bad_request", "file_not_found", "profile_picture.id");
    let after = get(target, "/users/me", &token, Some(NEWEST)).await.json();
    assert_eq!((&after["name"], &after["profile_picture"]), (&before["name"], &before["profile_picture"]));

    // A taken name refuses the whole update, and the upload can still be attached the first time.
    let fresh = uploaded(target, &token, "b.png", png()).await;
    let choice = json!({"direct_upload_id": fresh["direct_upload_id"]});
    let taken = json!({"profile_picture": choice, "username": format!("omar-{}", people.nora_name.rsplit('-').next().unwrap())});
    let taken = patch(target, "/users/me", &token, Some(NEWEST), taken.to_string()).await;
    refused(&taken, 400, "bad_request", "username_taken", "username");
    let alone = json!({ "profile_picture": choice }).to_string();
    assert_eq!(patch(target, "/users/me", &token, Some(NEWEST), alone).await.status, 200);
}

pub async fn a_photograph_of_many_pixels_becomes_a_picture(target: &Target) {
    let token = target.own_token(&target.people().nora);
    let mut bytes = std::io::Cursor::new(Vec::new());
    let pixels =
        image::RgbImage::from_fn(4608, 3456, |x, _| image::Rgb([u8::try_from(x / 32).unwrap(), 90, 160]));
    pixels.write_to(&mut bytes, image::ImageFormat::Jpeg).unwrap();
    let bytes = bytes.into_inner();
    let file = uploaded(target, &token, "photo.jpg", bytes.clone()).await;
    let body = json!({"profile_picture": {"id": file["id"]}});
    let answer = patch(target, "/users/me", &token, Some(NEWEST), body.to_string()).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let shown = answer.json()["profile_picture"]["url"].clone();
    assert!(shown.as_str().unwrap().contains("/pictures/"), "{shown}");
    // One that is cut off changes nothing.
    let cut = uploaded(target, &token, "photo.jpg", &bytes[..bytes.len() / 2]).await;
    let body = json!({"profile_picture": {"id": cut["id"]}});
    let refusal = patch(target, "/users/me", &token, Some(NEWEST), body.to_string()).await;
    refused(&refusal, 400, "bad_request", "file_failed", "profile_picture.id");
    assert!(refusal.text.contains("50 megapixels"), "{}", refusal.text);
    let now = get(target, "/users/me", &token, Some(NEWEST)).await;
    assert_eq!(now.json()["profile_picture"]["url"], shown);
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

pub async fn the_601st_request_of_a_minute_waits(target: &Target) {
    let people = target.people();
    let token = target.own_token(&people.nora);
    let client = Target::client();
    let ask = async |path: &str, token: &str| {
        let url = format!("{}{path}", target.url);
        Answer::read(client.get(url).header("authorization", format!("Bearer {token}")).send().await.unwrap())
            .await
    };
    for _ in 0..600 {
        assert_eq!(ask("/users/me/access/biz_Own00000000000", &token).await.status, 200);
    }
    let answer = ask("/users/me/access/biz_Own00000000000", &token).await;
    refused(&answer, 429, "rate_limit_exceeded", "", "");
    let seconds: u64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&seconds));
    assert_eq!(answer.json()["error"]["message"], format!("Try again in {seconds} seconds."));
    assert_eq!(ask("/users/me", &token).await.status, 200, "another operation");
    let other = target.own_token(&people.omar);
    assert_eq!(ask("/users/me/access/biz_Own00000000000", &other).await.status, 200, "another credential");
}
