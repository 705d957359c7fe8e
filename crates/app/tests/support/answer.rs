//! An answer, read to its end.

use reqwest::{Response, header::HeaderMap};
use serde_json::Value;

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
    pub text: String,
}

impl Answer {
    pub async fn read(response: Response) -> Self {
        Self::try_read(response).await.unwrap()
    }

    /// The same of a server that may go before its answer has come.
    pub async fn try_read(response: Response) -> reqwest::Result<Self> {
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let bytes = response.bytes().await?.to_vec();
        Ok(Self { status, headers, text: String::from_utf8_lossy(&bytes).into_owned(), bytes })
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The names of the top-level members, in their order on the wire.
    pub fn keys(&self) -> Vec<String> {
        self.json().as_object().unwrap().keys().cloned().collect()
    }

    /// Asserts an error answer in the contract's shape.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) {
        assert_eq!((self.status, self.json()["error"].as_str().unwrap()), (status, code), "{}", self.text);
        assert_eq!(self.keys(), ["error", "message"]);
        assert_eq!(self.header("content-type"), "application/json");
        assert_eq!(self.header("www-authenticate"), if status == 401 { "Bearer" } else { "" });
    }
}
