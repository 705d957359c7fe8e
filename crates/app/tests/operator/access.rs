//! Keys, roles and rules (section 2).

use std::time::Duration;

use profile_domain::operator::Role;
use serde_json::{Value, json};

use super::{
    answers::{created, forbidden, ok, problem, texts},
    fixtures::{client_with_profile, made},
    service::Service,
};
use crate::support::{clients, members, people, user};

const ROLES: [Role; 4] = Role::ALL;

pub async fn only_a_living_operator_key_opens(service: &Service) {
    let key = service.key(Role::Admin);
    for header in [format!("Bearer {key}"), format!("bEARER {key}")] {
        ok(&service.open("GET", "/operator/v1/").header("authorization", &header).await);
    }
    let unknown = format!("pok_{}", "A".repeat(43));
    let mut answers = Vec::new();
    for header in [
        String::new(),
        "Bearer".to_owned(),
        key.to_owned(),
        format!("Basic {key}"),
        format!("Bearer {key}x"),
        format!("Bearer {}", key.strip_suffix(|_: char| true).unwrap()),
        format!("Bearer {}", key.to_uppercase()),
        format!("Bearer {unknown}"),
        user(service.family().alone),
        format!("Bearer {}", user(service.family().alone)),
        format!("Bearer {}", clients::token(clients::OPEN)),
        members::bearer(10_000, None),
        format!("Bearer {}", people::OWN_KEY),
        format!("Bearer {}", people::APP_KEY),
    ] {
        answers.push(service.open("GET", "/operator/v1/").header("authorization", &header).await);
    }
    answers.push(service.open("GET", "/operator/v1/").await);
    let twice = service.get(Role::Admin, "/").header("authorization", &format!("Bearer {key}"));
    answers.push(twice.await);
    let same = |answer: &crate::support::Answer| {
        let mut problem = problem(answer, 401, "unauthorized");
        problem["request_id"] = Value::Null;
        problem
    };
    let first = same(&answers[0]);
    assert!(answers.iter().all(|answer| same(answer) == first));
}

pub async fn a_contract_refuses_an_operator_key(service: &Service) {
    for path in [
        "/account/me",
        "/api/v1/users",
        "/client/profile",
        "/api/sys/v1/account/get_profile",
        "/api/sys/v1/languages",
    ] {
        assert_eq!(
            wrong_token(service, path, service.key(Role::Admin)).await,
            wrong_token(service, path, "x").await,
            "{path}"
        );
    }
}

/// The status of a contract's answer to this token.
async fn wrong_token(service: &Service, path: &str, token: &str) -> u16 {
    let status = service.open("GET", path).header("authorization", &format!("Bearer {token}")).await.status;
    assert_eq!(status, 401, "{path}");
    status
}

/// A new key; returns it as its answer shows it.
async fn new_key(service: &Service, body: Value) -> Value {
    created(&service.post(Role::Admin, "/keys", &body).await)
}

fn secret(key: &Value) -> String {
    format!("Bearer {}", key["secret"].as_str().unwrap())
}

pub async fn a_revoked_key_opens_nothing(service: &Service) {
    let key = new_key(service, json!({"name": "revoked", "role": "reader"})).await;
    let call = || service.open("GET", "/operator/v1/").header("authorization", &secret(&key));
    ok(&call().await);
    ok(&service.delete(Role::Admin, &format!("/keys/{}?reason=leaver", key["id"].as_str().unwrap())).await);
    problem(&call().await, 401, "unauthorized");
}

pub async fn an_expired_key_opens_nothing(service: &Service) {
    let end = profile_ports::Clock::now(&app::system::SystemClock(None)) + Duration::from_secs(3);
    let key =
        new_key(service, json!({"name": "short", "role": "reader", "expires_at": end.to_rfc3339()})).await;
    let call = || service.open("GET", "/operator/v1/").header("authorization", &secret(&key));
    ok(&call().await);
    tokio::time::sleep(Duration::from_secs(4)).await;
    problem(&call().await, 401, "unauthorized");
}

pub async fn a_key_for_another_network_is_forbidden(service: &Service) {
    let call = |key: &Value| service.open("GET", "/operator/v1/").header("authorization", &secret(key));
    let elsewhere =
        new_key(service, json!({"name": "elsewhere", "role": "reader", "allow_cidrs": ["10.0.0.0/8"]})).await;
    forbidden(&call(&elsewhere).await, "key.address");
    let here = new_key(
        service,
        json!({"name": "here", "role": "reader", "allow_cidrs": ["10.0.0.0/8", "127.0.0.0/8"]}),
    )
    .await;
    ok(&call(&here).await);
}

