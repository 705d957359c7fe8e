//! `GET /placeholders/{letters}.svg` (section 8): the generated picture of a user who has none.

use crate::{
    call::{NEWEST, get, patch, refused},
    support::Target,
};

pub async fn a_placeholder_is_a_harmless_picture(target: &Target) {
    let people = target.people();
    let user = get(target, &format!("/users/{}", people.nora), &target.own_token(&people.pia), Some(NEWEST))
        .await
        .json();
    let url = user["profile_picture"]["url"].as_str().unwrap();
    let path = url.strip_prefix("http://profile.test").unwrap();
    let picture = target.send("GET", path, |request| request).await;
    assert_eq!((picture.status, picture.header("content-type")), (200, "image/svg+xml"));
    assert_eq!(picture.header("content-security-policy"), "default-src 'none'; sandbox");
    assert!(picture.text.contains(">NV</text>"), "{}", picture.text);
    let token = target.own_token(&people.omar);
    for (name, letters) in [
        ("E\u{301}cole", "E\u{301}"),
        ("नमस्ते", "न"),
        ("Nguye\u{302}\u{303}n", "N"),
        ("👩\u{200d}🚀 astro", "👩\u{200d}🚀A"),
        ("<script>alert(1)</script>", "SA"),
        ("---", ""),
    ] {
        let body = serde_json::json!({ "name": name }).to_string();
        let user = patch(target, "/users/me", &token, Some(NEWEST), body).await.json();
        let url = user["profile_picture"]["url"].as_str().unwrap();
        let path = url.strip_prefix("http://profile.test").unwrap();
        let picture = target.send("GET", path, |request| request).await;
        assert!(picture.text.contains(&format!(">{letters}</text>")), "{name}: {}", picture.text);
    }
    let odd = target.send("GET", "/placeholders/3c.svg", |request| request).await;
    refused(&odd, 404, "not_found", "", "");
}
