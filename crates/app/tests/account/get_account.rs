//! `GET /account/me` (section 4.2; section 8, rows 24, 29, 30, 36).

use serde_json::json;

use crate::support::{Target, customer, now, sign, user};

pub async fn the_account_comes_in_documented_order(target: &Target) {
    let login = target.family().alone;
    let answer = target.get("/account/me", &user(login)).await;
    let expected = format!(
        "{{\"id\":{login},\"login\":{login},\"currency\":\"EUR\",\"group\":\"PRO-2\",\"comment\":\"\",\"enable\":1,\
         \"enable_read_only\":0,\"enable_change_password\":1,\"leverage\":50,\"avatar\":\"\",\
         \"email\":\"zoe@example.test\",\"name\":\"Zoë Lindqvist\",\"phone\":\"+46400000000\",\"address\":\"\",\
         \"city\":\"Lund\",\"country\":\"SE\",\"zipcode\":\"21119\",\"regdate\":1750000000,\"prevbalance\":900.5,\
         \"prevmonthbalance\":880.0,\"balance\":910.25,\"storage\":-1.5,\"commission\":-0.7,\"credit\":0.0,\
         \"margin\":100.0,\"margin_free\":808.05,\"margin_level\":908.05,\"equity\":908.05,\"state\":\"\",\
         \"user_color\":\"#ffffff\",\"update_time\":1760000000}}"
    );
    assert_eq!((answer.status, answer.text.as_str()), (200, expected.as_str()));
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("cache-control"), "no-store");
}

pub async fn sessions_without_an_account_are_refused(target: &Target) {
    let family = target.family();
    target.get("/account/me", &customer(family.single)).await.refused(403, "ACCESS_DENIED");
    for kind in [1, 2, 3, 4, 5, 7, 8, 9, -1, 1_000_000] {
        let token = sign(&json!({"type": kind, "login": family.alone, "exp": now() + 60}));
        target.get("/account/me", &token).await.refused(403, "ACCESS_DENIED");
    }
    let token = sign(&json!({"type": 0, "exp": now() + 60}));
    target.get("/account/me", &token).await.refused(400, "INVALID_DATA");
    target.get("/account/me", "nonsense").await.refused(401, "PERMISSION_DENIED");
}

pub async fn gone_and_disabled_accounts_are_invalid(target: &Target) {
    let family = target.family();
    for login in
        [2_147_483_647, family.switched_off, family.blocked_account, family.disabled_customers_account]
    {
        target.get("/account/me", &user(login)).await.refused(400, "INVALID_USER");
    }
    assert_eq!(target.get("/account/me", &user(family.read_only)).await.status, 200);
}
