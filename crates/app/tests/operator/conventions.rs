//! Paths, verbs, lists and queries (section 1).

use profile_domain::operator::Role;
use serde_json::{Value, json};

use super::{
    answers::{invalid, is_time, ok, problem},
    service::Service,
};
use crate::support::FILES;

pub async fn unknown_paths_and_verbs_are_told_without_a_key(service: &Service) {
    let upper = FILES.public.to_uppercase();
    for path in [
        "/nothing".to_owned(),
        "/records/".to_owned(),
        "/keys/".to_owned(),
        "/Records".to_owned(),
        "//records".to_owned(),
        "/records/nothing/1".to_owned(),
        "/records/account/070021".to_owned(),
        "/records/account/+1".to_owned(),
        "/records/account/1/".to_owned(),
        "/records/account/1/nothing".to_owned(),
        "/records/user/user_%2F000000000000".to_owned(),
        "/kinds/nothing/schema".to_owned(),
        format!("/records/file/{upper}"),
    ] {
        problem(&service.open("GET", &format!("/operator/v1{path}")).await, 404, "not_found");
    }
    for (method, path, allow) in [
        ("POST", "/records/account/1", "DELETE, GET, HEAD, PATCH, PUT"),
        ("DELETE", "/records", "GET, HEAD"),
        ("PATCH", "/", "GET, HEAD"),
        ("PUT", "/keys", "GET, HEAD, POST"),
        ("GET", "/records/account/1/revert", "POST"),
    ] {
        let answer = service.open(method, &format!("/operator/v1{path}")).await;
        problem(&answer, 405, "method_not_allowed");
        let mut allowed: Vec<&str> =
            answer.header("allow").split(", ").filter(|verb| *verb != "HEAD").collect();
        allowed.sort_unstable();
        let expected: Vec<&str> = allow.split(", ").filter(|verb| *verb != "HEAD").collect();
        assert_eq!(allowed, expected, "{method} {path}");
    }
    for (method, path) in [
        ("POST", "/records/account/070021"),
        ("PUT", "/records/account/070021/changes"),
        ("POST", "/records/nothing/1"),
        ("PUT", "/persons/nobody"),
    ] {
        problem(&service.open(method, &format!("/operator/v1{path}")).await, 404, "not_found");
    }
    for path in ["/", "", "/records", "/records/account/1", "/keys", "/accesses", "/kinds/account/schema"] {
        problem(&service.open("GET", &format!("/operator/v1{path}")).await, 401, "unauthorized");
    }
}

pub async fn head_is_answered_as_get(service: &Service) {
    let login = service.family().alone;
    for path in ["/".to_owned(), format!("/records/account/{login}"), "/records?kind=tenant".to_owned()] {
        let (get, head) =
            (service.get(Role::Reader, &path).await, service.call(Role::Reader, "HEAD", &path).await);
        assert_eq!((head.status, head.text.as_str()), (200, ""), "{path}");
        for name in ["etag", "content-type", "cache-control"] {
            assert_eq!(head.header(name), get.header(name), "{path}");
        }
    }
    assert_eq!(service.open("HEAD", "/operator/v1/").await.status, 401);
    assert_eq!(service.call(Role::Reader, "HEAD", "/nothing").await.status, 404);
}

pub async fn options_is_not_allowed_and_has_no_cors_headers(service: &Service) {
    for path in ["/", "/records", "/records/account/1"] {
        let call = service.call(Role::Admin, "OPTIONS", path).header("origin", "https://elsewhere.test");
        let answer = call.header("access-control-request-method", "GET").await;
        problem(&answer, 405, "method_not_allowed");
        let has_cors = answer.headers.keys().any(|name| name.as_str().starts_with("access-control-"));
        assert!(!has_cors, "{path}: {:?}", answer.headers);
    }
    let answer = service.get(Role::Reader, "/").header("origin", "https://elsewhere.test").await;
    assert!(
        !answer.headers.keys().any(|name| name.as_str().starts_with("access-control-")),
        "{:?}",
        answer.headers
    );
}

