//! The login history (section 4, other items).

use serde_json::Value;

use crate::{
    call::{get, item, refused, token},
    support::{Target, clients::OPEN},
};

pub async fn logins_are_newest_first(target: &Target) {
    let token = token(OPEN);
    let logins = get(target, "/client/login-history", &token).await.json()["data"].clone();
    let newest: Vec<&Value> = logins.as_array().unwrap().iter().map(|login| &login["action"]).collect();
    assert_eq!(newest, ["logout", "login"]);
    assert_eq!(item(&get(target, "/client/login-history?limit=1", &token).await)["action"], "logout");
    for limit in ["0", "-1", "x", ""] {
        let answer = get(target, &format!("/client/login-history?limit={limit}"), &token).await;
        refused(&answer, 400, "ValidationError", &["limit is invalid: "]);
    }
}
