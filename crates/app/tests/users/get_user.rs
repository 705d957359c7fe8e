//! `GET /users/{id}` (section 4; section 10, rows 11 to 14 and 33).

use crate::{
    call::{NEWEST, get, refused},
    support::Target,
};

pub async fn a_user_has_three_addresses(target: &Target) {
    let people = target.people();
    let token = target.user_token(&people.nora, None, &[]);
    let by_id = get(target, &format!("/users/{}", people.nora), &token, None).await;
    let expected = format!(
        "{{\"id\":\"{}\",\"username\":\"{}\",\"name\":\"Nora Vale\",\"bio\":\"Maps.\",\
         \"created_at\":\"2026-02-11T09:30:00.125Z\",\"profile_picture\":null}}",
        people.nora, people.nora_name
    );
    assert_eq!((by_id.status, by_id.text.as_str()), (200, expected.as_str()));
    for name in [people.nora_name.to_uppercase(), people.nora_name.to_lowercase(), "me".to_owned()] {
        let answer = get(target, &format!("/users/{name}"), &token, None).await;
        assert_eq!((answer.status, answer.text), (200, by_id.text.clone()), "{name}");
    }
    let root = target
        .send("GET", "/users/me", |request| request.header("authorization", format!("bearer {token}")))
        .await;
    assert_eq!(root.text, by_id.text, "the contract is at the root, too");
}

pub async fn unknown_users_and_odd_paths_are_not_found(target: &Target) {
    let people = target.people();
    let token = target.own_token(&people.nora);
    for name in [
        people.nora.replace("user_", "USER_"),
        people.nora.to_lowercase(),
        "Me".to_owned(),
        "user_00000000000000".to_owned(),
        "nobody".to_owned(),
        format!("{}%2Fx", people.nora),
        "%00".to_owned(),
        "x".repeat(2000),
        format!("{}/recommend_actions", people.nora),
    ] {
        refused(
            &get(target, &format!("/users/{name}"), &token, Some(NEWEST)).await,
            404,
            "not_found",
            "",
            "",
        );
    }
}

pub async fn the_email_is_for_oneself_with_the_scope(target: &Target) {
    let people = target.people();
    let email = async |path: &str, scopes: &[&str]| {
        let token = target.user_token(&people.nora, None, scopes);
        get(target, path, &token, Some(NEWEST)).await.json()["email"].clone()
    };
    assert_eq!(email("/users/me", &["user:email:read"]).await, "nora@example.test");
    assert!(email("/users/me", &[]).await.is_null());
    assert!(email("/users/me", &["user:email:*"]).await.is_null());
    assert!(email(&format!("/users/{}", people.nora), &["user:email:read"]).await.is_null());
    assert!(email(&format!("/users/{}", people.omar), &["user:email:read"]).await.is_null());
}

pub async fn balances_are_for_oneself_with_the_scope(target: &Target) {
    let people = target.people();
    let read = async |path: &str, scopes: &[&str], version: &str| {
        let token = target.user_token(&people.nora, None, scopes);
        let user = get(target, path, &token, Some(version)).await.json();
        (user["total_usd"].clone(), user["balances"].to_string())
    };
    let scope = ["user:balance:read"];
    let (total, balances) = read("/users/me", &scope, "2026-06-09").await;
    assert_eq!(total, "41.90");
    let first = r#"{"symbol":"USDT","name":"Tether","balance":"41.9","value_usd":"41.90","price_usd":1,"icon_url":null,"breakdown":{"available":"40.9","pending":"1","reserve":"0"}}"#;
    let second = r#"{"symbol":"XYZ","name":"Xyz","balance":"7","value_usd":null,"price_usd":null,"icon_url":null,"breakdown":{"available":"7","pending":"0","reserve":"0"}}"#;
    assert_eq!(balances, format!("[{first},{second}]"));
    let (_, newest) = read("/users/me", &scope, NEWEST).await;
    assert!(newest.contains(r#""reserve":"0","in_transit":"0","pending_settlements":[]}"#), "{newest}");

    let nothing = (serde_json::Value::Null, "[]".to_owned());
    let own = format!("/users/{}", people.nora);
    assert_eq!(read("/users/me", &[], NEWEST).await, nothing);
    assert_eq!(read("/users/me?include_balance=false", &scope, NEWEST).await, nothing);
    assert_eq!(read(&own, &scope, NEWEST).await, nothing);
}

pub async fn routing(target: &Target) {
    for path in ["/users/me", "/api/v1/users/me"] {
        let answer = target.send("DELETE", path, |request| request).await;
        refused(&answer, 405, "method_not_allowed", "", "");
        assert_eq!(answer.header("allow"), "GET, PATCH");
    }
    for path in ["/users/me/preferences", "/api/v1/nothing", "/files/x/complete", "/api/v1/permissions"] {
        refused(&target.send("GET", path, |request| request).await, 404, "not_found", "", "");
    }
    // No list of a tenant `v1`.
    for path in ["/users/users", "/api/v1/users/users", "/api/v1/files/users"] {
        refused(&target.send("GET", path, |request| request).await, 401, "unauthorized", "", "");
    }
    let interval =
        get(target, "/users/me?interval=year", &target.own_token(&target.people().nora), Some(NEWEST)).await;
    refused(&interval, 400, "bad_request", "parameter_invalid", "interval");
}
