//! Checkpoints and the keys that they are verified with (sections 1 and 12).

use std::time::{Duration, Instant};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, crypto, jwk::JwkSet};
use profile_domain::operator::Role;
use serde_json::{Value, json};
use tokio::time::sleep;

use super::{
    answers::{invalid, is_time, ok, problem},
    fixtures::made,
    service::Service,
};

/// Every checkpoint from a position on.
async fn walk(service: &Service, mut after: String, limit: u32) -> Vec<Value> {
    let mut all: Vec<Value> = Vec::new();
    loop {
        let page = ok(&service.get(Role::Reader, &format!("/checkpoints?after={after}&limit={limit}")).await);
        let found = page["checkpoints"].as_array().unwrap();
        assert!(found.len() <= limit as usize);
        let last = found.last().map_or(after.as_str(), |last| last["position"].as_str().unwrap());
        assert_eq!(page["next"], last, "never null, and where the list goes on");
        if found.is_empty() {
            return all;
        }
        after = last.to_owned();
        all.extend(found.clone());
    }
}

const BEGINNING: &str = "00000000-0000-0000-0000-000000000000";

/// Changes an account; returns the position of the change.
async fn change(service: &Service, account: &str, city: &str) -> String {
    ok(&service.patch(Role::Support, account, &json!({"fields": {"city": city}})).await);
    let changes = ok(&service.get(Role::Reader, &format!("{account}/changes?limit=1")).await);
    changes["changes"][0]["id"].as_str().unwrap().to_owned()
}

/// Waits for a checkpoint that covers a change.
async fn covering(service: &Service, position: &str) -> Value {
    let begun = Instant::now();
    loop {
        let all = walk(service, BEGINNING.to_owned(), 200).await;
        let covers = |checkpoint: &&Value| checkpoint["position"].as_str().unwrap() >= position;
        if let Some(found) = all.iter().find(covers) {
            return found.clone();
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "no checkpoint covers {position}");
        sleep(Duration::from_millis(100)).await;
    }
}

pub async fn a_change_is_soon_covered_by_a_signed_checkpoint(service: &Service) {
    let account = made(service, "account").await;
    for city in ["Lund", "Ystad"] {
        let position = change(service, &account, city).await;
        let checkpoint = covering(service, &position).await;
        let members: Vec<&String> = checkpoint.as_object().unwrap().keys().collect();
        assert_eq!(members, ["position", "count", "digest", "at", "jws"]);
        is_time(&checkpoint["at"]);
        assert_eq!(checkpoint["digest"].as_str().unwrap().len(), 64);
        verify(&checkpoint, &ok(&service.open("GET", "/operator/jwks.json").await));
    }
}

/// Verifies a signature with the published keys: its payload is the four members before it, in their order.
fn verify(checkpoint: &Value, jwks: &Value) {
    let mut payload = checkpoint.as_object().unwrap().clone();
    let jws = payload.shift_remove("jws").unwrap();
    let [header, body, signature] = jws.as_str().unwrap().split('.').collect::<Vec<_>>()[..] else {
        panic!("{jws}")
    };
    let decoded = |part: &str| String::from_utf8(URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
    assert_eq!(decoded(body), Value::from(payload).to_string());
    let header_json: Value = serde_json::from_str(&decoded(header)).unwrap();
    let kid = header_json["kid"].as_str().unwrap();
    assert_eq!(decoded(header), format!(r#"{{"alg":"ES256","typ":"profile-checkpoint","kid":"{kid}"}}"#));
    let keys: JwkSet = serde_json::from_value(jwks.clone()).unwrap();
    let key = DecodingKey::from_jwk(keys.find(kid).unwrap()).unwrap();
    let message = format!("{header}.{body}");
    assert!(crypto::verify(signature, message.as_bytes(), &key, Algorithm::ES256).unwrap());
}

pub async fn checkpoints_are_walked_from_any_position(service: &Service) {
    let account = made(service, "account").await;
    for city in ["Lund", "Ystad"] {
        let position = change(service, &account, city).await;
        covering(service, &position).await;
    }
    let all = walk(service, BEGINNING.to_owned(), 1).await;
    assert!(all.len() >= 2);
    assert!(all.is_sorted_by(|one, next| one["position"].as_str() < next["position"].as_str()
        && one["count"].as_i64() < next["count"].as_i64()));
    let from_the_first = ok(&service.get(Role::Reader, "/checkpoints?limit=1").await);
    assert_eq!(from_the_first["checkpoints"][0], all[0]);
    let behind = walk(service, all[0]["position"].as_str().unwrap().to_owned(), 200).await;
    assert_eq!(behind[..all.len() - 1], all[1..], "behind a position, without it");
    let end = "ffffffff-ffff-ffff-bfff-ffffffffffff";
    let nothing = ok(&service.get(Role::Reader, &format!("/checkpoints?after={end}")).await);
    assert_eq!(nothing, json!({"checkpoints": [], "next": end}));
}

pub async fn checkpoints_are_asked_for_strictly(service: &Service) {
    for after in ["latest", "", "7", &BEGINNING.replace('-', ""), "FFFFFFFF-FFFF-7FFF-BFFF-FFFFFFFFFFFF"] {
        let answer = service.get(Role::Reader, &format!("/checkpoints?after={after}")).await;
        invalid(&answer, &[("after", "format")]);
    }
    let answer = service.get(Role::Reader, "/checkpoints?cursor=x&after=7&limit=201").await;
    invalid(&answer, &[("cursor", "unknown"), ("after", "format"), ("limit", "value")]);
    problem(&service.open("GET", "/operator/v1/checkpoints").await, 401, "unauthorized");
}

pub async fn public_keys_need_no_operator_key(service: &Service) {
    let answer = service.open("GET", "/operator/jwks.json").await;
    let keys = ok(&answer)["keys"].clone();
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(!answer.header("x-request-id").is_empty());
    let [key] = &keys.as_array().unwrap()[..] else { panic!("{keys}") };
    let members: Vec<&String> = key.as_object().unwrap().keys().collect();
    assert_eq!(members, ["kty", "crv", "alg", "use", "kid", "x", "y"], "and nothing of the private half");
    let tokens = ok(&service.open("GET", "/.well-known/jwks.json").await);
    assert!(!tokens.to_string().contains(key["kid"].as_str().unwrap()), "a key pair of its own");
    assert_eq!(service.open("HEAD", "/operator/jwks.json").await.status, 200);
    problem(&service.open("POST", "/operator/jwks.json").await, 405, "method_not_allowed");
    problem(&service.open("OPTIONS", "/operator/jwks.json").await, 405, "method_not_allowed");
    invalid(&service.open("GET", "/operator/jwks.json?a=1").await, &[("a", "unknown")]);
    problem(&service.open("GET", "/operator/jwks.json/").await, 404, "not_found");
}
