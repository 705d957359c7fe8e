//! Who gets in (section 7; section 8, rows 24 to 29).

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use crate::support::{Answer, SECRET, Target, now, sign, user};

const BODY: &str = r#"{"city":"A"}"#;

async fn with_headers(target: &Target, credentials: &[&str]) -> Answer {
    target
        .send("PUT", "/account/me", |request| {
            let request = request.header("content-type", "application/json").body(BODY);
            credentials
                .iter()
                .fold(request, |request, credential| request.header("authorization", *credential))
        })
        .await
}

pub async fn accepted_spellings(target: &Target) {
    let token = user(target.family().alone);
    for credential in
        [token.clone(), format!("Bearer {token}"), format!("bearer {token}"), format!("BEARER   {token}")]
    {
        assert_eq!(with_headers(target, &[&credential]).await.status, 200, "{credential}");
    }
}

pub async fn long_tokens_are_accepted_up_to_the_limit(target: &Target) {
    let login = target.family().alone;
    let with_groups = |bytes: usize| {
        let claims = json!({"type": 0, "login": login, "exp": now() + 600, "groups": ["g".repeat(bytes * 3 / 4 - 150)]});
        sign(&claims)
    };
    for (bytes, accepted) in [(11_000, true), (32_768, true), (33_500, false), (100_000, false)] {
        let token = with_groups(bytes);
        let answer = with_headers(target, &[&token]).await;
        if accepted {
            assert!((bytes - 200..=bytes).contains(&token.len()), "{}", token.len());
            assert_eq!(answer.status, 200, "{bytes}");
        } else {
            answer.refused(401, "PERMISSION_DENIED");
        }
    }
}

pub async fn refused_credentials(target: &Target) {
    let login = target.family().alone;
    let token = user(login);
    let (unsigned, signature) = token.rsplit_once('.').unwrap();
    let none = format!("{}.{}.", "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0", token.split('.').nth(1).unwrap());
    let claims = json!({"type": 0, "login": login, "exp": now() + 600});
    let encode = |header: &Header, secret: &[u8]| {
        jsonwebtoken::encode(header, &claims, &EncodingKey::from_secret(secret)).unwrap()
    };
    let critical = Header { crit: Some(vec!["exp".to_owned()]), ..Header::default() };
    let odd_type = Header { typ: Some("JOSE".to_owned()), ..Header::default() };
    for credentials in [
        &[][..],
        &[""],
        &["Bearer"],
        &["Bearer "],
        &[&format!("Basic {token}")],
        &[&format!("Bearer {token} x")],
        &[&token, &token],
        &[&none],
        &[unsigned],
        &[&format!("{unsigned}.")],
        &[&format!("{unsigned}.{}", signature.to_lowercase())],
        &[&format!("{token}x")],
        &[&encode(&Header::new(Algorithm::HS384), SECRET.as_bytes())],
        &[&encode(&Header::new(Algorithm::HS512), SECRET.as_bytes())],
        &[&encode(&Header::default(), b"another secret of some length....")],
        &[&encode(&odd_type, SECRET.as_bytes())],
        &[&encode(&critical, SECRET.as_bytes())],
    ] {
        with_headers(target, credentials).await.refused(401, "PERMISSION_DENIED");
    }
    let cookie =
        target.send("PUT", "/account/me", |request| request.header("cookie", format!("token={token}"))).await;
    cookie.refused(401, "PERMISSION_DENIED");
    let query = target.send("GET", &format!("/account/me?token={token}"), |request| request).await;
    query.refused(401, "PERMISSION_DENIED");
    assert_eq!(target.account(login).await["city"], "Lund");
}

pub async fn refused_sessions(target: &Target) {
    let login = target.family().alone;
    let put = async |claims: Value| target.put(&sign(&claims), BODY).await;
    for claims in [
        json!({"type": 0, "login": login, "exp": now() - 1}),
        json!({"type": 0, "login": login, "exp": now()}),
        json!({"type": 0, "login": login}),
        json!({"type": 0, "login": login, "exp": (now() + 600).to_string()}),
        json!({"type": 0, "login": login, "exp": now() + 600, "nbf": now() + 300}),
        json!({"type": 0, "exp": now() + 600}),
        json!({"type": 6, "exp": now() + 600}),
        json!({"type": "0", "login": login, "exp": now() + 600}),
        json!({"login": login, "exp": now() + 600}),
    ] {
        put(claims).await.refused(401, "PERMISSION_DENIED");
    }
    for kind in [1, 2, 3, 4, 5, 7, 8, 9, 99] {
        put(json!({"type": kind, "login": login, "customer_id": 1, "exp": now() + 600}))
            .await
            .refused(403, "ACCESS_DENIED");
    }
    assert_eq!(target.account(login).await["city"], "Lund");
}
