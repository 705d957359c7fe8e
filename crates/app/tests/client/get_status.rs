//! The statuses (section 4, other items).

use serde_json::json;

use crate::{
    call::{get, item, token},
    support::{Target, clients::OPEN},
};

pub async fn statuses_have_the_number_of_the_client(target: &Target) {
    let token = token(OPEN);
    let status = item(&get(target, "/client/status", &token).await);
    assert_eq!((&status["status_code"], &status["client_id"]), (&json!("cool_down"), &json!(4120)));
    assert_eq!(status["created_time"], "2026-01-01T00:00:00.000000");
}
