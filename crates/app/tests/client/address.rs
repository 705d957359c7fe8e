//! The address (section 4; section 8, rows 16, 17 and 23).

use serde_json::{Value, json};

use crate::{
    call::{but, fresh_sub, get, item, profile, refused, send, token},
    support::Target,
};

pub async fn an_address_is_made_and_replaced(target: &Target) {
    let token = token(&fresh_sub());
    let body = json!({"address_line_1": " 14 Quay Row ", "address_line_2": "", "state_province": "Munster", "city": "Cork", "zip_postal_code": "T12 X4Y7"});
    refused(
        &send(target, "PUT", "/client/address", &token, &body).await,
        404,
        "NotFound",
        &["No client address exists yet."],
    );
    let made = item(&send(target, "POST", "/client/address", &token, &body).await);
    let keys: Vec<&String> = made.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "id",
            "client_id",
            "address_line_1",
            "address_line_2",
            "state_province",
            "city",
            "zip_postal_code",
            "staff_identifier",
            "reason",
            "created_time",
            "updated_time"
        ]
    );
    assert_eq!((&made["address_line_1"], &made["address_line_2"]), (&json!("14 Quay Row"), &Value::Null));
    refused(
        &send(target, "POST", "/client/address", &token, &body).await,
        409,
        "Conflict",
        &["A client address"],
    );
    let profile = item(&send(target, "POST", "/client/profile", &token, &profile()).await);
    assert_eq!((&profile["address_id"], &profile["client_id"]), (&made["id"], &made["client_id"]));
    let moved = but(but(body.clone(), "city", json!("Galway")), "address_line_2", json!("Floor 2"));
    let moved = item(&send(target, "PUT", "/client/address", &token, &moved).await);
    assert_eq!(
        (&moved["id"], &moved["city"], &moved["reason"]),
        (&made["id"], &json!("Galway"), &Value::Null)
    );
    assert!(moved["updated_time"].as_str().unwrap() > made["created_time"].as_str().unwrap());
    assert_eq!(item(&get(target, "/client/address", &token).await), moved);

    let all = send(
        target,
        "PUT",
        "/client/address",
        &token,
        &json!({"address_line_2": 5, "zip_postal_code": "a_b"}),
    )
    .await;
    let messages = [
        "address_line_1 is required",
        "address_line_2 is invalid: ",
        "state_province is required",
        "city is required",
        "zip_postal_code is invalid: ",
    ];
    refused(&all, 400, "ValidationError", &messages);
    for (field, limit) in
        [("address_line_1", 100), ("address_line_2", 100), ("city", 100), ("zip_postal_code", 20)]
    {
        let longest = but(body.clone(), field, json!("9".repeat(limit)));
        assert_eq!(send(target, "PUT", "/client/address", &token, &longest).await.status, 200, "{field}");
        let longer = but(body.clone(), field, json!("9".repeat(limit + 1)));
        let answer = send(target, "PUT", "/client/address", &token, &longer).await;
        refused(&answer, 400, "ValidationError", &[&format!("{field} is invalid: ")]);
    }
}