pub async fn every_role_reads(service: &Service) {
    let record = service.record("account", service.family().alone).await;
    let (key, person) = (record["key"].as_str().unwrap(), record["person"].as_str().unwrap());
    for role in ROLES {
        for path in [
            "/".to_owned(),
            "/records?kind=account".to_owned(),
            format!("/records/account/{key}"),
            format!("/records/account/{key}?version=1&include=provenance"),
            format!("/records/account/{key}/changes"),
            format!("/records/account/{key}/capabilities"),
            "/kinds/account/schema".to_owned(),
            format!("/persons/{person}"),
            format!("/persons/{person}/changes?include=chain"),
        ] {
            assert_eq!(service.get(role, &path).await.status, 200, "{role:?} {path}");
        }
    }
}

/// Asserts that the roles from `lowest` on get `status`, and those before are refused by `rule`.
async fn allowed_from(
    service: &Service,
    lowest: Role,
    rule: &str,
    method: &str,
    path: &str,
    body: Option<&Value>,
    status: u16,
) {
    for role in ROLES {
        let call = service.call(role, method, path).header("x-request-id", "roles");
        let call = body.into_iter().fold(call, super::service::Call::json);
        let answer = if method == "PUT" { call.header("if-none-match", "*").await } else { call.await };
        if role < lowest {
            let found =
                if role == Role::Reader && rule.starts_with("role.write") { "role.write" } else { rule };
            assert_eq!(
                (answer.status, &answer.json()["rule"]),
                (403, &json!(found)),
                "{role:?} {method} {path}: {}",
                answer.text
            );
        } else {
            assert_eq!(answer.status, status, "{role:?} {method} {path}: {}", answer.text);
        }
    }
}

pub async fn each_role_does_what_its_right_allows(service: &Service) {
    let login = service.family().alone;
    let account = format!("/records/account/{login}");
    let client = client_with_profile(service).await;
    let (app, user) = (made(service, "app").await, made(service, "user").await);
    let membership = made(service, "membership").await;
    let person = service.record("account", login).await["person"].as_str().unwrap().to_owned();
    let city = json!({"fields": {"city": "Malmö"}});
    let tax = json!({"fields": {"profile": {"tax_identification_number": "IE-1"}}, "cause": {"reason": "of a test"}});
    let revert = json!({"to_version": 1, "reason": "of a test"});
    let patch = async |lowest, rule, path: &str, fields: Value| {
        allowed_from(service, lowest, rule, "PATCH", path, Some(&json!({"fields": fields})), 200).await;
    };
    allowed_from(service, Role::Support, "role.write", "PATCH", &account, Some(&city), 200).await;
    allowed_from(service, Role::Privacy, "role.write_sensitive", "PATCH", &client, Some(&tax), 200).await;
    patch(Role::Support, "role.write", &user, json!({"bio": "Maps."})).await;
    patch(Role::Admin, "role.write_grants", &app, json!({"installs": []})).await;
    patch(Role::Admin, "role.write_grants", &membership, json!({"role": 2})).await;
    patch(Role::Support, "role.write", &membership, json!({"status": 1})).await;
    allowed_from(
        service,
        Role::Support,
        "role.write",
        "POST",
        &format!("{account}/revert"),
        Some(&revert),
        200,
    )
    .await;
    let reveal = format!("{client}?reveal=true&reason=of%20a%20test");
    allowed_from(service, Role::Privacy, "role.reveal_sensitive", "GET", &reveal, None, 200).await;
    allowed_from(service, Role::Privacy, "role.privacy", "GET", "/accesses", None, 200).await;
    allowed_from(
        service,
        Role::Privacy,
        "role.privacy",
        "GET",
        &format!("/persons/{person}/accesses"),
        None,
        200,
    )
    .await;
    allowed_from(service, Role::Admin, "role.admin", "GET", "/keys", None, 200).await;
    allowed_from(
        service,
        Role::Admin,
        "role.admin",
        "POST",
        "/keys",
        Some(&json!({"name": "n", "role": "reader"})),
        201,
    )
    .await;
    allowed_from(service, Role::Admin, "role.admin", "GET", "/keys/opk_00000000000000", None, 404).await;
    let gone = "/keys/opk_00000000000000?reason=of%20a%20test";
    allowed_from(service, Role::Admin, "role.admin", "DELETE", gone, None, 404).await;
}

