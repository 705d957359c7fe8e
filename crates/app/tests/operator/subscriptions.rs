//! Subscriptions (section 10): what is stored of them, and who may do what with them.

use std::future::IntoFuture as _;

use futures_util::future::join_all;
use profile_domain::operator::Role;
use profile_testkit::cluster::Cluster;
use serde_json::{Value, json};

use super::{
    answers::{created, forbidden, invalid, is_time, ok, problem},
    service::{Call, Service},
};
use crate::support::{Target, profile};

const PATH: &str = "/subscriptions";
const MEMBERS: [&str; 12] = [
    "id",
    "name",
    "url",
    "headers",
    "kinds",
    "fields",
    "not_actor",
    "values",
    "status",
    "position",
    "failing_since",
    "created_at",
];
const POSITION: &str = "019cb73d-3218-71f7-81a2-b3c4d5e6f708";

/// A target that nobody has.
fn url(service: &Service) -> String {
    format!("https://hook-{}.invalid/changes?token=t0p", service.number())
}

fn post(service: &Service, body: &Value) -> Call {
    service.post(Role::Admin, PATH, body)
}

async fn make(service: &Service, more: &Value) -> Value {
    // No change is of such a field of such a kind, so nothing is ever sent.
    let mut body = json!({"url": url(service), "kinds": ["brand"], "fields": ["password_hash"]});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    created(&post(service, &body).await)
}

fn path(subscription: &Value) -> String {
    format!("{PATH}/{}", subscription["id"].as_str().unwrap())
}

async fn read(service: &Service, subscription: &Value) -> Value {
    ok(&service.get(Role::Admin, &path(subscription)).await)
}

/// Without what deliveries change, and the secret.
fn stable(subscription: &Value) -> Value {
    let mut members = subscription.as_object().unwrap().clone();
    for name in ["status", "position", "failing_since", "secret", "dry_run"] {
        members.remove(name);
    }
    members.into()
}

fn is_secret(secret: &Value) {
    let secret = secret.as_str().unwrap();
    let rest = secret.strip_prefix("whsec_").unwrap();
    assert!(rest.len() == 44 && rest.ends_with('='), "base64 of 32 bytes: {secret}");
}

