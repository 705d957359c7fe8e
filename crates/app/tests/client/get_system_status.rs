//! What the system allows a client (sections 4 and 5; section 8, row 35).

use serde_json::{Value, json};

use crate::{
    call::{get, item, profile, refused, send, staff, token},
    support::{Target, clients::CLOSED},
};

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
