//! The order of checks, and the faults that one answer tells together (section 3; section 15, rows 1 to 6).

use profile_domain::operator::Role;
use serde_json::{Value, json};

use super::{
    answers::{faults, forbidden, invalid, ok, owned, problem},
    fixtures::{client_with_profile, made},
    service::Service,
};

const UNKNOWN: &str = "/records/account/999999999";

pub async fn a_reader_is_refused_before_the_body_is_read(service: &Service) {
    let call = service.call(Role::Reader, "PATCH", UNKNOWN).text("{");
    forbidden(&call.await, "role.write");
    forbidden(
        &service.call(Role::Reader, "PATCH", UNKNOWN).header("content-type", "text/plain").await,
        "role.write",
    );
}

pub async fn each_check_comes_before_the_next(service: &Service) {
    let patch = |path: &str| service.call(Role::Support, "PATCH", path);
    let plain = |call: super::service::Call| call.header("content-type", "text/plain");
    // 1: an unknown path, before the key.
    problem(&service.open("PATCH", "/operator/v1/records/nothing/1").await, 404, "not_found");
    // 5: the content type, before parameters; the size before parameters.
    problem(&plain(patch(&format!("{UNKNOWN}?x=1"))).await, 415, "unsupported_media_type");
    problem(&patch(&format!("{UNKNOWN}?x=1")).await, 415, "unsupported_media_type");
    let large = format!("{{\"fields\":{{\"city\":\"{}\"}}}}", "x".repeat(1 << 20));
    problem(&patch(&format!("{UNKNOWN}?x=1")).text(large).await, 413, "too_large");
    // 6: parameters, before JSON.
    invalid(&patch(&format!("{UNKNOWN}?x=1")).text("{").await, &[("x", "unknown")]);
    let put = service.call(Role::Support, "PUT", UNKNOWN).text("{");
    problem(&put.await, 428, "precondition_required");
    let put = service.call(Role::Support, "PUT", &format!("{UNKNOWN}?x=1")).text("{");
    invalid(&put.await, &[("x", "unknown")]);
    // 7: JSON, before members.
    for body in [
        "",
        "{",
        "[]",
        "1",
        "{\"fields\":{},\"fields\":{}}",
        "{\"fields\":{\"city\":\"a\",\"city\":\"b\"}}",
        "{} {}",
    ] {
        problem(&patch(UNKNOWN).text(body).await, 400, "malformed");
    }
    // 8 before 9, 9 before 11.
    let client = "/records/client/00000000-0000-4000-8000-000000000000";
    let body = json!({"fields": {"profile": {"date_of_birth": "x"}, "nick": 1}, "x": 1});
    forbidden(&service.patch(Role::Support, client, &body).await, "role.write_sensitive");
    invalid(
        &service.patch(Role::Privacy, client, &json!({"fields": {"nick": 1}})).await,
        &[("/fields/nick", "unknown")],
    );
    invalid(
        &service.patch(Role::Support, UNKNOWN, &json!({"fields": {"nick": 1}})).await,
        &[("/fields/nick", "unknown")],
    );
    // 11 before 12.
    let unknown =
        service.patch(Role::Support, UNKNOWN, &json!({"fields": {"city": "A"}})).header("if-match", "\"9\"");
    problem(&unknown.await, 404, "not_found");
    // 12 before 13.
    let account = made(service, "account").await;
    let reference = json!({"fields": {"customer_id": 999_999_998}});
    let stale = service.patch(Role::Support, &account, &reference).header("if-match", "\"9\"");
    problem(&stale.await, 412, "precondition_failed");
    invalid(
        &service.patch(Role::Support, &account, &reference).await,
        &[("/fields/customer_id", "reference")],
    );
    // Whatever is refused leaves nothing.
    let record = ok(&service.get(Role::Support, &account).await);
    assert_eq!(record["version"], 1);
}

