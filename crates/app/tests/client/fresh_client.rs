//! What a client is shown who has no record yet (section 4; section 8, row 17).

use serde_json::json;

use crate::{
    call::{fresh_sub, get, item, refused, token},
    support::Target,
};

pub async fn nothing_is_there_before_it_is_made(target: &Target) {
    let token = token(&fresh_sub());
    for path in ["profile", "address", "tax-information", "financial-assessment-results"] {
        refused(&get(target, &format!("/client/{path}"), &token).await, 404, "NotFound", &["No "]);
    }
    for path in ["accounts", "status", "login-history"] {
        assert_eq!(get(target, &format!("/client/{path}"), &token).await.json()["data"], json!([]));
    }
    let balance = item(&get(target, "/client/total-balance", &token).await);
    assert_eq!(
        balance,
        json!({"total_balance": {"amount": "0.00", "currency": "USD"}, "wallets": [], "accounts": []})
    );
    let status = item(&get(target, "/client/system-status", &token).await);
    assert_eq!(status, json!({"client_id": null, "statuses": ["enabled"]}));
}
