//! Problems, their rules and limits (section 4).

use profile_domain::operator::Role;
use serde_json::{Value, json};

use super::{
    answers::{invalid, problem},
    fixtures::{least, made},
    service::Service,
};

/// Asserts that this value of a field breaks this rule.
async fn breaks(service: &Service, path: &str, field: &str, value: Value, rule: &str) {
    let answer = service
        .patch(Role::Admin, path, &json!({"fields": {field: value}, "cause": {"reason": "of a test"}}))
        .await;
    invalid(&answer, &[(&format!("/fields/{field}"), rule)]);
    if rule.ends_with("chars") {
        assert!(answer.json()["errors"][0]["limit"].is_u64(), "{}", answer.text);
    } else {
        assert!(answer.json()["errors"][0].get("limit").is_none(), "{}", answer.text);
    }
}

pub async fn values_break_the_rules_of_their_type(service: &Service) {
    let account = made(service, "account").await;
    for (field, value, rule) in [
        ("name", json!("x".repeat(129)), "max_chars"),
        ("avatar", json!("x".repeat(4097)), "max_chars"),
        ("phone", json!("1".repeat(65)), "max_chars"),
        ("name", json!(5), "type"),
        ("name", json!(["x"]), "type"),
        ("name", json!({"a": 1}), "type"),
        ("enable", json!(2), "value"),
        ("enable", json!("1"), "type"),
        ("enable", json!(true), "type"),
        ("leverage", json!(1.5), "type"),
        ("leverage", json!("1"), "type"),
        ("balance", json!("1"), "type"),
        ("customer_id", json!("1"), "type"),
        ("customer_id", json!(999_999_995), "reference"),
    ] {
        breaks(service, &account, field, value, rule).await;
    }
    let user = made(service, "user").await;
    for (field, value, rule) in [
        ("username", json!("x".repeat(43)), "max_chars"),
        ("username", json!("a b"), "format"),
        ("name", json!("x".repeat(101)), "max_chars"),
        ("created_at", json!("yesterday"), "format"),
        ("created_at", json!(5), "type"),
        ("accounts", json!("x"), "type"),
        ("social_links", json!({}), "type"),
    ] {
        breaks(service, &user, field, value, rule).await;
    }
    let member = made(service, "member").await;
    for (field, value, rule) in [
        ("email", json!("x"), "format"),
        ("given_name", json!("x".repeat(101)), "max_chars"),
        ("given_name", json!(""), "min_chars"),
        ("display_absolute_time", json!(1), "type"),
        ("language_id", json!(99_999), "reference"),
        ("admin_roles", json!(1), "type"),
    ] {
        breaks(service, &member, field, value, rule).await;
    }
}

pub async fn text_is_counted_in_scalar_values(service: &Service) {
    let account = made(service, "account").await;
    let good = service.patch(Role::Support, &account, &json!({"fields": {"name": "🙂".repeat(128)}})).await;
    assert_eq!(good.status, 200, "{}", good.text);
    breaks(service, &account, "name", json!("🙂".repeat(129)), "max_chars").await;
}

pub async fn items_of_lists_are_pointed_at(service: &Service) {
    let user = made(service, "user").await;
    let patch = |fields: Value| service.patch(Role::Admin, &user, &json!({ "fields": fields }));
    invalid(&patch(json!({"accounts": ["biz_Own00000000000", 5]})).await, &[("/fields/accounts/1", "type")]);
    invalid(
        &patch(json!({"accounts": ["biz_Own00000000000", "x"]})).await,
        &[("/fields/accounts/1", "format")],
    );
    let unknown = ["biz_Nothing0000000", "biz_Own00000000000", "biz_Nothing0000001"];
    invalid(
        &patch(json!({ "accounts": unknown })).await,
        &[("/fields/accounts/0", "reference"), ("/fields/accounts/2", "reference")],
    );
    let link =
        |website: Value| json!({"social_links": [{"website": website, "url": "https://example.test/n"}]});
    invalid(&patch(link(json!(5))).await, &[("/fields/social_links/0/website", "type")]);
    invalid(
        &patch(json!({"verification": {"nobody": "approved"}})).await,
        &[("/fields/verification/nobody", "unknown")],
    );
    invalid(
        &patch(json!({"verification": {"individual": "x"}})).await,
        &[("/fields/verification/individual", "value")],
    );
    let membership = made(service, "membership").await;
    let answer = service
        .patch(
            Role::Admin,
            &membership,
            &json!({"fields": {"groups": [{"id": 11, "is_admin": 1}, {"id": 11, "nick": 1}]}}),
        )
        .await;
    let found = super::answers::faults(&problem(&answer, 400, "invalid"));
    assert_eq!(found[0], ("/fields/groups/0/is_admin".to_owned(), "type".to_owned()), "{}", answer.text);
    assert!(found.contains(&("/fields/groups/1/nick".to_owned(), "unknown".to_owned())), "{}", answer.text);
}