pub async fn a_subscription_shows_its_members_in_order_and_its_secret_once(service: &Service) {
    let target = url(service);
    let body = json!({
        "name": " Ledger ",
        "url": target,
        "headers": {"X-Zoo": "header-value", "Authorization": "Basic header-value"},
        "kinds": ["user", "account"],
        "fields": ["profile.first_name", "city"],
        "not_actor": "operator",
        "values": "personal",
        "after": POSITION,
    });
    let answer = post(service, &body).await;
    let made = created(&answer);
    assert_eq!(answer.keys(), [&MEMBERS[..], &["secret"]].concat());
    assert_eq!(answer.header("location"), format!("/operator/v1{}", path(&made)));
    assert_eq!((answer.header("etag"), answer.header("cache-control")), ("", "no-store"));
    let id = made["id"].as_str().unwrap();
    assert!(id.len() == 18 && id.starts_with("sub_"), "{id}");
    is_secret(&made["secret"]);
    is_time(&made["created_at"]);
    for (member, expected) in [
        ("name", json!("Ledger")),
        ("url", json!(target)),
        ("headers", json!({"X-Zoo": null, "Authorization": null})),
        ("kinds", json!(["user", "account"])),
        ("fields", json!(["profile.first_name", "city"])),
        ("not_actor", json!("operator")),
        ("values", json!("personal")),
        ("status", json!("active")),
        ("position", json!(POSITION)),
        ("failing_since", Value::Null),
    ] {
        assert_eq!(made[member], expected, "{member}");
    }
    let shown = service.get(Role::Admin, &path(&made)).await;
    assert_eq!(shown.keys(), MEMBERS);
    assert_eq!(stable(&ok(&shown)), stable(&made));
    let list = service.get(Role::Admin, "/subscriptions?limit=200").await;
    assert_eq!(list.keys(), ["subscriptions", "next"]);
    for answer in [&shown, &list] {
        let secret = made["secret"].as_str().unwrap();
        assert!(!answer.text.contains(secret) && !answer.text.contains("header-value"));
    }
    // The order of members is that of the request.
    assert!(answer.text.contains(r#""headers":{"X-Zoo":null,"Authorization":null}"#), "{}", answer.text);
}

pub async fn what_is_left_out_of_a_subscription_has_its_default(service: &Service) {
    for body in [
        json!({"url": url(service)}),
        json!({"url": url(service), "name": null, "headers": {}, "kinds": [], "fields": [], "not_actor": null,
            "values": "none", "after": "latest"}),
    ] {
        let made = created(&post(service, &body).await);
        assert_eq!(
            (&made["name"], &made["headers"], &made["kinds"], &made["fields"]),
            (&Value::Null, &json!({}), &json!([]), &json!([]))
        );
        assert_eq!((&made["not_actor"], &made["values"]), (&Value::Null, &json!("none")));
        assert!(made["position"].is_string(), "behind everything that was imported");
        ok(&service.delete(Role::Admin, &path(&made)).await);
    }
    let beginning = make(service, &json!({"after": null})).await;
    assert_eq!(beginning["position"], Value::Null);
    let own = make(service, &json!({"not_actor": "me"})).await;
    assert!(own["not_actor"].as_str().unwrap().starts_with("operator:opk_"));
}

pub async fn a_bad_subscription_is_refused_by_name(service: &Service) {
    let good = "https://hook.invalid/";
    for (body, expected) in [
        (json!({}), &[("/url", "required")][..]),
        (json!({"name": 5}), &[("/name", "type"), ("/url", "required")]),
        (
            json!({"nick": 1, "status": "active", "url": null}),
            &[("/nick", "unknown"), ("/status", "unknown"), ("/url", "required")],
        ),
        (json!({"url": good, "name": "x".repeat(101)}), &[("/name", "max_chars")]),
        (json!({"url": 5}), &[("/url", "type")]),
        (json!({"url": format!("{good}{}", "a".repeat(2048))}), &[("/url", "max_chars")]),
        (json!({"url": good, "headers": []}), &[("/headers", "type")]),
        (json!({"url": good, "kinds": "account"}), &[("/kinds", "type")]),
        (
            json!({"url": good, "kinds": ["account", "ghost", 1, "account"]}),
            &[("/kinds/1", "value"), ("/kinds/2", "type"), ("/kinds/3", "exclusive")],
        ),
        (json!({"url": good, "fields": ["city", "ghost"]}), &[("/fields/1", "value")]),
        (json!({"url": good, "not_actor": "somebody"}), &[("/not_actor", "format")]),
        (json!({"url": good, "values": "all"}), &[("/values", "value")]),
        (json!({"url": good, "after": "yesterday"}), &[("/after", "format")]),
        (json!({"url": good, "after": POSITION.to_uppercase()}), &[("/after", "format")]),
        (json!({"url": good, "after": 7}), &[("/after", "type")]),
    ] {
        invalid(&post(service, &body).await, expected);
    }
    problem(
        &service.call(Role::Admin, "POST", PATH).text("{\"url\":\"a\",\"url\":\"b\"}").await,
        400,
        "malformed",
    );
    problem(
        &service.call(Role::Admin, "POST", PATH).body("text/plain", "{}").await,
        415,
        "unsupported_media_type",
    );
}

pub async fn targets_and_headers_of_a_subscription_are_checked(service: &Service) {
    for (target, rule) in [
        ("http://hook.invalid/", "format"),
        ("https://user@hook.invalid/", "format"),
        ("https://hook.invalid/#part", "format"),
        ("hook.invalid", "format"),
        ("https://127.0.0.1/", "value"),
        ("https://169.254.169.254/latest", "value"),
        ("https://[::ffff:10.0.0.1]/", "value"),
        ("https://0x7f000001/", "value"),
        ("https://100.64.0.1/", "value"),
    ] {
        invalid(&post(service, &json!({"url": target})).await, &[("/url", rule)]);
        let made = make(service, &json!({})).await;
        let patch = service.patch(Role::Admin, &path(&made), &json!({"url": target}));
        invalid(&patch.await, &[("/url", rule)]);
    }
    for (headers, place, rule) in [
        (json!({"Host": "a"}), "/headers/Host", "value"),
        (json!({"content-length": "1"}), "/headers/content-length", "value"),
        (json!({"Webhook-Id": "1"}), "/headers/Webhook-Id", "value"),
        (json!({"te": "1"}), "/headers/te", "value"),
        (json!({"a b": "1"}), "/headers/a b", "format"),
        (json!({"x-a": "é"}), "/headers/x-a", "format"),
        (json!({"x-a": "a\r\nb: c"}), "/headers/x-a", "format"),
        (json!({"x-a": "v".repeat(1025)}), "/headers/x-a", "max_chars"),
        (json!({"x-a": 1}), "/headers/x-a", "type"),
        (json!({"x-a": null}), "/headers/x-a", "required"),
        (json!({"X-A": "1", "x-a": "2"}), "/headers/x-a", "exclusive"),
    ] {
        invalid(&post(service, &json!({"url": url(service), "headers": headers})).await, &[(place, rule)]);
    }
    let many = |count: usize| {
        let headers = (0..count).map(|number| (format!("x-{number}"), json!("v".repeat(1024))));
        Value::Object(headers.collect())
    };
    make(service, &json!({"headers": many(10)})).await;
    invalid(
        &post(service, &json!({"url": url(service), "headers": many(11)})).await,
        &[("/headers", "value")],
    );
}

pub async fn a_subscription_is_changed_in_part(service: &Service) {
    let made = make(service, &json!({"name": "first", "headers": {"X-One": "1", "X-Two": "2"}})).await;
    let patch = async |body: Value| {
        let answer = service.patch(Role::Admin, &path(&made), &body).await;
        assert_eq!(ok(&answer), answer.json());
        assert_eq!(answer.keys(), MEMBERS, "no secret");
        let read = read(service, &made).await;
        assert_eq!(stable(&answer.json()), stable(&read));
        answer.json()
    };
    let before = stable(&made);
    assert_eq!(stable(&patch(json!({})).await), before);
    let target = url(service);
    let changed = patch(json!({"name": null, "url": target, "values": "public", "kinds": ["group"]})).await;
    let mut expected = before.clone();
    (expected["name"], expected["url"]) = (Value::Null, json!(target));
    (expected["values"], expected["kinds"]) = (json!("public"), json!(["group"]));
    assert_eq!(stable(&changed), expected);
    let headers = patch(json!({"headers": {"x-two": null, "X-Three": "3"}})).await;
    assert_eq!(headers["headers"], json!({"X-Two": null, "X-Three": null}), "the first one is gone");
    let unknown = service.patch(Role::Admin, &path(&made), &json!({"headers": {"X-One": null}}));
    invalid(&unknown.await, &[("/headers/X-One", "required")]);
    assert_eq!(patch(json!({"headers": {}, "fields": ["name"]})).await["headers"], json!({}));
    assert_eq!(patch(json!({"status": "disabled"})).await["status"], "disabled");
    assert_eq!(read(service, &made).await["status"], "disabled");
    let active = patch(json!({"status": "active"})).await;
    assert_eq!((&active["status"], &active["failing_since"]), (&json!("active"), &Value::Null));
    for (body, expected) in [
        (json!({"after": null}), ("/after", "unknown")),
        (json!({"status": "failing"}), ("/status", "value")),
        (json!({"status": null}), ("/status", "required")),
        (json!({"url": null}), ("/url", "required")),
        (json!({"id": "sub_00000000000000"}), ("/id", "unknown")),
    ] {
        invalid(&service.patch(Role::Admin, &path(&made), &body).await, &[expected]);
    }
    let merged = service.call(Role::Admin, "PATCH", &path(&made));
    ok(&merged.body("application/merge-patch+json", r#"{"name":"merged"}"#).await);
    let names = join_all((0..8).map(|number| {
        let body = if number % 2 == 0 { json!({"name": "even"}) } else { json!({"values": "none"}) };
        let path = path(&made);
        async move { ok(&service.patch(Role::Admin, &path, &body).await) }
    }));
    names.await;
    let last = read(service, &made).await;
    assert_eq!((&last["name"], &last["values"]), (&json!("even"), &json!("none")), "no change is lost");
}

pub async fn a_new_secret_is_shown_once(service: &Service) {
    let made = make(service, &json!({})).await;
    let rotate = async |keep: Value| {
        service.post(Role::Admin, &format!("{}/secret", path(&made)), &json!({"keep_old_s": keep})).await
    };
    let answer = rotate(json!(86_400)).await;
    let rotated = ok(&answer);
    assert_eq!(answer.keys(), [&MEMBERS[..], &["secret"]].concat());
    is_secret(&rotated["secret"]);
    assert_ne!(rotated["secret"], made["secret"]);
    assert_eq!(stable(&rotated), stable(&made));
    for keep in [0, 604_800] {
        assert_ne!(ok(&rotate(json!(keep)).await)["secret"], rotated["secret"]);
    }
    let shown = service.get(Role::Admin, &path(&made)).await;
    assert!(!shown.text.contains("whsec_") && !shown.text.contains(rotated["secret"].as_str().unwrap()));
    for (keep, rule) in [
        (json!(-1), "value"),
        (json!(604_801), "value"),
        (json!(1.5), "type"),
        (json!("60"), "type"),
        (Value::Null, "required"),
    ] {
        invalid(&rotate(keep).await, &[("/keep_old_s", rule)]);
    }
    let body = json!({"keep": 5});
    let wrong = service.post(Role::Admin, &format!("{}/secret", path(&made)), &body).await;
    invalid(&wrong, &[("/keep", "unknown"), ("/keep_old_s", "required")]);
}

pub async fn a_replay_goes_back_and_never_forward(service: &Service) {
    let late = "01ffffff-ffff-7fff-bfff-ffffffffffff";
    let made = make(service, &json!({"after": POSITION})).await;
    ok(&service.patch(Role::Admin, &path(&made), &json!({"status": "disabled"})).await);
    let before = read(service, &made).await["position"].clone();
    let replay = async |after: Value| {
        service.post(Role::Admin, &format!("{}/replay", path(&made)), &json!({"after": after})).await
    };
    let answer = replay(json!(late)).await;
    assert_eq!(answer.keys(), MEMBERS);
    assert_eq!(ok(&answer)["position"], before, "nothing is left out");
    let early = "00000000-0000-7000-8000-000000000001";
    assert_eq!(ok(&replay(json!(early)).await)["position"], early);
    assert_eq!(read(service, &made).await["position"], early);
    for (after, rule) in [
        (json!("latest"), "format"),
        (json!("2026-01-01T00:00:00Z"), "format"),
        (Value::Null, "required"),
        (json!(1), "type"),
    ] {
        invalid(&replay(after).await, &[("/after", rule)]);
    }
    let empty = service.post(Role::Admin, &format!("{}/replay", path(&made)), &json!({})).await;
    invalid(&empty, &[("/after", "required")]);
}

pub async fn subscriptions_are_listed_and_removed(service: &Service) {
    let made = [make(service, &json!({})).await, make(service, &json!({})).await];
    let ids = async || {
        let (mut ids, mut cursor): (Vec<String>, String) = (Vec::new(), String::new());
        loop {
            let page = ok(&service.get(Role::Admin, &format!("/subscriptions?limit=1{cursor}")).await);
            let shown = page["subscriptions"].as_array().unwrap();
            ids.extend(shown.iter().map(|one| one["id"].as_str().unwrap().to_owned()));
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return ids,
            }
        }
    };
    let listed = ids().await;
    for one in &made {
        assert_eq!(listed.iter().filter(|id| **id == one["id"]).count(), 1);
    }
    let removed = service.delete(Role::Admin, &path(&made[0])).await;
    assert_eq!((removed.status, removed.keys()), (200, MEMBERS.map(str::to_owned).to_vec()));
    assert_eq!(stable(&removed.json()), stable(&made[0]));
    problem(&service.delete(Role::Admin, &path(&made[0])).await, 404, "not_found");
    problem(&service.get(Role::Admin, &path(&made[0])).await, 404, "not_found");
    let listed = ids().await;
    assert!(!listed.iter().any(|id| made[0]["id"] == **id) && listed.iter().any(|id| made[1]["id"] == **id));
    invalid(
        &service.delete(Role::Admin, &format!("{}?reason=abc", path(&made[1]))).await,
        &[("reason", "unknown")],
    );
}

pub async fn deliveries_are_listed_of_one_subscription(service: &Service) {
    let made = make(service, &json!({})).await;
    let deliveries = format!("{}/deliveries", path(&made));
    let list = service.get(Role::Admin, &deliveries).await;
    assert_eq!(ok(&list), json!({"deliveries": [], "next": null}));
    assert_eq!(list.keys(), ["deliveries", "next"]);
    invalid(
        &service.get(Role::Admin, &format!("{deliveries}?limit=0&cursor=x&kind=a")).await,
        &[("limit", "value"), ("cursor", "value"), ("kind", "unknown")],
    );
    problem(
        &service.get(Role::Admin, "/subscriptions/sub_00000000000000/deliveries").await,
        404,
        "not_found",
    );
}

pub async fn a_test_says_what_has_come_of_it(service: &Service) {
    let made = make(service, &json!({"url": "https://localhost/"})).await;
    let test = format!("{}/test", path(&made));
    ok(&service.patch(Role::Admin, &path(&made), &json!({"status": "disabled"})).await);
    let answer = service.call(Role::Admin, "POST", &test).await;
    let tested = ok(&answer);
    assert_eq!(answer.keys(), ["status", "error", "ms"]);
    assert_eq!((&tested["status"], &tested["error"]), (&Value::Null, &json!("private_address")));
    assert!(tested["ms"].is_u64());
    assert_eq!(
        ok(&service.get(Role::Admin, &format!("{}/deliveries", path(&made))).await)["deliveries"],
        json!([])
    );
    let refused = service.call(Role::Admin, "POST", &format!("{test}?dry_run=true"));
    invalid(
        &refused.header("idempotency-key", "a").await,
        &[("dry_run", "unknown"), ("Idempotency-Key", "unknown")],
    );
}

/// The first call and its copy answer the same bytes, the second one replayed; returns them.
async fn replayed(call: impl Fn() -> Call) -> Value {
    let (first, second) = (call().await, call().await);
    assert!(first.status == 200 || first.status == 201, "{}", first.text);
    assert_eq!((second.status, &second.bytes), (first.status, &first.bytes));
    for name in ["location", "content-type"] {
        assert_eq!(second.header(name), first.header(name), "{name}");
    }
    assert_eq!((first.header("idempotent-replayed"), second.header("idempotent-replayed")), ("", "true"));
    first.json()
}

pub async fn every_write_of_a_subscription_takes_an_idempotency_key(service: &Service) {
    let number = service.number();
    let body = json!({"url": url(service), "kinds": ["brand"], "not_actor": "service"});
    let create = || post(service, &body).header("idempotency-key", &format!("create-{number}"));
    let made = replayed(create).await;
    is_secret(&made["secret"]);
    let keyed = |verb: &str, name: &str, more: &str, body: &Value| {
        let call = service.call(Role::Admin, verb, &format!("{}{more}", path(&made)));
        let call = if verb == "DELETE" { call } else { call.json(body) };
        call.header("idempotency-key", &format!("{name}-{number}"))
    };
    let name = json!({"name": "patched"});
    replayed(|| keyed("PATCH", "patch", "", &name)).await;
    let rotated = replayed(|| keyed("POST", "secret", "/secret", &json!({"keep_old_s": 60}))).await;
    assert_ne!(rotated["secret"], made["secret"]);
    replayed(|| keyed("POST", "replay", "/replay", &json!({"after": POSITION}))).await;
    let again = create().await;
    assert_eq!(again.json(), made, "the answer as it was, secret and all");
    problem(&keyed("PATCH", "patch", "", &json!({"name": "other"})).await, 422, "idempotency_reused");
    problem(&keyed("POST", "create", "/secret", &json!({"keep_old_s": 60})).await, 422, "idempotency_reused");
    replayed(|| keyed("DELETE", "delete", "", &Value::Null)).await;
    let after_the_end = keyed("PATCH", "patch", "", &name).await;
    assert_eq!((after_the_end.status, after_the_end.header("idempotent-replayed")), (200, "true"));
    problem(&keyed("PATCH", "late", "", &name).await, 404, "not_found");
    invalid(&post(service, &body).header("idempotency-key", "a b").await, &[("Idempotency-Key", "format")]);
}

pub async fn copies_of_a_new_subscription_make_one(service: &Service) {
    let number = service.number();
    let body = json!({"url": url(service), "kinds": ["brand"]});
    let copies = (0..12).map(|_| post(service, &body).header("idempotency-key", &format!("copies-{number}")));
    let answers = join_all(copies.map(Call::into_future)).await;
    let made: Vec<Value> = answers
        .iter()
        .filter(|answer| answer.status == 201)
        .map(|answer| answer.json()["id"].clone())
        .collect();
    assert!(!made.is_empty() && made.iter().all(|id| *id == made[0]), "{made:?}");
    assert!(answers.iter().all(|answer| answer.status == 201 || answer.status == 409));
    let list = ok(&service.get(Role::Admin, "/subscriptions?limit=200").await);
    let same = list["subscriptions"].as_array().unwrap().iter().filter(|one| one["url"] == body["url"]);
    assert_eq!(same.count(), 1);
    let made = json!({"id": made[0]});
    let rotate = || {
        let call = service.post(Role::Admin, &format!("{}/secret", path(&made)), &json!({"keep_old_s": 0}));
        call.header("idempotency-key", &format!("rotate-{number}"))
    };
    let answers = join_all((0..12).map(|_| rotate().into_future())).await;
    let secrets: Vec<Value> = answers
        .iter()
        .filter(|answer| answer.status == 200)
        .map(|answer| answer.json()["secret"].clone())
        .collect();
    assert!(!secrets.is_empty() && secrets.iter().all(|secret| *secret == secrets[0]), "one secret was made");
}

pub async fn a_dry_run_of_a_subscription_keeps_nothing(service: &Service) {
    let body = json!({"url": url(service), "headers": {"X-A": "1"}});
    let dry = service
        .post(Role::Admin, "/subscriptions?dry_run=true", &body)
        .header("idempotency-key", "a b")
        .await;
    assert_eq!(created(&dry)["secret"], Value::Null);
    assert_eq!(dry.keys(), [&MEMBERS[..], &["secret", "dry_run"]].concat());
    problem(&service.get(Role::Admin, &path(&dry.json())).await, 404, "not_found");
    let made = make(service, &json!({})).await;
    let before = stable(&made);
    let url = |more: &str| format!("{}{more}?dry_run=true", path(&made));
    let patched =
        ok(&service.patch(Role::Admin, &url(""), &json!({"name": "dry", "status": "disabled"})).await);
    assert_eq!(
        (&patched["name"], &patched["status"], &patched["dry_run"]),
        (&json!("dry"), &json!("disabled"), &json!(true))
    );
    let rotated = ok(&service.post(Role::Admin, &url("/secret"), &json!({"keep_old_s": 5})).await);
    assert_eq!((&rotated["secret"], &rotated["dry_run"]), (&Value::Null, &json!(true)));
    ok(&service.post(Role::Admin, &url("/replay"), &json!({"after": POSITION})).await);
    assert_eq!(ok(&service.delete(Role::Admin, &url("")).await)["dry_run"], true);
    assert_eq!(stable(&read(service, &made).await), before);
    problem(
        &service.delete(Role::Admin, "/subscriptions/sub_00000000000000?dry_run=true").await,
        404,
        "not_found",
    );
}

pub async fn only_administrators_have_subscriptions(service: &Service) {
    let made = make(service, &json!({})).await;
    let own = path(&made);
    let calls = [
        ("GET", PATH.to_owned()),
        ("POST", PATH.to_owned()),
        ("GET", own.clone()),
        ("PATCH", own.clone()),
        ("DELETE", own.clone()),
        ("POST", format!("{own}/secret")),
        ("POST", format!("{own}/replay")),
        ("POST", format!("{own}/test")),
        ("GET", format!("{own}/deliveries")),
    ];
    for (verb, path) in &calls {
        for role in [Role::Reader, Role::Support, Role::Privacy] {
            // The role is checked before type, query and body.
            forbidden(
                &service.call(role, verb, &format!("{path}?x=1")).body("text/plain", "{").await,
                "role.admin",
            );
        }
        problem(&service.open(verb, &format!("/operator/v1{path}")).await, 401, "unauthorized");
        let odd = path.replace("sub_", "SUB_");
        if odd != *path {
            problem(&service.open(verb, &format!("/operator/v1{odd}")).await, 404, "not_found");
            let unknown = path.replace(made["id"].as_str().unwrap(), "sub_00000000000000");
            let bodies = [json!({}), json!({"keep_old_s": 1}), json!({"after": POSITION})];
            let body = match unknown.rsplit('/').next().unwrap() {
                "secret" => &bodies[1],
                "replay" => &bodies[2],
                _ => &bodies[0],
            };
            problem(&service.call(Role::Admin, verb, &unknown).json(body).await, 404, "not_found");
        }
    }
    for (verb, path, allowed) in [
        ("PUT", PATH.to_owned(), "GET, POST"),
        ("POST", own.clone(), "DELETE, GET, PATCH"),
        ("GET", format!("{own}/secret"), "POST"),
        ("GET", format!("{own}/replay"), "POST"),
        ("POST", format!("{own}/deliveries"), "GET"),
    ] {
        let answer = service.open(verb, &format!("/operator/v1{path}")).await;
        problem(&answer, 405, "method_not_allowed");
        let mut allow: Vec<&str> =
            answer.header("allow").split(", ").filter(|verb| *verb != "HEAD").collect();
        allow.sort_unstable();
        assert_eq!(allow.join(", "), allowed, "{verb} {path}");
    }
    assert_eq!(stable(&read(service, &made).await), stable(&made), "nobody has changed it");
}

#[test]
fn the_command_line_makes_lists_tests_replays_and_rotates() {
    for database in ["sqlite://data/profile.db".to_owned(), Cluster::shared().database()] {
        let folder = Target::import(&database);
        let run = |arguments: &[&str]| {
            let output = profile(&folder, &database).arg("subscription").args(arguments).output().unwrap();
            let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
            (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
        };
        let new = [
            "create",
            "--name",
            "Ledger",
            "--url",
            "https://localhost/x",
            "--kind",
            "account",
            "--after",
            "beginning",
        ];
        let (code, secret, id) = run(&new);
        assert_eq!(code, 0, "{id}");
        is_secret(&json!(secret.trim_end()));
        let id = id.lines().last().unwrap().trim();
        assert!(id.starts_with("sub_"), "{id}");
        let (_, list, _) = run(&["list"]);
        assert_eq!(list.trim_end(), format!("{id}\tLedger\tactive\t-\t-\thttps://localhost/x"));
        let listed: Value = serde_json::from_str(&run(&["list", "--json"]).1).unwrap();
        assert_eq!((&listed[0]["id"], &listed[0]["kinds"]), (&json!(id), &json!(["account"])));
        let (code, tested, _) = run(&["test", id, "--json"]);
        let tested: Value = serde_json::from_str(&tested).unwrap();
        assert_eq!((code, &tested["error"]), (1, &json!("private_address")));
        assert_eq!(run(&["replay", id, "--after", POSITION]).0, 0);
        let (code, rotated, _) = run(&["rotate", id]);
        is_secret(&json!(rotated.trim_end()));
        assert!(code == 0 && rotated != secret);
        for (wrong, why) in [
            (&["create", "--url", "https://127.0.0.1/"][..], "--url"),
            (&["create", "--url", "https://hook.invalid/", "--kind", "ghost"], "ghost"),
            (&["rotate", "sub_00000000000000"], "there is no subscription"),
            (&["rotate", id, "--keep-old", "8d"], "7d"),
        ] {
            let (code, out, error) = run(wrong);
            assert!(code != 0 && out.is_empty() && error.contains(why), "{error}");
        }
    }
}
