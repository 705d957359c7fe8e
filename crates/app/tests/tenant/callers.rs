//! Who calls, and by which path (section 7; section 8, rows 23 to 37).

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::{
    call::{PROFILE, UPDATE, data, get, put, put_text, refused},
    support::{
        Target, clients,
        members::{ACME, OTHER, bearer},
        now, sign, user,
    },
};

pub async fn only_a_good_token_opens(target: &Target) {
    let mira = target.members().mira();
    let claims = |exp: i64| json!({"sub": mira.to_string(), "exp": exp});
    let but = |name: &str, value: Value| {
        let mut claims = claims(now() + 60);
        claims[name] = value;
        format!("Bearer {}", sign(&claims))
    };
    let good = sign(&claims(now() + 60));
    for header in [format!("Bearer {good}"), format!("bEARER {good}")] {
        assert_eq!(get(target, PROFILE, &header).await.status, 200);
    }
    for bad in [
        String::new(),
        "Bearer".to_owned(),
        good.clone(),
        format!("Basic {good}"),
        format!("Bearer {good}x"),
        format!("Bearer {}", sign(&claims(now()))),
        format!("Bearer {}", sign(&json!({"sub": mira.to_string()}))),
        but("nbf", json!(now() + 30)),
        but("sub", json!("999999999")),
        but("sub", json!("abc")),
        but("sub", json!("+1")),
        but("sub", json!(mira)),
        but("tenant_id", json!("7")),
        format!("Bearer {}", user(target.family().alone)),
        format!("Bearer {}", clients::token(clients::OPEN)),
        "Bearer eyJhbGciOiJub25lIn0.e30.".to_owned(),
    ] {
        refused(&get(target, PROFILE, &bad).await, 401, &[("UNAUTHENTICATED", "")]);
    }
    let two = target
        .send("GET", PROFILE, |request| {
            request.header("authorization", format!("Bearer {good}")).header("authorization", "Bearer x")
        })
        .await;
    refused(&two, 401, &[("UNAUTHENTICATED", "")]);
    let none = target.send("PUT", UPDATE, |request| request.body("x")).await;
    refused(&none, 401, &[("UNAUTHENTICATED", "")]);
}

/// Member × tenant in the token: what each may do, as one committed table.
pub async fn who_may_call(target: &Target) {
    let members = target.members();
    let callers = [
        ("user", members.mira()),
        ("owner", members.owner()),
        ("admin", members.admin()),
        ("deactive", members.deactive()),
        ("status unknown", members.unknown()),
        ("without role", members.roleless()),
        ("deleted", members.deleted()),
        ("in no tenant", members.alone()),
        ("super admin", members.root()),
    ];
    let verdict = |answer: &crate::support::Answer| match answer.json()["errors"][0]["code"].as_str() {
        None => answer.status.to_string(),
        Some(code) => format!("{} {code}", answer.status),
    };
    let mut table = String::new();
    for (name, member) in callers {
        for tenant in [None, Some(ACME), Some(OTHER), Some(99)] {
            let token = bearer(member, tenant);
            let cells = [
                verdict(&put(target, &token, &json!({"display_absolute_time": true})).await),
                verdict(&get(target, PROFILE, &token).await),
                verdict(&get(target, "/api/sys/v1/languages", &token).await),
                verdict(&get(target, "/api/acme/v1/users", &token).await),
                verdict(&get(target, "/api/other/v1/users", &token).await),
                verdict(&get(target, "/api/nobody/v1/users", &token).await),
            ];
            let place = tenant.map_or("none".to_owned(), |tenant| tenant.to_string());
            writeln!(table, "{name} | {place} | {}", cells.join(" | ")).unwrap();
        }
    }
    insta::assert_snapshot!("who_may_call", table);
}

pub async fn versions_and_paths(target: &Target) {
    let token = bearer(target.members().mira(), None);
    for path in [
        "/api/sys/v1.0/account/get_profile",
        "/api/sys/v1/account/get_profile/",
        "/api/sys/v01/account/get_profile",
    ] {
        data(&get(target, path, &token).await);
    }
    for token in [token.as_str(), ""] {
        for version in ["v2", "v1.1", "v99", "v0"] {
            for (method, path) in
                [("GET", "account/get_profile"), ("PUT", "account/update_profile"), ("POST", "languages")]
            {
                let path = format!("/api/sys/{version}/{path}");
                let answer =
                    target.send(method, &path, |request| request.header("authorization", token)).await;
                refused(&answer, 404, &[("UNSUPPORTED_API_VERSION", "")]);
            }
        }
        for path in [
            "/api/sys/vabc/account/update_profile",
            "/api/sys/v/account/update_profile",
            "/api/sys/1/account/update_profile",
            "/api/sys/account/update_profile",
            "/api/acme/v1/account/update_profile",
            "/api/sys/v1/account/Update_Profile",
            "/api/sys/v1/users/5",
            "/api/a/v1/users",
            "/api/sys/v1/users",
            "/api",
        ] {
            let answer = put_text(target, path, token, "{}".to_owned()).await;
            let answer = if answer.status == 405 { get(target, path, token).await } else { answer };
            refused(&answer, 404, &[("NOT_FOUND", "")]);
        }
        for path in ["/api/a/v1/users", "/api/sys/v1/users"] {
            let answer = target.send("POST", path, |request| request.header("authorization", token)).await;
            refused(&answer, 404, &[("NOT_FOUND", "")]);
        }
        let answer = target.send("POST", UPDATE, |request| request.header("authorization", token)).await;
        refused(&answer, 405, &[("METHOD_NOT_ALLOWED", "")]);
        assert_eq!(answer.header("allow"), "PUT");
    }
}

pub async fn media_types_and_sizes(target: &Target) {
    let members = target.members();
    let token = bearer(members.mira(), None);
    let send = async |token: &str, kind: Option<&str>, body: String| {
        target
            .send("PUT", UPDATE, |request| {
                let request = request.header("authorization", token).body(body);
                kind.into_iter().fold(request, |request, kind| request.header("content-type", kind))
            })
            .await
    };
    for kind in [None, Some("text/plain"), Some("application/x-www-form-urlencoded")] {
        refused(&send(&token, kind, "{}".to_owned()).await, 415, &[("UNSUPPORTED_MEDIA_TYPE", "")]);
    }
    data(&send(&token, Some("application/json; charset=utf-8"), "{}".to_owned()).await);
    let large = format!("{{\"given_name\":\"{}\"}}", "x".repeat(64 * 1024));
    refused(&send(&token, Some("application/json"), large).await, 413, &[("BODY_TOO_LARGE", "")]);
    let deleted = bearer(members.deleted(), None);
    refused(&send(&deleted, Some("text/plain"), String::new()).await, 403, &[("USER_DELETED", "")]);
}
