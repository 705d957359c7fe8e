//! `GET /pictures/{name}` (section 8): the rendition of a picture.

use serde_json::json;

use crate::{
    call::{NEWEST, patch, refused},
    files::{path, png, uploaded},
    support::Target,
};

pub async fn a_rendition_is_read_by_anyone(target: &Target) {
    let token = target.own_token(&target.people().nora);
    let file = uploaded(target, &token, "nora.png", png()).await;
    let body = json!({"profile_picture": {"id": file["id"]}}).to_string();
    let user = patch(target, "/users/me", &token, Some(NEWEST), body).await.json();
    let address = path(&user["profile_picture"]["url"]);
    let picture = target.send("GET", &address, |request| request).await;
    assert_eq!((picture.status, picture.header("content-type")), (200, "image/jpeg"));
    assert_eq!(image::load_from_memory(&picture.bytes).unwrap().width(), 2);
    for unknown in ["/pictures/none.jpg", "/pictures/none", "/pictures/..%2Fnone.jpg"] {
        refused(&target.send("GET", unknown, |request| request).await, 404, "not_found", "", "");
    }
}
