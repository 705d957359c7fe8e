//! What an import brings (section 4, other items; section 8, rows 32 and 35).

use serde_json::{Value, json};

use crate::{
    call::{get, item, profile, refused, send, staff, token},
    support::{
        Target,
        clients::{CLOSED, OPEN},
    },
};

pub async fn imported_items_are_shown(target: &Target) {
    let token = token(OPEN);
    let shown = item(&get(target, "/client/profile", &token).await);
    assert_eq!(
        (&shown["client_id"], &shown["tax_identification_number"]),
        (&json!(4120), &json!("IE-7731905"))
    );
    assert_eq!(shown["created_time"], "2024-11-06T03:42:29.865314");
    assert_eq!(shown["updated_time"], Value::Null);
    let address = item(&get(target, "/client/address", &token).await);
    assert_eq!(address["id"], shown["address_id"]);
    assert!(shown["address_id"].is_i64());

    let accounts = async |query: &str| get(target, &format!("/client/accounts{query}"), &token).await;
    assert_eq!(accounts("").await.json()["data"].as_array().unwrap().len(), 2);
    assert_eq!(accounts("?real_only=false").await.json()["data"].as_array().unwrap().len(), 2);
    let real = item(&accounts("?real_only=true").await);
    assert_eq!((&real["platform_account_id"], &real["balance"]), (&json!("***1"), &json!("10.50")));
    refused(&accounts("?real_only=yes").await, 400, "ValidationError", &["real_only is invalid: "]);

    let balance = item(&get(target, "/client/total-balance", &token).await);
    assert_eq!(balance["total_balance"], json!({"amount": "12.50", "currency": "EUR"}));
    assert_eq!(balance["accounts"], json!(["***1", "***2"]));
    assert_eq!(
        (&balance["wallets"][0]["balance"], &balance["wallets"][0]["client_id"]),
        (&json!(2), &json!(4120))
    );
    let status = item(&get(target, "/client/status", &token).await);
    assert_eq!((&status["status_code"], &status["client_id"]), (&json!("cool_down"), &json!(4120)));
    assert_eq!(status["created_time"], "2026-01-01T00:00:00.000000");

    let logins = get(target, "/client/login-history", &token).await.json()["data"].clone();
    let newest: Vec<&Value> = logins.as_array().unwrap().iter().map(|login| &login["action"]).collect();
    assert_eq!(newest, ["logout", "login"]);
    assert_eq!(item(&get(target, "/client/login-history?limit=1", &token).await)["action"], "logout");
    for limit in ["0", "-1", "x", ""] {
        let answer = get(target, &format!("/client/login-history?limit={limit}"), &token).await;
        refused(&answer, 400, "ValidationError", &["limit is invalid: "]);
    }
}

pub async fn a_closed_client_is_only_read(target: &Target) {
    for token in [token(CLOSED), staff("QA", CLOSED)] {
        let status = item(&get(target, "/client/system-status", &token).await);
        assert_eq!(status["statuses"], json!(["closed", "wind_down"]));
        // The status comes before the body is looked at.
        for (method, path, body) in [
            ("POST", "/client/profile", profile()),
            ("PUT", "/client/profile", json!({})),
            ("POST", "/client/tnc", Value::Null),
        ] {
            let answer = send(target, method, path, &token, &body).await;
            refused(&answer, 403, "Forbidden", &["The client's status does not allow changes."]);
        }
    }
}