pub async fn a_record_is_ended_by_the_lowest_role_that_writes_all_its_fields(service: &Service) {
    for (kind, key) in [
        ("customer", "999999999"),
        ("account", "999999999"),
        ("file", "00000000-0000-4000-8000-000000000000"),
        ("user", "user_00000000000000"),
        ("override", "user_00000000000000:biz_00000000000000"),
        ("business", "biz_00000000000000"),
        ("language", "999999"),
        ("tenant", "999999"),
        ("brand", "999999"),
        ("group", "999999"),
    ] {
        let path = format!("/records/{kind}/{key}?reason=of%20a%20test");
        allowed_from(service, Role::Support, "role.write", "DELETE", &path, None, 404).await;
    }
    let client = "/records/client/00000000-0000-4000-8000-000000000000?reason=of%20a%20test";
    allowed_from(service, Role::Privacy, "role.write_sensitive", "DELETE", client, None, 404).await;
    for path in
        ["member/999999", "membership/999999:7", "app/app_00000000000000", "api_key/apik_00000000000000"]
    {
        let path = format!("/records/{path}?reason=of%20a%20test");
        allowed_from(service, Role::Admin, "role.write_grants", "DELETE", &path, None, 404).await;
    }
}

pub async fn kinds_and_fields_that_nobody_writes_are_refused(service: &Service) {
    let upload = "/records/upload/file_00000000000000";
    for role in ROLES {
        forbidden(
            &service.patch(role, upload, &json!({"fields": {"filename": "x"}})).await,
            "kind.read_only",
        );
        forbidden(&service.delete(role, &format!("{upload}?reason=of%20a%20test")).await, "kind.read_only");
    }
    let user = made(service, "user").await;
    let file = made(service, "file").await;
    for (path, field, value) in [
        (&user, "profile_picture", Value::Null),
        (&user, "banner", Value::Null),
        (&file, "original_name", json!("x.png")),
        (&file, "file_size", json!(1)),
        (&file, "extension", json!("png")),
    ] {
        let answer = service.patch(Role::Admin, path, &json!({"fields": {field: value}})).await;
        let problem = forbidden(&answer, "field.read_only");
        let expected = json!([{"pointer": format!("/fields/{field}"), "rule": "field.read_only"}]);
        assert_eq!(problem["errors"], expected);
    }
}

pub async fn a_reader_sees_public_values_alone(service: &Service) {
    let user = made(service, "user").await;
    service.patch(Role::Support, &user, &json!({"fields": {"bio": "Maps.", "email": "e@example.test"}, "cause": {"reason": "a secret reason"}})).await;
    let record = ok(&service.get(Role::Reader, &user).await);
    assert_eq!(record["fields"]["bio"], "Maps.");
    assert_eq!(record["fields"]["email"], Value::Null);
    assert_eq!(record["cause"]["reason"], Value::Null);
    let withheld = texts(&record["withheld"]);
    assert!(withheld.contains(&"email") && withheld.contains(&"cause.reason"), "{withheld:?}");
    assert!(!withheld.contains(&"bio") && !withheld.contains(&"username"), "{withheld:?}");
    let seen = ok(&service.get(Role::Support, &user).await);
    assert_eq!(
        (&seen["fields"]["email"], &seen["cause"]["reason"]),
        (&json!("e@example.test"), &json!("a secret reason"))
    );
    assert_eq!(seen["withheld"], json!([]));
    // Names of empty values too.
    let account = ok(&service.get(Role::Reader, &made(service, "account").await).await);
    let names: Vec<&String> = account["fields"].as_object().unwrap().keys().collect();
    let withheld = texts(&account["withheld"]);
    assert!(account["fields"].as_object().unwrap().values().all(Value::is_null), "{account}");
    assert!(names.iter().all(|name| withheld.contains(&name.as_str())), "{account}");
    let business = ok(&service.get(Role::Reader, &made(service, "business").await).await);
    assert_eq!(
        (
            &business["fields"]["title"],
            business["withheld"].as_array().unwrap().iter().all(|name| name == "cause.reason")
        ),
        (&json!(""), true),
        "{business}"
    );
    let person =
        ok(&service.get(Role::Reader, &format!("/persons/{}", record["person"].as_str().unwrap())).await);
    assert_eq!((&person["alias"], &person["withheld"]), (&Value::Null, &json!(["alias", "hold"])));
}

pub async fn sensitive_values_are_withheld_from_every_role(service: &Service) {
    let client = client_with_profile(service).await;
    for role in ROLES {
        let record = ok(&service.get(role, &client).await);
        let withheld = texts(&record["withheld"]);
        for name in ["profile.date_of_birth", "profile.tax_identification_number"] {
            assert!(withheld.contains(&name), "{role:?}: {withheld:?}");
            let short = name.strip_prefix("profile.").unwrap();
            assert_eq!(record["fields"]["profile"][short], Value::Null, "{role:?}");
        }
    }
    for kind in ["api_key", "member"] {
        let path = format!("{}?reveal=true&reason=of%20a%20test", made(service, kind).await);
        let record = ok(&service.get(Role::Admin, &path).await);
        let name = if kind == "member" { "password_hash" } else { "secret" };
        assert_eq!(record["fields"][name], Value::Null, "{record}");
        assert!(texts(&record["withheld"]).contains(&name), "{record}");
    }
}
