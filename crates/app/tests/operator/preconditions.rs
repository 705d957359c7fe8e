//! `If-Match` and `base_version` (section 3; section 15, rows 8 to 12).

use futures_util::future::join_all;
use profile_domain::operator::Role;
use serde_json::{Value, json};

use super::{
    answers::{conflicts, invalid, ok, problem},
    fixtures::{ACCOUNT_NUMBERS, client_with_profile, least, made, path_of},
    service::Service,
};
use crate::support::Answer;

async fn patch(service: &Service, path: &str, fields: Value) -> Answer {
    service.patch(Role::Support, path, &json!({ "fields": fields })).await
}

/// An account at version 8, whose city has been set by each version.
async fn at_version_8(service: &Service) -> String {
    let account = made(service, "account").await;
    for version in 2..=8 {
        let record = ok(&patch(service, &account, json!({"city": format!("city {version}")})).await);
        assert_eq!(record["version"], version);
    }
    account
}

pub async fn if_match_is_strict(service: &Service) {
    let account = at_version_8(service).await;
    let call = |tag: &str, state: &str| {
        service.patch(Role::Support, &account, &json!({"fields": {"state": state}})).header("if-match", tag)
    };
    let stale = problem(&call("\"6\"", "A").await, 412, "precondition_failed");
    let city = &stale["conflicts"][0];
    assert_eq!(
        (&city["field"], &city["since"], &city["now"]),
        (&json!("city"), &json!(8), &json!("city 8")),
        "{stale}"
    );
    assert!(city["by"].as_str().unwrap().starts_with("operator:opk_"), "{stale}");
    assert!(conflicts(&stale).iter().all(|name| ["city", "update_time"].contains(name)), "{stale}");
    // The greatest of several, and none that is a version.
    let several = problem(&call("\"2\", \"6\"", "A").await, 412, "precondition_failed");
    assert_eq!(several["conflicts"], stale["conflicts"]);
    assert_eq!(problem(&call("\"99\"", "A").await, 412, "precondition_failed")["conflicts"], json!([]));
    assert_eq!(problem(&call("\"x\"", "A").await, 412, "precondition_failed")["conflicts"], json!([]));
    let weak = problem(&call("W/\"8\"", "A").await, 412, "precondition_failed");
    assert!(weak["detail"].as_str().unwrap().contains("version"), "{weak}");
    assert_eq!(ok(&call("\"7\", \"8\"", "B").await)["version"], 9);
    assert_eq!(ok(&call("*", "C").await)["version"], 10);
    let end = |tag: &str| {
        service.delete(Role::Support, &format!("{account}?reason=of%20a%20test")).header("if-match", tag)
    };
    problem(&end("\"9\"").await, 412, "precondition_failed");
    ok(&end("\"10\"").await);
}

pub async fn a_malformed_if_match_is_refused(service: &Service) {
    let account = made(service, "account").await;
    for tag in ["8", "\"8", "8\"", "", "\"7\" \"8\"", "*, \"8\"", "w/\"8\""] {
        let call = service.patch(Role::Support, &account, &json!({"fields": {"city": "A"}}));
        let answer = call.header("if-match", tag).await;
        assert_eq!(answer.status, 400, "{tag}: {}", answer.text);
        invalid(&answer, &[("If-Match", "format")]);
    }
}

pub async fn letters_of_another_case_are_no_conflict_where_they_are_no_change(service: &Service) {
    let (key, fields) = least(service, "member").await;
    let member = path_of(&service.create("member", &key, fields).await);
    let path = format!("{member}?base_version=1");
    let email = |text: &str| json!({"fields": {"email": format!("{text}{key}@example.test")}});
    ok(&service.patch(Role::Admin, &member, &email("new")).await);
    let same = ok(&service.patch(Role::Admin, &path, &email("NEW")).await);
    assert_eq!((&same["version"], &same["changed"]), (&json!(2), &json!([])));
    problem(&service.patch(Role::Admin, &path, &email("other")).await, 409, "conflict");
}

pub async fn a_base_version_conflicts_on_fields_that_differ(service: &Service) {
    let account = at_version_8(service).await;
    let based = |base: u8, fields: Value| {
        service.patch(Role::Support, &format!("{account}?base_version={base}"), &json!({ "fields": fields }))
    };
    let refused = problem(&based(6, json!({"city": "mine", "state": "mine"})).await, 409, "conflict");
    assert_eq!(conflicts(&refused), ["city"]);
    let city = &refused["conflicts"][0];
    assert_eq!((&city["since"], &city["now"]), (&json!(8), &json!("city 8")));
    // Nothing of it was written.
    assert_eq!(ok(&service.get(Role::Support, &account).await)["fields"]["state"], "");
    // A field that nobody has written, and one that has the wanted value already.
    assert_eq!(ok(&based(6, json!({"state": "mine"})).await)["version"], 9);
    assert_eq!(ok(&based(6, json!({"city": "city 8"})).await)["changed"], json!([]));
    assert_eq!(ok(&based(9, json!({"city": "mine"})).await)["version"], 10);
}

pub async fn a_base_version_is_from_1_to_the_current_one(service: &Service) {
    let account = made(service, "account").await;
    for base in ["0", "2", "-1", "x", "", "1.5"] {
        let answer = service
            .patch(
                Role::Support,
                &format!("{account}?base_version={base}"),
                &json!({"fields": {"city": "A"}}),
            )
            .await;
        let refused = problem(&answer, 400, "invalid");
        assert_eq!(refused["errors"][0]["parameter"], "base_version", "{base}: {refused}");
    }
    let both =
        service.patch(Role::Support, &format!("{account}?base_version=1"), &json!({"fields": {"city": "A"}}));
    problem(&both.header("if-match", "\"1\"").await, 400, "invalid");
    for (method, path) in [
        ("DELETE", format!("{account}?reason=abc&base_version=1")),
        ("POST", format!("{account}/revert?base_version=1")),
    ] {
        let answer =
            service.call(Role::Support, method, &path).json(&json!({"to_version": 1, "reason": "abc"})).await;
        invalid(&answer, &[("base_version", "unknown")]);
    }
}

