//! The terms (section 4; section 8, row 34).

use serde_json::{Value, json};

use crate::{
    call::{fresh_sub, item, refused, send, token},
    support::Target,
};

pub async fn terms_are_accepted_once(target: &Target) {
    let token = token(&fresh_sub());
    let accepted = target
        .send("POST", "/client/tnc", |request| request.header("authorization", &token).body("any body"))
        .await;
    let accepted = item(&accepted);
    let keys: Vec<&String> = accepted.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["client_id", "version_id", "created_time", "updated_time"]);
    assert_eq!((&accepted["version_id"], &accepted["updated_time"]), (&json!(1), &Value::Null));
    refused(
        &send(target, "POST", "/client/tnc", &token, &Value::Null).await,
        409,
        "Conflict",
        &["An acceptance"],
    );
}
