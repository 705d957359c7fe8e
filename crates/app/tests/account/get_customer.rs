//! `GET /customer/me` (sections 4.5 and 9).

use serde_json::json;

use crate::support::{Target, customer, now, sign, user};

pub async fn a_customer_sees_their_accounts(target: &Target) {
    let family = target.family();
    let answer = target.get("/customer/me", &customer(family.double)).await;
    let account = |login: i64| {
        format!(
            "{{\"login\":{login},\"customer_id\":{},\"enable\":1,\"leverage\":50,\"group\":\"PRO-2\",\
             \"name\":\"Zoë Lindqvist\",\"email\":\"zoe@example.test\",\"phone\":\"+46400000000\"}}",
            family.double
        )
    };
    let [first, second] = family.double_accounts;
    let expected = format!(
        "{{\"customer\":{{\"customer_id\":{},\"email\":\"zoe@example.test\",\"full_name\":\"Zoë Lindqvist\",\
         \"status\":1,\"enable\":1,\"brand\":\"default\"}},\"accounts\":[{},{}],\"accounts_count\":2}}",
        family.double,
        account(first),
        account(second)
    );
    assert_eq!((answer.status, answer.text.as_str()), (200, expected.as_str()));

    let none = target.get("/customer/me", &customer(family.childless)).await.json();
    assert_eq!((&none["accounts"], &none["accounts_count"]), (&json!([]), &json!(0)));
    let blocked = target.get("/customer/me", &customer(family.blocked)).await.json();
    assert_eq!(blocked["accounts"][0]["enable"], 0);
}

pub async fn other_sessions_are_refused(target: &Target) {
    let family = target.family();
    target.get("/customer/me", &user(family.alone)).await.refused(403, "ACCESS_DENIED");
    let manager = sign(&json!({"type": 7, "customer_id": family.single, "exp": now() + 60}));
    target.get("/customer/me", &manager).await.refused(403, "ACCESS_DENIED");
    let nobody = sign(&json!({"type": 6, "exp": now() + 60}));
    target.get("/customer/me", &nobody).await.refused(401, "INVALID_CUSTOMER_SESSION");
    target.get("/customer/me", "nonsense").await.refused(401, "PERMISSION_DENIED");
    target.get("/customer/me", &customer(999_999_999)).await.refused(404, "NOT_FOUND");
    target.get("/customer/me", &customer(family.disabled)).await.refused(403, "ACCESS_DENIED");
}