pub async fn a_field_that_came_back_is_no_conflict(service: &Service) {
    let account = made(service, "account").await;
    for city in ["A", "B", "A"] {
        ok(&patch(service, &account, json!({ "city": city })).await);
    }
    let answer = service
        .patch(Role::Support, &format!("{account}?base_version=2"), &json!({"fields": {"city": "C"}}))
        .await;
    assert_eq!(ok(&answer)["version"], 5);
}

pub async fn members_of_an_object_conflict_alone(service: &Service) {
    let client = client_with_profile(service).await;
    let based = |fields: Value| {
        service.patch(
            Role::Support,
            &format!("{client}?base_version=1"),
            &json!({"fields": {"profile": fields}}),
        )
    };
    ok(&patch(service, &client, json!({"profile": {"first_name": "Ana"}})).await);
    ok(&based(json!({"last_name": "Pop"})).await);
    let refused = problem(&based(json!({"first_name": "Ion", "gender": "male"})).await, 409, "conflict");
    assert_eq!(conflicts(&refused), ["profile.first_name"]);
    // A sensitive value differs once it was set since, whatever it is now.
    let tax = json!({"fields": {"profile": {"tax_identification_number": "IE-7731905"}}, "cause": {"reason": "of a test"}});
    ok(&service.patch(Role::Privacy, &client, &tax).await);
    let refused = service.patch(Role::Privacy, &format!("{client}?base_version=1"), &tax).await;
    let refused = problem(&refused, 409, "conflict");
    assert_eq!(conflicts(&refused), ["profile.tax_identification_number"]);
    assert_eq!(refused["conflicts"][0]["now"], Value::Null);
}

const FIELDS: [&str; 8] = ["name", "phone", "address", "city", "state", "country", "zipcode", "comment"];

pub async fn writers_of_different_fields_all_succeed_from_one_base(service: &Service) {
    let account = made(service, "account").await;
    let path = format!("{account}?base_version=1");
    let wanted: Vec<(&str, Value)> = FIELDS
        .iter()
        .map(|field| (*field, json!("mine")))
        .chain(ACCOUNT_NUMBERS.iter().map(|field| (*field, json!(7))))
        .collect();
    // A hundred callers, five of them for each field.
    let calls = wanted
        .iter()
        .cycle()
        .take(100)
        .map(async |(field, value)| patch(service, &path, json!({ *field: value })).await);
    for answer in join_all(calls).await {
        ok(&answer);
    }
    let record = ok(&service.get(Role::Support, &account).await);
    for (field, value) in &wanted {
        assert_eq!(record["fields"][*field].as_f64(), value.as_f64(), "{field}");
        assert_eq!(record["fields"][*field].as_str(), value.as_str(), "{field}");
    }
    assert_eq!(record["version"], 1 + wanted.len(), "one change for each field");
}

pub async fn one_of_many_writers_of_a_field_succeeds_from_one_base(service: &Service) {
    let account = made(service, "account").await;
    let path = format!("{account}?base_version=1");
    let calls =
        (0..100).map(async |number| patch(service, &path, json!({"city": format!("city {number}")})).await);
    let answers = join_all(calls).await;
    let of = |status| answers.iter().filter(move |answer| answer.status == status);
    assert_eq!((of(200).count(), of(409).count()), (1, 99));
    for refused in of(409) {
        assert_eq!(conflicts(&problem(refused, 409, "conflict")), ["city"]);
    }
    assert_eq!(ok(&service.get(Role::Support, &account).await)["version"], 2);
}

pub async fn many_writers_of_the_same_value_make_one_change(service: &Service) {
    let account = made(service, "account").await;
    let path = format!("{account}?base_version=1");
    let calls = (0..100).map(async |_| patch(service, &path, json!({"city": "the same"})).await);
    for answer in join_all(calls).await {
        ok(&answer);
    }
    assert_eq!(ok(&service.get(Role::Support, &account).await)["version"], 2);
}

pub async fn without_a_precondition_every_write_survives(service: &Service) {
    let account = made(service, "account").await;
    let calls = FIELDS.map(|field| async { patch(service, &account, json!({ field: "mine" })).await });
    for answer in join_all(calls).await {
        ok(&answer);
    }
    let record = ok(&service.get(Role::Support, &account).await);
    assert!(FIELDS.iter().all(|field| record["fields"][*field] == "mine"), "{record}");
    assert_eq!(record["version"], 9);
    let calls = (0..100)
        .map(async |number| patch(service, &account, json!({"city": format!("city {number}")})).await);
    let mut versions: Vec<i64> =
        join_all(calls).await.iter().map(|answer| ok(answer)["version"].as_i64().unwrap()).collect();
    versions.sort_unstable();
    assert_eq!(versions, (10..110).collect::<Vec<i64>>());
}

pub async fn what_was_not_changed_stays_at_its_version(service: &Service) {
    let account = made(service, "account").await;
    let answer = service
        .patch(Role::Support, &account, &json!({"fields": {"city": ""}}))
        .header("if-match", "\"1\"")
        .await;
    assert_eq!((&ok(&answer)["version"], answer.header("etag")), (&json!(1), "\"1\""));
    assert_eq!(answer.json()["changed"], json!([]));
}