pub async fn what_is_missing_comes_last(service: &Service) {
    for (kind, missing) in [
        ("file", &["extension", "base64"][..]),
        ("user", &["username"]),
        ("api_key", &["owner", "secret", "permissions"]),
        ("language", &["name", "code"]),
        ("tenant", &["slug"]),
        ("brand", &["tenant_id"]),
        ("group", &["tenant_id", "name"]),
        ("member", &["email", "given_name"]),
        ("membership", &["id", "role", "status"]),
    ] {
        let (key, _) = least(service, kind).await;
        let body = json!({"fields": {"nick": 1}, "cause": {"reason": "of a test"}});
        let answer = service.put(Role::Admin, &format!("/records/{kind}/{key}"), &body).await;
        let mut found = super::answers::faults(&problem(&answer, 400, "invalid"));
        assert_eq!(
            found.remove(0),
            ("/fields/nick".to_owned(), "unknown".to_owned()),
            "{kind}: {}",
            answer.text
        );
        let expected: Vec<(String, String)> =
            missing.iter().map(|name| (format!("/fields/{name}"), "required".to_owned())).collect();
        assert_eq!(found, expected, "{kind}");
    }
    let user = made(service, "user").await;
    let body = json!({
        "fields": {"social_links": [{"url": "https://example.test/n"}], "nick": 1},
        "cause": {"reason": "x"}
    });
    invalid(
        &service.patch(Role::Admin, &user, &body).await,
        &[
            ("/fields/nick", "unknown"),
            ("/cause/reason", "min_chars"),
            ("/fields/social_links/0/website", "required"),
        ],
    );
}

pub async fn what_must_be_there_is_not_null(service: &Service) {
    let required = [("/fields/tax_information/financial_assessment", "required")];
    let assessment = json!({"fields": {"tax_information": {"financial_assessment": null}}});
    let client = made(service, "client").await;
    invalid(&service.patch(Role::Admin, &client, &assessment).await, &required);
    invalid(&service.patch(Role::Admin, &client, &json!({"fields": null})).await, &[("/fields", "required")]);
    let revert = service.post(
        Role::Admin,
        &format!("{client}/revert"),
        &json!({"to_version": null, "reason": "of a test"}),
    );
    invalid(&revert.await, &[("/to_version", "required")]);
}

pub async fn a_taken_value_is_told_by_its_field(service: &Service) {
    let (key, fields) = least(service, "user").await;
    service.create("user", key, fields.clone()).await;
    let user = made(service, "user").await;
    let upper = fields["username"].as_str().unwrap().to_uppercase();
    let answer = service.patch(Role::Support, &user, &json!({"fields": {"username": upper}})).await;
    assert_eq!(
        problem(&answer, 409, "taken")["errors"],
        json!([{"pointer": "/fields/username", "rule": "taken"}])
    );
    let client = made(service, "client").await;
    let answer = service.patch(Role::Support, &client, &json!({"fields": {"client_id": 4120}})).await;
    assert_eq!(
        problem(&answer, 409, "taken")["errors"],
        json!([{"pointer": "/fields/client_id", "rule": "taken"}])
    );
}

pub async fn no_problem_tells_a_stored_value(service: &Service) {
    let user = made(service, "user").await;
    let set =
        service.patch(Role::Support, &user, &json!({"fields": {"email": "canary-4711@example.test"}})).await;
    assert_eq!(set.status, 200);
    for body in [json!({"fields": {"email": 5}}), json!({"fields": {"email": "x", "nick": 1}})] {
        let answer = service.patch(Role::Support, &user, &body).await;
        assert!(!answer.text.contains("canary"), "{}", answer.text);
    }
    let stale = service
        .patch(Role::Support, &user, &json!({"fields": {"bio": "x"}}))
        .header("if-match", "\"1\"")
        .await;
    let detail = problem(&stale, 412, "precondition_failed")["detail"].clone();
    assert!(!detail.as_str().unwrap().contains("canary"));
}

pub async fn references_are_told_in_the_order_of_the_body(service: &Service) {
    let account = made(service, "account").await;
    for (fields, expected) in [
        (json!({"avatar": "x", "customer_id": 999_999}), ["/fields/avatar", "/fields/customer_id"]),
        (json!({"customer_id": 999_999, "avatar": "x"}), ["/fields/customer_id", "/fields/avatar"]),
    ] {
        let answer = service.patch(Role::Support, &account, &json!({ "fields": fields })).await;
        invalid(&answer, &expected.map(|place| (place, "reference")));
    }
    let membership = made(service, "membership").await;
    let fields = json!({
        "brands": [{"brand_id": 999_999, "role": 1}],
        "groups": [{"id": 999_999, "is_admin": false}, {"id": 999_998, "is_admin": false}],
    });
    invalid(
        &service.patch(Role::Admin, &membership, &json!({ "fields": fields })).await,
        &[
            ("/fields/brands/0/brand_id", "reference"),
            ("/fields/groups/0/id", "reference"),
            ("/fields/groups/1/id", "reference"),
        ],
    );
}

pub async fn members_to_be_merged_are_checked_before_the_record_is_looked_up(service: &Service) {
    let (key, _) = least(service, "client").await;
    let balance = json!({"amount": 1, "nick": 1});
    let body = json!({"fields": {"total_balance": balance, "nick": 1}});
    let expected = [
        ("/fields/total_balance/amount", "type"),
        ("/fields/total_balance/nick", "unknown"),
        ("/fields/nick", "unknown"),
    ];
    let absent = format!("/records/client/{key}");
    for client in [absent.clone(), made(service, "client").await] {
        invalid(&service.patch(Role::Admin, &client, &body).await, &expected);
    }
    let good = json!({"fields": {"total_balance": {"amount": "1"}}});
    problem(&service.patch(Role::Admin, &absent, &good).await, 404, "not_found");
}