pub async fn a_field_of_a_higher_role_is_refused_before_other_faults(service: &Service) {
    let client = client_with_profile(service).await;
    let body = json!({"fields": {"profile": {"date_of_birth": "x"}, "nick": 1}});
    let problem = forbidden(&service.patch(Role::Support, &client, &body).await, "role.write_sensitive");
    assert_eq!(
        problem["errors"],
        json!([{"pointer": "/fields/profile/date_of_birth", "rule": "role.write_sensitive"}])
    );
    // Row 6: what was read, sent back.
    let account = made(service, "account").await;
    let read = ok(&service.get(Role::Support, &account).await);
    let back = ok(&service.patch(Role::Support, &account, &json!({"fields": read["fields"]})).await);
    assert_eq!((&back["version"], &back["changed"]), (&read["version"], &json!([])));
    for path in [made(service, "user").await, client, made(service, "member").await] {
        let read = ok(&service.get(Role::Support, &path).await);
        let answer = service.patch(Role::Support, &path, &json!({"fields": read["fields"]})).await;
        let refused = super::answers::problem(&answer, 403, "forbidden");
        let rules: Vec<String> = faults(&refused).into_iter().map(|(_, rule)| rule).collect();
        assert!(!rules.is_empty() && refused["rule"] == rules[0], "{refused}");
        for (pointer, _) in faults(&refused) {
            let names = [
                "profile_picture",
                "banner",
                "picture",
                "tax_information",
                "date_of_birth",
                "tax_identification_number",
                "staff_identifier",
                "address/id",
                "admin_roles",
                "permissions",
                "password_hash",
                "last_updated",
                "last_updated_by",
            ];
            assert!(names.iter().any(|name| pointer.ends_with(name)), "{pointer}: {refused}");
        }
    }
}

pub async fn faults_of_a_body_are_told_in_its_order(service: &Service) {
    let account = made(service, "account").await;
    let text = format!(
        r#"{{"fields":{{"nick":1,"city":"{}","name":5,"nock":2}},"cause":{{"by":"me"}}}}"#,
        "x".repeat(129)
    );
    let answer = service.call(Role::Support, "PATCH", &account).text(text).await;
    invalid(
        &answer,
        &[
            ("/fields/nick", "unknown"),
            ("/fields/city", "max_chars"),
            ("/fields/name", "type"),
            ("/fields/nock", "unknown"),
            ("/cause/by", "unknown"),
        ],
    );
    assert_eq!(answer.json()["errors"][1]["limit"], 128);
    let reason = |reason: Value| json!({"fields": {"city": "A"}, "cause": {"reason": reason}});
    for (value, rule) in [
        (json!("ab"), "min_chars"),
        (json!(" ab  "), "min_chars"),
        (json!("x".repeat(501)), "max_chars"),
        (json!("a\u{7}bc"), "format"),
        (json!(5), "type"),
    ] {
        invalid(&service.patch(Role::Support, &account, &reason(value)).await, &[("/cause/reason", rule)]);
    }
    for good in ["abc".to_owned(), "é".repeat(500), "two\nlines".to_owned()] {
        ok(&service.patch(Role::Support, &account, &reason(json!(good))).await);
    }
    for (body, expected) in [
        (json!({}), ("/fields", "required")),
        (json!({"fields": []}), ("/fields", "type")),
        (json!({"fields": {}, "cause": 1}), ("/cause", "type")),
        (json!({"fields": {}, "person": null}), ("/person", "unknown")),
        (json!({"fields": {"a/b~c": 1}}), ("/fields/a~1b~0c", "unknown")),
    ] {
        let found = faults(&problem(&service.patch(Role::Support, &account, &body).await, 400, "invalid"));
        assert_eq!(found, owned(&[expected]), "{body}");
    }
    // What is missing comes last.
    let text = r#"{"nack":1}"#;
    let answer = service.call(Role::Support, "PATCH", &account).text(text).await;
    invalid(&answer, &[("/nack", "unknown"), ("/fields", "required")]);
    let (key, _) = super::fixtures::least(service, "member").await;
    let answer = service
        .put(Role::Admin, &format!("/records/member/{key}"), &json!({"fields": {"nick": 1, "email": "x"}}))
        .await;
    invalid(
        &answer,
        &[("/fields/nick", "unknown"), ("/fields/email", "format"), ("/fields/given_name", "required")],
    );
}

pub async fn faults_of_parameters_and_headers_are_told_together(service: &Service) {
    let account = made(service, "account").await;
    let call = service.patch(Role::Support, &format!("{account}?limti=5&dry_run=1"), &json!({"fields": {}}));
    invalid(
        &call.header("if-match", "8").await,
        &[("limti", "unknown"), ("dry_run", "value"), ("If-Match", "format")],
    );
    let call = service.delete(Role::Support, &format!("{account}?limti=5"));
    invalid(&call.await, &[("limti", "unknown"), ("reason", "required")]);
    for key in ["", "é", "a b", &"x".repeat(256)] {
        let call = service.patch(Role::Support, &account, &json!({"fields": {"city": "A"}}));
        let answer = call.header("idempotency-key", key).await;
        assert_eq!(problem(&answer, 400, "invalid")["errors"][0]["header"], "Idempotency-Key", "{key}");
    }
}
