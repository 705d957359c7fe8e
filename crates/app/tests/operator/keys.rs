//! The root and operator keys (section 13).

use profile_domain::operator::Role;
use serde_json::{Value, json};

use super::{
    answers::{created, invalid, is_time, ok, problem},
    service::Service,
};

/// Every rule of a role, in its order.
const RULES: [&str; 7] = [
    "role.read_personal",
    "role.reveal_sensitive",
    "role.write",
    "role.write_grants",
    "role.write_sensitive",
    "role.privacy",
    "role.admin",
];

pub async fn the_root_shows_the_key_and_its_rules(service: &Service) {
    let (root, bare) = (service.get(Role::Support, "/").await, service.get(Role::Support, "").await);
    assert_eq!(ok(&root), ok(&bare));
    assert_eq!(root.keys(), ["key", "rules", "version"]);
    let key = root.json()["key"].clone();
    assert_eq!(
        key.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["id", "name", "role", "allow_cidrs", "expires_at"]
    );
    assert_eq!(
        (&key["name"], &key["role"], &key["allow_cidrs"], &key["expires_at"]),
        (&json!("support"), &json!("support"), &json!([]), &Value::Null)
    );
    for (role, allowed) in [
        (Role::Reader, &[][..]),
        (Role::Support, &["role.read_personal", "role.write"]),
        (
            Role::Privacy,
            &[
                "role.read_personal",
                "role.reveal_sensitive",
                "role.write",
                "role.write_sensitive",
                "role.privacy",
            ],
        ),
        (Role::Admin, &RULES),
    ] {
        let rules = ok(&service.get(role, "/").await)["rules"].as_array().unwrap().clone();
        let names: Vec<&str> = rules.iter().map(|rule| rule["rule"].as_str().unwrap()).collect();
        assert_eq!(names, RULES);
        let found: Vec<&str> = rules
            .iter()
            .filter(|rule| rule["allowed"] == true)
            .map(|rule| rule["rule"].as_str().unwrap())
            .collect();
        assert_eq!(found, allowed);
    }
}

pub async fn a_key_is_made_and_shown_once(service: &Service) {
    let body = json!({"name": " Support desk ", "role": "support", "allow_cidrs": ["10.0.0.0/8", "::1/128"], "expires_at": "2999-01-01T01:00:00.1234567+01:00"});
    let answer = service.post(Role::Admin, "/keys", &body).await;
    let key = created(&answer);
    let members = [
        "id",
        "name",
        "role",
        "allow_cidrs",
        "created_at",
        "created_by",
        "expires_at",
        "last_used_at",
        "revoked",
        "secret",
    ];
    assert_eq!(answer.keys(), members);
    assert_eq!(
        (&key["role"], &key["allow_cidrs"], &key["expires_at"]),
        (&json!("support"), &json!(["10.0.0.0/8", "::1/128"]), &json!("2999-01-01T00:00:00.123456Z"))
    );
    assert_eq!((&key["last_used_at"], &key["revoked"]), (&Value::Null, &Value::Null));
    is_time(&key["created_at"]);
    assert!(key["created_by"].as_str().unwrap().starts_with("operator:opk_"));
    let secret = key["secret"].as_str().unwrap();
    assert!(secret.starts_with("pok_") && secret.len() == 47, "{secret}");
    let id = key["id"].as_str().unwrap();
    assert!(
        id.starts_with("opk_")
            && id.len() == 18
            && id.bytes().skip(4).all(|byte| byte.is_ascii_alphanumeric()),
        "{id}"
    );
    let shown = service.get(Role::Admin, &format!("/keys/{id}")).await;
    assert!(ok(&shown).get("secret").is_none() && !shown.text.contains(secret));
    assert_eq!(shown.keys(), members[..9]);
    let list = service.get(Role::Admin, "/keys?limit=200").await;
    assert_eq!(list.keys(), ["keys", "next"]);
    assert!(list.text.contains(id) && !list.text.contains(secret));
}

pub async fn a_bad_key_is_refused(service: &Service) {
    for (body, expected) in [
        (json!({}), &[("/name", "required"), ("/role", "required")][..]),
        (json!({"name": "", "role": "reader"}), &[("/name", "min_chars")]),
        (json!({"name": "x".repeat(101), "role": "reader"}), &[("/name", "max_chars")]),
        (json!({"name": 5, "role": "root"}), &[("/name", "type"), ("/role", "value")]),
        (
            json!({"name": "x", "role": "reader", "allow_cidrs": ["10.0.0.0/8", "x"]}),
            &[("/allow_cidrs/1", "format")],
        ),
        (json!({"name": "x", "role": "reader", "expires_at": "x"}), &[("/expires_at", "format")]),
        (json!({"nick": 1, "role": "reader"}), &[("/nick", "unknown"), ("/name", "required")]),
    ] {
        invalid(&service.post(Role::Admin, "/keys", &body).await, expected);
    }
}

pub async fn a_revoked_key_stays_in_the_list(service: &Service) {
    let id = created(&service.post(Role::Admin, "/keys", &json!({"name": "leaver", "role": "reader"})).await)
        ["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/keys/{id}");
    problem(&service.delete(Role::Admin, &path).await, 400, "invalid");
    let revoked = ok(&service.delete(Role::Admin, &format!("{path}?reason=left%20us")).await);
    let members: Vec<&String> = revoked["revoked"].as_object().unwrap().keys().collect();
    assert_eq!(members, ["at", "by", "reason"]);
    assert_eq!(revoked["revoked"]["reason"], "left us");
    assert_eq!(
        ok(&service.delete(Role::Admin, &format!("{path}?reason=once%20more")).await),
        revoked,
        "the same again"
    );
    assert_eq!(ok(&service.get(Role::Admin, &path).await), revoked);
    let has = async |active: &str| {
        let (mut found, mut cursor) = (false, String::new());
        loop {
            let page = ok(&service.get(Role::Admin, &format!("/keys?limit=200{active}{cursor}")).await);
            found |= page["keys"].as_array().unwrap().iter().any(|key| key["id"] == json!(id));
            let Some(next) = page["next"].as_str() else { return found };
            cursor = format!("&cursor={next}");
        }
    };
    assert!(has("").await && !has("&active=true").await);
    problem(&service.delete(Role::Admin, "/keys/opk_00000000000000?reason=abc").await, 404, "not_found");
}

pub async fn a_key_may_revoke_itself(service: &Service) {
    let key = created(&service.post(Role::Admin, "/keys", &json!({"name": "own", "role": "admin"})).await);
    let bearer = format!("Bearer {}", key["secret"].as_str().unwrap());
    let path = format!("/operator/v1/keys/{}", key["id"].as_str().unwrap());
    ok(&service.open("GET", &path).header("authorization", &bearer).await);
    let used = ok(&service.get(Role::Admin, &format!("/keys/{}", key["id"].as_str().unwrap())).await)["last_used_at"].clone();
    assert!(used.as_str().is_some_and(|used| used.ends_with(":00.000000Z")), "to the minute: {used}");
    ok(&service.open("DELETE", &format!("{path}?reason=own%20key")).header("authorization", &bearer).await);
    problem(&service.open("GET", &path).header("authorization", &bearer).await, 401, "unauthorized");
}
