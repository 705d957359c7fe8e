//! Who calls, and the envelope (sections 1 and 2; section 8, rows 12, 14, 15, 25 and 26).

use jsonwebtoken::{EncodingKey, Header};
use serde_json::{Value, json};

use crate::{
    call::{but, claims, fresh_sub, get, item, profile, refused, send, staff, token, without},
    support::{SECRET, Target, now, sign, user},
};

pub async fn only_a_good_token_opens(target: &Target) {
    let sub = fresh_sub();
    let good = token(&sub);
    for header in [good.clone(), format!("Bearer {good}"), format!("bEARER {good}")] {
        assert_eq!(get(target, "/client/system-status", &header).await.status, 200);
    }
    let with = |member: &str, value: Value| sign(&but(claims(&sub), member, value));
    for bad in [
        String::new(),
        "Bearer".to_owned(),
        format!("Bearer  {good}"),
        format!("Basic {good}"),
        format!("{good} x"),
        good.chars().take(good.len() - 3).collect(),
        format!("{good}x"),
        with("exp", json!(now() - 61)),
        with("aud", json!("other")),
        with("role", json!("anon")),
        with("sub", json!("42")),
        sign(&without(claims(&sub), "aud")),
        sign(&without(claims(&sub), "exp")),
        sign(&without(claims(&sub), "role")),
        sign(&json!({"aud": "authenticated", "role": "staff", "exp": now() + 60, "client_sub": sub})),
        user(target.family().alone),
        "eyJhbGciOiJub25lIn0.e30.".to_owned(),
    ] {
        let answer = get(target, "/client/profile", &bad).await;
        refused(&answer, 401, "Unauthorized", &["The access token is missing, invalid or expired."]);
    }
    assert_eq!(
        get(target, "/client/status", &with("exp", json!(now() - 50))).await.status,
        200,
        "60 s of slack"
    );
    let header = Header { typ: Some("at+JWT".to_owned()), ..Header::default() };
    let fraction = but(claims(&sub), "exp", json!(f64::from(i32::try_from(now()).unwrap()) + 60.25));
    let access_token = jsonwebtoken::encode(&header, &fraction, &EncodingKey::from_secret(SECRET.as_bytes()));
    assert_eq!(get(target, "/client/status", &access_token.unwrap()).await.status, 200);
    let none = target.send("GET", "/client/profile", |request| request).await;
    refused(&none, 401, "Unauthorized", &["The access token"]);
    let other = target.get("/account/me", &good).await;
    other.refused(401, "PERMISSION_DENIED");
}

pub async fn staff_acts_for_one_client(target: &Target) {
    let sub = fresh_sub();
    let (own, desk) = (token(&sub), staff("QA", &sub));
    let made = item(&send(target, "POST", "/client/profile", &desk, &profile()).await);
    assert_eq!((&made["staff_identifier"], &made["reason"]), (&json!("QA"), &Value::Null));
    assert_eq!(item(&get(target, "/client/profile", &own).await), made);
    let body = but(profile(), "reason", json!("mine"));
    let replaced = item(&send(target, "PUT", "/client/profile", &own, &body).await);
    assert_eq!(replaced["staff_identifier"], Value::Null);
    let replaced = item(&send(target, "PUT", "/client/profile", &desk, &body).await);
    assert_eq!(replaced["staff_identifier"], "QA");
    let nobody =
        sign(&json!({"aud": "authenticated", "role": "staff", "staff_identifier": "QA", "exp": now() + 60}));
    refused(
        &get(target, "/client/profile", &nobody).await,
        403,
        "Forbidden",
        &["The staff token names no client."],
    );
}

pub async fn nobody_reaches_another_client(target: &Target) {
    let (one, other) = (token(&fresh_sub()), token(&fresh_sub()));
    let first = item(&send(target, "POST", "/client/profile", &one, &profile()).await);
    let number = first["client_id"].to_string();
    for value in [number.as_str(), "", &"x".repeat(4000)] {
        let answer = target
            .send("GET", "/client/profile", |request| {
                request.header("authorization", &other).header("x-client-id", value)
            })
            .await;
        refused(&answer, 404, "NotFound", &["No client profile"]);
    }
    let second = item(
        &send(
            target,
            "POST",
            "/client/profile",
            &other,
            &but(profile(), "client_id", first["client_id"].clone()),
        )
        .await,
    );
    assert_ne!(second["client_id"], first["client_id"]);
}

pub async fn meta_is_on_every_answer(target: &Target) {
    let token = token(&fresh_sub());
    for (method, path, status, endpoint) in [
        ("GET", "/v1/client/status?x=1", 200, "/client/status"),
        ("GET", "/client/profile", 404, "/client/profile"),
        ("POST", "/v1/client/profile", 415, "/client/profile"),
        ("DELETE", "/v1/client/profile", 405, "/client/profile"),
        ("GET", "/v1/client/nope", 404, "/client/nope"),
        ("GET", "/client/nope", 404, "/client/nope"),
        ("GET", "/v1/countries", 200, "/countries"),
    ] {
        for token in [token.as_str(), ""] {
            let answer = send(target, method, path, token, &Value::Null).await;
            let open = status == 405 || status == 415 || path.contains("nope") || path.contains("countries");
            let expected = if token.is_empty() && !open { 401 } else { status };
            assert_eq!(answer.status, expected, "{method} {path}: {}", answer.text);
            let meta = &answer.json()["meta"];
            assert_eq!((&meta["endpoint"], &meta["method"]), (&json!(endpoint), &json!(method)));
            assert!(meta["timing"].is_u64());
        }
    }
    let allowed = send(target, "DELETE", "/client/profile", &token, &Value::Null).await;
    assert_eq!(allowed.header("allow"), "GET, POST, PUT");
}
