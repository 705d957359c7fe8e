//! Uploads of the users contract: how a file is announced, sent and waited for.

use serde_json::{Value, json};

use crate::{
    call::{NEWEST, get},
    support::{Answer, Target, uploads},
};

/// A PNG of 2 × 1 pixels.
pub fn png() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(2, 1, image::Rgb([30, 90, 160]))
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

pub async fn create(target: &Target, credential: &str, version: Option<&str>, body: &Value) -> Answer {
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
pub fn path(url: &Value) -> String {
    url.as_str().unwrap().strip_prefix("http://profile.test").unwrap().to_owned()
}

pub async fn send(target: &Target, url: &Value, content_type: &str, bytes: impl Into<Vec<u8>>) -> Answer {
    let bytes = bytes.into();
    let typed = |request: reqwest::RequestBuilder| match content_type {
        "" => request.body(bytes),
        other => request.header("content-type", other).body(bytes),
    };
    target.send("PUT", &path(url), typed).await
}

pub async fn settled(target: &Target, credential: &str, id: &Value) -> Value {
    let path = format!("/files/{}", id.as_str().unwrap());
    uploads::settled(async || get(target, &path, credential, Some(NEWEST)).await).await
}

/// An upload whose bytes have been looked at.
pub async fn uploaded(target: &Target, credential: &str, filename: &str, bytes: impl Into<Vec<u8>>) -> Value {
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
