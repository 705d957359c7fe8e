//! Uploads, whose bytes are looked at off the request.

use std::time::Duration;

use serde_json::Value;

use super::Answer;

/// The record that `read` asks for, as soon as its bytes have been looked at.
pub async fn settled(read: impl AsyncFn() -> Answer) -> Value {
    for _ in 0..500 {
        let file = read().await;
        assert_eq!(file.status, 200, "{}", file.text);
        if file.json()["upload_status"] != "processing" {
            return file.json();
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("never settled");
}
