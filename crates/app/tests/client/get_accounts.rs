//! The trading accounts (section 4, other items; section 8, row 32).

use serde_json::json;

use crate::{
    call::{get, item, refused, token},
    support::{Target, clients::OPEN},
};

pub async fn accounts_are_shown_as_imported(target: &Target) {
    let token = token(OPEN);
    let accounts = async |query: &str| get(target, &format!("/client/accounts{query}"), &token).await;
    assert_eq!(accounts("").await.json()["data"].as_array().unwrap().len(), 2);
    assert_eq!(accounts("?real_only=false").await.json()["data"].as_array().unwrap().len(), 2);
    let real = item(&accounts("?real_only=true").await);
    assert_eq!((&real["platform_account_id"], &real["balance"]), (&json!("***1"), &json!("10.50")));
    refused(&accounts("?real_only=yes").await, 400, "ValidationError", &["real_only is invalid: "]);
}
