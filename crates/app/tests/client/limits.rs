//! Rate, sizes and types (sections 1 and 2; section 8, row 13).

use crate::{
    call::{fresh_sub, get, refused, token},
    support::{Answer, Target},
};

pub async fn the_61st_request_of_a_minute_waits(target: &Target) {
    let token = token(&fresh_sub());
    let client = Target::client();
    let ask = async |key: &str| {
        let url = format!("{}/client/status", target.url);
        let request = client.get(url).header("authorization", &token).header("x-client-id", key);
        Answer::read(request.send().await.unwrap()).await
    };
    for _ in 0..100 {
        assert_eq!(ask(crate::support::EXCLUSION_KEY).await.status, 200);
    }
    for _ in 0..60 {
        assert_eq!(ask("another").await.status, 200);
    }
    let answer = ask("another").await;
    refused(&answer, 429, "TooManyRequests", &["Too many requests. Try again in "]);
    assert!((1..=60).contains(&answer.header("retry-after").parse::<u64>().unwrap()));
    assert_eq!(ask(crate::support::EXCLUSION_KEY).await.status, 200);
    assert_eq!(get(target, "/client/status", &crate::call::token(&fresh_sub())).await.status, 200);
}

pub async fn sizes_and_types(target: &Target) {
    let token = token(&fresh_sub());
    let post = async |path: &str, kind: &str, body: String| {
        target
            .send("POST", path, |request| {
                request.header("authorization", &token).header("content-type", kind).body(body)
            })
            .await
    };
    let unsupported = post("/client/profile", "text/plain", "{}".to_owned()).await;
    refused(&unsupported, 415, "UnsupportedMediaType", &["The content type"]);
    let large = format!("{{\"first_name\":\"{}\"}}", "x".repeat(64 * 1024));
    refused(&post("/client/profile", "application/json", large).await, 413, "PayloadTooLarge", &["The body"]);
    let both = post("/client/profile", "text/plain", "x".repeat(64 * 1024 + 1)).await;
    refused(&both, 413, "PayloadTooLarge", &["The body"]);
    let form = post("/client/profile/picture", "application/json", "{}".to_owned()).await;
    refused(&form, 415, "UnsupportedMediaType", &["The content type"]);
    let charset = post("/client/profile", "application/json; charset=utf-8", "{}".to_owned()).await;
    assert_eq!(charset.status, 400);
}