pub async fn every_answer_has_a_request_id_and_is_not_stored(service: &Service) {
    let login = service.family().alone;
    for (role, method, path) in [
        (Role::Reader, "GET", "/".to_owned()),
        (Role::Reader, "GET", format!("/records/account/{login}")),
        (Role::Reader, "GET", "/nothing".to_owned()),
        (Role::Reader, "GET", "/keys".to_owned()),
        (Role::Admin, "GET", "/keys".to_owned()),
        (Role::Reader, "GET", "/kinds/account/schema".to_owned()),
        (Role::Support, "PATCH", format!("/records/account/{login}")),
    ] {
        let answer = service.call(role, method, &path).header("x-request-id", "of-a-test").await;
        assert_eq!(answer.header("x-request-id"), "of-a-test", "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
}

/// The keys of a list, walked with pages of `limit`.
async fn walked(service: &Service, list: &str, limit: u32) -> Vec<String> {
    let (mut keys, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = ok(&service.get(Role::Admin, &format!("{list}&limit={limit}{cursor}")).await);
        let items = page["records"].as_array().unwrap();
        assert!(items.len() <= limit as usize);
        keys.extend(items.iter().map(|item| item["key"].as_str().unwrap().to_owned()));
        match &page["next"] {
            Value::Null => return keys,
            next => cursor = format!("&cursor={}", next.as_str().unwrap()),
        }
    }
}

pub async fn a_list_is_walked_with_each_item_once(service: &Service) {
    let at_once = walked(service, "/records?kind=business", 200).await;
    assert!(at_once.len() >= 3);
    let one_by_one = walked(service, "/records?kind=business", 1).await;
    let mut different = one_by_one.clone();
    different.sort();
    different.dedup();
    assert_eq!(different.len(), one_by_one.len(), "an item came twice: {one_by_one:?}");
    assert!(at_once.iter().all(|key| one_by_one.contains(key)), "{at_once:?} {one_by_one:?}");
    let page = service.get(Role::Reader, "/records?kind=business&limit=1").await;
    assert_eq!(page.keys(), ["records", "next"]);
}

pub async fn a_cursor_that_the_list_did_not_give_is_refused(service: &Service) {
    let page = ok(&service.get(Role::Reader, "/records?kind=business&limit=1").await);
    let cursor = page["next"].as_str().unwrap();
    for path in [
        format!("/records?kind=account&cursor={cursor}"),
        format!("/keys?cursor={cursor}"),
        "/records?kind=business&cursor=x".to_owned(),
        "/records?kind=business&cursor=".to_owned(),
        format!("/records?kind=business&cursor={cursor}x"),
    ] {
        let rules = problem(&service.get(Role::Admin, &path).await, 400, "invalid");
        assert_eq!(rules["errors"][0]["parameter"], "cursor", "{path}: {rules}");
    }
}

pub async fn a_limit_is_from_1_to_200_and_50_unless_given(service: &Service) {
    for (limit, count) in [("", 50), ("&limit=200", 200), ("&limit=1", 1)] {
        let page = ok(&service.get(Role::Reader, &format!("/records?kind=account{limit}")).await);
        assert_eq!(page["records"].as_array().unwrap().len(), count);
    }
    for limit in ["0", "201", "-1", "x", "", "1.0", "%2B1"] {
        let answer = service.get(Role::Reader, &format!("/records?kind=account&limit={limit}")).await;
        let problem = problem(&answer, 400, "invalid");
        assert_eq!(problem["errors"][0]["parameter"], "limit", "{limit}: {problem}");
    }
}

pub async fn unknown_repeated_and_odd_parameters_are_refused_by_name(service: &Service) {
    let login = service.family().alone;
    let record = format!("/records/account/{login}");
    for (path, parameter) in [
        ("/?x=1".to_owned(), "x"),
        ("/records?kind=account&limti=5".to_owned(), "limti"),
        ("/records?kind=account&limit=5&limit=5".to_owned(), "limit"),
        ("/records?kind=nothing".to_owned(), "kind"),
        ("/records?person=1".to_owned(), "person"),
        (format!("{record}?reveal=1&reason=a%20reason"), "reveal"),
        (format!("{record}?include=nothing"), "include"),
        (format!("{record}?as_of=yesterday"), "as_of"),
        (format!("{record}?version=x"), "version"),
        (format!("{record}/changes?include=provenance"), "include"),
        ("/keys?active=yes".to_owned(), "active"),
        ("/kinds/account/schema?x=".to_owned(), "x"),
    ] {
        let problem = problem(&service.get(Role::Admin, &path).await, 400, "invalid");
        assert_eq!(problem["errors"].as_array().unwrap().len(), 1, "{path}: {problem}");
        assert_eq!(problem["errors"][0]["parameter"], parameter, "{path}: {problem}");
    }
    let neither = problem(&service.get(Role::Admin, "/records").await, 400, "invalid");
    assert_eq!(neither["errors"].as_array().unwrap().len(), 1, "{neither}");
    let answer = service.patch(Role::Admin, &format!("{record}?dry_run=1"), &json!({"fields": {}})).await;
    invalid(&answer, &[("dry_run", "value")]);
    let in_order = service.get(Role::Admin, "/records?foo=1&kind=zzz&limit=0&foo=2&kind=account").await;
    invalid(
        &in_order,
        &[
            ("foo", "unknown"),
            ("kind", "value"),
            ("limit", "value"),
            ("foo", "unknown"),
            ("kind", "exclusive"),
        ],
    );
}

pub async fn a_filter_that_nothing_meets_gives_an_empty_list(service: &Service) {
    let nobody = "00000000-0000-7000-8000-000000000000";
    for path in [format!("/records?person={nobody}"), format!("/records?kind=account&person={nobody}")] {
        assert_eq!(ok(&service.get(Role::Reader, &path).await), json!({"records": [], "next": null}));
    }
}

pub async fn problem_pages_and_the_document_need_no_key(service: &Service) {
    let document = service.open("GET", "/openapi/operator.json").await;
    assert!(ok(&document)["paths"]["/operator/v1/records/{kind}/{key}"]["patch"].is_object());
    for slug in [
        "malformed",
        "invalid",
        "unauthorized",
        "forbidden",
        "not_found",
        "ended",
        "method_not_allowed",
        "conflict",
        "taken",
        "key_ended",
        "referenced",
        "not_revertible",
        "precondition_failed",
        "too_large",
        "unsupported_media_type",
        "idempotency_reused",
        "precondition_required",
        "rate_limited",
        "internal",
        "unavailable",
        "outcome_unknown",
        "in_flight",
    ] {
        assert_eq!(service.open("GET", &format!("/docs/problems/{slug}")).await.status, 200, "{slug}");
    }
    assert_eq!(service.open("GET", "/docs/problems/nothing").await.status, 404);
}

pub async fn times_have_six_digits(service: &Service) {
    let record = service.record("account", service.family().alone).await;
    is_time(&record["created_at"]);
    is_time(&record["updated_at"]);
}
