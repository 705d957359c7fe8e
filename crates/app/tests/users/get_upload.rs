//! `GET /files/{id}` (section 8): how far an upload has come, for its owner.

use serde_json::json;

use crate::{
    call::{NEWEST, get, refused},
    files::{png, settled, uploaded},
    support::{Target, people::OWN_KEY},
};

pub async fn a_file_is_shown_to_its_owner_only(target: &Target) {
    let token = target.own_token(&target.people().nora);
    let bytes = png();
    let file = uploaded(target, &token, "Nora é.PNG", bytes.clone()).await;
    let ready = settled(target, &token, &file["id"]).await;
    assert_eq!((&ready["upload_status"], &ready["size"]), (&json!("ready"), &json!(bytes.len())));
    let id = format!("/files/{}", file["id"].as_str().unwrap());
    for other in [target.own_token(&target.people().pia), OWN_KEY.to_owned()] {
        refused(&get(target, &id, &other, Some(NEWEST)).await, 404, "not_found", "", "");
    }
    refused(&get(target, "/files/file_0", &token, Some(NEWEST)).await, 404, "not_found", "", "");
}
