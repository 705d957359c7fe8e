//! `Idempotency-Key` (section 3; section 15, rows 20 and 21).

use std::collections::BTreeSet;

use futures_util::future::join_all;
use profile_domain::operator::Role;
use serde_json::{Value, json};

use super::{
    answers::{ok, problem},
    fixtures::{least, made, path_of},
    service::{Call, Service},
};

/// The first and the second call answer the same bytes, the second one replayed.
async fn replayed(first: Call, second: Call) {
    let (first, second) = (first.await, second.await);
    assert!(first.status == 200 || first.status == 201, "{}", first.text);
    assert_eq!((second.status, &second.bytes), (first.status, &first.bytes));
    for name in ["etag", "location", "content-type"] {
        assert_eq!(second.header(name), first.header(name), "{name}");
    }
    assert_eq!((first.header("idempotent-replayed"), second.header("idempotent-replayed")), ("", "true"));
}

pub async fn a_repeated_call_gets_the_same_bytes(service: &Service) {
    let (key, fields) = least(service, "account").await;
    let path = format!("/records/account/{key}");
    let body = json!({"fields": fields, "cause": {"reason": "ticket 4711"}});
    let put = || {
        service
            .put(Role::Support, &path, &body)
            .header("idempotency-key", &format!("put {key}").replace(' ', "-"))
    };
    replayed(put(), put()).await;
    let patch = || {
        service
            .patch(Role::Support, &path, &json!({"fields": {"city": "Malmö"}}))
            .header("idempotency-key", &format!("patch-{key}"))
    };
    replayed(patch(), patch()).await;
    ok(&service.patch(Role::Support, &path, &json!({"fields": {"city": "Lund"}})).await);
    let again = patch().await;
    assert_eq!(
        (again.header("idempotent-replayed"), &again.json()["fields"]["city"]),
        ("true", &json!("Malmö")),
        "the answer as it was"
    );
    let nothing = || {
        service
            .patch(Role::Support, &path, &json!({"fields": {"city": "Lund"}}))
            .header("idempotency-key", &format!("same-{key}"))
    };
    replayed(nothing(), nothing()).await;
    let revert = || {
        service
            .post(Role::Support, &format!("{path}/revert"), &json!({"to_version": 1, "reason": "of a test"}))
            .header("idempotency-key", &format!("revert-{key}"))
    };
    replayed(revert(), revert()).await;
    let end = || {
        service
            .delete(Role::Support, &format!("{path}?reason=of%20a%20test"))
            .header("idempotency-key", &format!("end-{key}"))
    };
    replayed(end(), end()).await;
    let key = service.number();
    let make = || {
        service
            .post(Role::Admin, "/keys", &json!({"name": "replayed", "role": "reader"}))
            .header("idempotency-key", &format!("key-{key}"))
    };
    replayed(make(), make()).await;
}

pub async fn every_write_takes_a_key(service: &Service) {
    let id =
        service.post(Role::Admin, "/keys", &json!({"name": "ended", "role": "reader"})).await.json()["id"]
            .clone();
    let path = format!("/keys/{}?reason=of%20a%20test", id.as_str().unwrap());
    let end = || {
        service.delete(Role::Admin, &path).header("idempotency-key", &format!("end-{}", id.as_str().unwrap()))
    };
    replayed(end(), end()).await;
}

