//! Requests of the client contract.

use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

use crate::support::{Answer, EXCLUSION_KEY, Target, now, sign};

/// A client whom no other test uses.
pub fn fresh_sub() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    format!("5b2f6a3e-8f0d-4c56-9f6e-{:012x}", NEXT.fetch_add(1, Ordering::SeqCst))
}

pub fn claims(sub: &str) -> Value {
    json!({ "sub": sub, "aud": "authenticated", "role": "authenticated", "exp": now() + 600 })
}

pub use crate::support::clients::{profile, token};

pub fn staff(name: &str, client: &str) -> String {
    let exp = now() + 600;
    sign(
        &json!({ "aud": "authenticated", "role": "staff", "staff_identifier": name, "client_sub": client, "exp": exp }),
    )
}

/// A request outside the rate limit.
pub async fn send(target: &Target, method: &str, path: &str, token: &str, body: &Value) -> Answer {
    target
        .send(method, path, |request| {
            let request = request.header("authorization", token).header("x-client-id", EXCLUSION_KEY);
            if body.is_null() { request } else { request.json(body) }
        })
        .await
}

pub async fn get(target: &Target, path: &str, token: &str) -> Answer {
    send(target, "GET", path, token, &Value::Null).await
}

/// The only item of a good answer.
#[track_caller]
pub fn item(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.keys(), ["data", "meta"]);
    let data = answer.json()["data"].as_array().unwrap().clone();
    assert_eq!(data.len(), 1, "{}", answer.text);
    data[0].clone()
}

/// Asserts an error answer; each message begins with one of `messages`, in their order.
#[track_caller]
pub fn refused(answer: &Answer, status: u16, code: &str, messages: &[&str]) {
    assert_eq!(
        (answer.status, answer.keys()),
        (status, vec!["errors".into(), "meta".into()]),
        "{}",
        answer.text
    );
    let errors = answer.json()["errors"].as_array().unwrap().clone();
    assert_eq!(errors.len(), messages.len(), "{}", answer.text);
    for (error, message) in errors.iter().zip(messages) {
        assert_eq!((&error["status"], &error["code"]), (&json!(status), &json!(code)), "{}", answer.text);
        assert!(error["message"].as_str().unwrap().starts_with(message), "{message}: {}", answer.text);
    }
    assert_eq!(answer.header("www-authenticate"), if status == 401 { "Bearer" } else { "" });
}

pub fn but(mut body: Value, member: &str, value: Value) -> Value {
    body[member] = value;
    body
}

pub fn without(mut body: Value, member: &str) -> Value {
    body.as_object_mut().unwrap().remove(member);
    body
}
