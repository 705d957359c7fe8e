//! `PUT /uploads/{token}` (section 8): the bytes are taken at the announced address, once.

use serde_json::{Value, json};

use crate::{
    call::{NEWEST, refused},
    files::{create, png, send},
    support::Target,
};

pub async fn bytes_are_taken_once_at_the_announced_address(target: &Target) {
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
}
