//! The receipt of an erasure as pages show it; the text itself stays as it was signed.

use serde_json::Value as Json;

use crate::shown::visible;

/// What an erasure has taken and left.
pub(crate) struct Receipt {
    pub(crate) by: String,
    pub(crate) at: String,
    pub(crate) reason: String,
    pub(crate) records: Vec<String>,
    pub(crate) changes: i64,
    pub(crate) media: i64,
    pub(crate) held: Vec<String>,
    pub(crate) kept: Vec<(String, String)>,
    /// The whole receipt with its signature, to be stored elsewhere.
    pub(crate) text: String,
}

impl Receipt {
    /// Reads a receipt.
    pub(crate) fn read(receipt: &str) -> Option<Self> {
        let read: Json = serde_json::from_str(receipt).ok()?;
        let word = |of: &Json, name: &str| of.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
        let list = |name: &str| read.get(name).and_then(Json::as_array).into_iter().flatten();
        let records =
            |name: &str| list(name).map(|one| format!("{} {}", word(one, "kind"), word(one, "key")));
        let number = |name: &str| read.get(name).and_then(Json::as_i64).unwrap_or_default();
        Some(Self {
            by: word(&read, "by"),
            at: word(&read, "at"),
            reason: visible(&word(&read, "reason")),
            records: records("records").collect(),
            changes: number("changes"),
            media: number("media"),
            held: records("held").collect(),
            kept: list("kept").map(|one| (word(one, "what"), word(one, "why"))).collect(),
            text: receipt.to_owned(),
        })
    }
}