pub async fn another_request_with_the_same_key_is_refused(service: &Service) {
    let account = made(service, "account").await;
    let key = format!("other-{account}");
    let call = |path: &str, text: &str| {
        service.call(Role::Support, "PATCH", path).text(text).header("idempotency-key", &key)
    };
    let body = r#"{"fields":{"city":"A"}}"#;
    ok(&call(&account, body).header("if-match", "\"1\"").await);
    let refused = async |call: Call| {
        problem(&call.await, 422, "idempotency_reused");
    };
    refused(call(&account, r#"{"fields":{"city":"B"}}"#).header("if-match", "\"1\"")).await;
    refused(call(&account, r#"{"fields": {"city":"A"}}"#).header("if-match", "\"1\"")).await;
    refused(call(&account, body)).await;
    refused(call(&account, body).header("if-match", "*")).await;
    refused(call(&format!("{account}?base_version=1"), body)).await;
    refused(call(&made(service, "account").await, body).header("if-match", "\"1\"")).await;
    let other =
        service.post(Role::Support, &format!("{account}/revert"), &json!({"to_version": 1, "reason": "abc"}));
    refused(other.header("idempotency-key", &key)).await;
    // The operator's key is part of the scope.
    let own = service
        .call(Role::Admin, "PATCH", &account)
        .text(r#"{"fields":{"city":"C"}}"#)
        .header("idempotency-key", &key)
        .await;
    assert_eq!((&ok(&own)["version"], own.header("idempotent-replayed")), (&json!(3), ""));
    // The scope is a door's too: a key used elsewhere is free here.
    assert_eq!(ok(&service.get(Role::Admin, &account).await)["version"], 3);
}

pub async fn refusals_use_up_no_key(service: &Service) {
    let account = made(service, "account").await;
    let key = format!("refused-{account}");
    let call = |city: Value, tag: &str| {
        service
            .patch(Role::Support, &account, &json!({"fields": {"city": city}}))
            .header("idempotency-key", &key)
            .header("if-match", tag)
    };
    problem(&call(json!(5), "*").await, 400, "invalid");
    problem(&call(json!("A"), "\"9\"").await, 412, "precondition_failed");
    assert_eq!(call(json!("B"), "*").await.header("idempotent-replayed"), "");
    let again = call(json!("B"), "*").await;
    assert_eq!((&ok(&again)["version"], again.header("idempotent-replayed")), (&json!(2), "true"));
}

pub async fn twenty_copies_make_one_change(service: &Service) {
    let account = made(service, "account").await;
    // Copies meet in different places each time.
    for round in 1..=10 {
        let (key, body) =
            (format!("copies-{round}-{account}"), json!({"fields": {"city": format!("city {round}")}}));
        let calls = (0..20).map(async |_| {
            service.patch(Role::Support, &account, &body).header("idempotency-key", &key).await
        });
        let answers = join_all(calls).await;
        for answer in &answers {
            assert!(answer.status == 200 || answer.status == 409, "{}", answer.text);
            if answer.status == 409 {
                problem(answer, 409, "in_flight");
                assert_eq!(answer.header("retry-after"), "1");
            }
        }
        assert_eq!(ok(&service.get(Role::Support, &account).await)["version"], round + 1, "one change");
        let texts: BTreeSet<&str> =
            answers.iter().filter(|answer| answer.status == 200).map(|answer| answer.text.as_str()).collect();
        assert_eq!(texts.len(), 1, "one answer, in round {round}: {texts:#?}");
    }
}

/// Sends a call in 20 copies at once; asserts that every one that is not in flight gets the same good answer.
async fn copies(what: &str, call: impl Fn() -> Call) {
    let answers = join_all((0..20).map(async |_| call().await)).await;
    for answer in answers.iter().filter(|answer| answer.status == 409) {
        problem(answer, 409, "in_flight");
    }
    let others: BTreeSet<(u16, &str)> = answers
        .iter()
        .filter(|answer| answer.status != 409)
        .map(|answer| (answer.status, answer.text.as_str()))
        .collect();
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    assert!(
        others.len() == 1 && others.iter().all(|(status, _)| *status < 300),
        "{what}: {statuses:?} {others:#?}"
    );
}

pub async fn copies_of_a_guarded_patch_get_one_answer(service: &Service) {
    let account = made(service, "account").await;
    for version in 1..=5 {
        let (key, tag) = (format!("guarded-{version}-{account}"), format!("\"{version}\""));
        let body = json!({"fields": {"city": format!("city {version}")}});
        copies("PATCH", || {
            service
                .patch(Role::Support, &account, &body)
                .header("if-match", &tag)
                .header("idempotency-key", &key)
        })
        .await;
    }
}

pub async fn copies_of_a_creation_get_one_answer(service: &Service) {
    for round in 0..5 {
        let (number, fields) = least(service, "account").await;
        let (path, body) = (format!("/records/account/{number}"), json!({ "fields": fields }));
        let key = format!("creation-{round}-{number}");
        copies("PUT", || service.put(Role::Support, &path, &body).header("idempotency-key", &key)).await;
    }
}

pub async fn copies_of_an_end_get_one_answer(service: &Service) {
    for _ in 0..5 {
        let account = made(service, "account").await;
        let (path, key) = (format!("{account}?reason=of%20a%20test"), format!("end-{account}"));
        copies("DELETE", || service.delete(Role::Support, &path).header("idempotency-key", &key)).await;
    }
}

pub async fn copies_of_a_revert_get_one_answer(service: &Service) {
    for _ in 0..5 {
        let account = made(service, "account").await;
        ok(&service.patch(Role::Support, &account, &json!({"fields": {"city": "A"}})).await);
        let (path, key) = (format!("{account}/revert"), format!("revert-{account}"));
        let body = json!({"to_version": 1, "reason": "of a test"});
        copies("revert", || service.post(Role::Support, &path, &body).header("idempotency-key", &key)).await;
    }
}

pub async fn copies_of_a_new_key_get_one_answer(service: &Service) {
    for _ in 0..5 {
        let key = format!("new-key-{}", service.number());
        let body = json!({"name": "copied", "role": "reader"});
        copies("POST", || service.post(Role::Admin, "/keys", &body).header("idempotency-key", &key)).await;
    }
}

pub async fn a_replay_comes_after_the_checks_of_the_body_and_before_the_record(service: &Service) {
    let record = super::fixtures::make(service, "account").await;
    let path = path_of(&record);
    let key = format!("order-{path}");
    let patch =
        |role| service.patch(role, &path, &json!({"fields": {"city": "A"}})).header("idempotency-key", &key);
    ok(&patch(Role::Support).await);
    ok(&service.delete(Role::Support, &format!("{path}?reason=of%20a%20test")).await);
    let again = patch(Role::Support).await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (200, "true"), "{}", again.text);
    problem(&patch(Role::Admin).await, 404, "ended");
    let bad = service
        .patch(Role::Support, &path, &json!({"fields": {"city": 5}}))
        .header("idempotency-key", &key)
        .await;
    problem(&bad, 400, "invalid");
}
