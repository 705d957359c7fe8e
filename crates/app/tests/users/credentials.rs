//! Credential × target × account (section 5; section 10, rows 4 to 10 and 29).

use serde_json::json;

use crate::{
    call::{NEWEST, get, patch, refused},
    support::{
        Answer, Target,
        people::{APP_KEY, CHILD, OTHER, OWN, OWN_KEY, OWN_KEY_ELSEWHERE, OWN_KEY_EXPIRED, OWN_KEY_READING},
        user,
    },
};

const UNKNOWN: &str = "biz_Unknown0000000";

pub async fn nothing_opens_without_a_credential(target: &Target) {
    let login = target.family().alone;
    let mut bodies = Vec::new();
    let own = target.own_token(&target.people().nora);
    let (unsigned, _) = own.rsplit_once('.').unwrap();
    for header in [
        None,
        Some(String::new()),
        Some("Bearer".to_owned()),
        Some("Bearer ".to_owned()),
        Some(format!("Basic {own}")),
        Some(own.clone()),
        Some(format!("Bearer {own} x")),
        Some(format!("Bearer {unsigned}.")),
        Some("Bearer unknown-key".to_owned()),
        Some(format!("Bearer {OWN_KEY_EXPIRED}")),
        Some(format!("Bearer {}", user(login))),
    ] {
        let answer = target
            .send("GET", "/users/me", |request| {
                header.iter().fold(request, |request, header| request.header("authorization", header))
            })
            .await;
        refused(&answer, 401, "unauthorized", "", "");
        bodies.push(answer.text);
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1, "{bodies:?}");
    let elsewhere = get(target, "/users/me", OWN_KEY_ELSEWHERE, None).await;
    refused(&elsewhere, 403, "forbidden", "", "");
}

/// What a request on a side is answered with, in one word.
fn verdict(answer: &Answer) -> String {
    match answer.status {
        200 => "200".to_owned(),
        status => format!("{status} {}", answer.json()["error"]["code"].as_str().unwrap_or_default())
            .trim()
            .to_owned(),
    }
}

pub async fn who_reads_which_side(target: &Target) {
    let people = target.people();
    let credentials = [
        ("user", target.own_token(&people.nora)),
        ("account user", target.user_token(&people.nora, Some(OWN), &[])),
        ("account key", OWN_KEY_READING.to_owned()),
        ("account token", target.account_token(OWN)),
        ("app key", APP_KEY.to_owned()),
    ];
    let mut table = String::new();
    for (name, credential) in &credentials {
        for account in [None, Some(OWN), Some(CHILD), Some(OTHER), Some(UNKNOWN)] {
            let query = account.map(|account| format!("?account_id={account}")).unwrap_or_default();
            let mut cells = Vec::new();
            for who in [&people.nora, &people.omar, &people.pia] {
                cells.push(verdict(
                    &get(target, &format!("/users/{who}{query}"), credential, Some(NEWEST)).await,
                ));
            }
            let line = format!("{name} | {} | {}\n", account.unwrap_or("none"), cells.join(" | "));
            table.push_str(&line);
        }
    }
    insta::assert_snapshot!("who_reads_which_side", table);
    let hidden =
        async |account: &str| get(target, &format!("/users/me?account_id={account}"), OWN_KEY, None).await;
    assert_eq!(hidden(OTHER).await.text, hidden(UNKNOWN).await.text);
}

pub async fn who_changes_which_side(target: &Target) {
    let people = target.people();
    let update = ["user:profile:update"];
    let credentials = [
        ("user", target.own_token(&people.nora)),
        ("account user", target.user_token(&people.nora, Some(OWN), &update)),
        ("account key", OWN_KEY.to_owned()),
        ("account token", target.account_token(OWN)),
        ("app key", APP_KEY.to_owned()),
        ("account key without permission", OWN_KEY_READING.to_owned()),
        ("user without permission", target.user_token(&people.nora, None, &["user:email:read"])),
    ];
    let mut table = String::new();
    for (name, credential) in &credentials {
        for account in [None, Some(OWN), Some(CHILD), Some(OTHER), Some(UNKNOWN)] {
            let query = account.map(|account| format!("?account_id={account}")).unwrap_or_default();
            let mut cells = Vec::new();
            for who in [&people.nora, &people.omar, &people.pia, "me", "user_00000000000000"] {
                let path = format!("/users/{who}{query}");
                let body = json!({ "name": "Somebody" }).to_string();
                cells.push(verdict(&patch(target, &path, credential, Some(NEWEST), body).await));
            }
            let line = format!("{name} | {} | {}\n", account.unwrap_or("none"), cells.join(" | "));
            table.push_str(&line);
        }
    }
    insta::assert_snapshot!("who_changes_which_side", table);
    let omar = get(target, &format!("/users/{}", people.omar), OWN_KEY, Some(NEWEST)).await.json();
    assert_eq!(omar["name"], "Nora Vale", "nobody but omar changes omar's global profile");
}

pub async fn the_permission_is_needed(target: &Target) {
    let people = target.people();
    let token = target.user_token(&people.nora, None, &["user:profile:update:no", "USER:PROFILE:UPDATE"]);
    let answer = patch(target, "/users/me", &token, Some(NEWEST), "{\"name\":\"A\"}").await;
    refused(&answer, 403, "forbidden", "", "");
    assert_eq!(answer.json()["error"]["message"], "Missing permission: user:profile:update");
    let user = get(target, "/users/me", &token, Some(NEWEST)).await.json();
    assert_eq!(user["name"], "Nora Vale");
}

pub async fn keys_have_no_me(target: &Target) {
    for credential in [OWN_KEY.to_owned(), APP_KEY.to_owned(), target.account_token(OWN)] {
        // Before the account and everything else that is asked for.
        for path in ["/users/me", "/users/me?account_id=", "/users/me?account_id=x&interval=year"] {
            refused(&get(target, path, &credential, Some(NEWEST)).await, 404, "not_found", "", "");
        }
        for path in [
            "/users/me".to_owned(),
            format!("/users/me?account_id={OWN}"),
            "/users/me?account_id=".to_owned(),
        ] {
            let answer = patch(target, &path, &credential, Some(NEWEST), "{}").await;
            refused(&answer, 400, "bad_request", "user_token_required", "");
        }
        let oldest = patch(target, "/users/me", &credential, None, r#"{"company_id":5}"#).await;
        refused(&oldest, 400, "invalid_request_error", "user_token_required", "");
    }
}

pub async fn the_public_keys_are_published(target: &Target) {
    let keys = target.send("GET", "/.well-known/jwks.json", |request| request).await.json();
    assert_eq!((&keys["keys"][0]["alg"], &keys["keys"][0]["kty"]), (&json!("ES256"), &json!("EC")));
    assert!(keys["keys"][0].get("d").is_none(), "the private half stays private");
}
