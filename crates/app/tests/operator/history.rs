//! Changes, earlier states, provenance and revert (section 7; section 15, rows 15, 16 and 18).

use profile_domain::operator::Role;
use serde_json::{Value, json};

use super::{
    answers::{invalid, is_time, ok, problem, texts},
    fixtures::{client_with_profile, least, made, path_of},
    service::Service,
};
use crate::support::Answer;

async fn set(service: &Service, path: &str, fields: Value) -> Value {
    ok(&service.patch(Role::Admin, path, &json!({"fields": fields, "cause": {"reason": "of a test"}})).await)
}

async fn revert(service: &Service, path: &str, version: i64) -> Answer {
    service
        .post(Role::Admin, &format!("{path}/revert"), &json!({"to_version": version, "reason": "of a test"}))
        .await
}

async fn changes(service: &Service, role: Role, path: &str) -> Vec<Value> {
    ok(&service.get(role, &format!("{path}/changes")).await)["changes"].as_array().unwrap().clone()
}

pub async fn a_change_has_its_members_in_order(service: &Service) {
    let account = made(service, "account").await;
    set(service, &account, json!({"city": "Lund"})).await;
    let list = ok(&service.get(Role::Support, &format!("{account}/changes")).await);
    assert_eq!(list.as_object().unwrap().keys().collect::<Vec<_>>(), ["changes", "next"]);
    let newest = &list["changes"][0];
    let members = [
        "id", "kind", "key", "person", "version", "at", "cause", "fields", "ended", "erased", "digest",
        "withheld",
    ];
    assert_eq!(newest.as_object().unwrap().keys().collect::<Vec<_>>(), members);
    assert_eq!(newest["fields"][0], json!({"field": "city", "old": "", "new": "Lund"}));
    assert_eq!((&newest["version"], &list["changes"][1]["version"]), (&json!(2), &json!(1)));
    assert_eq!(
        (&newest["ended"], &newest["erased"], &newest["withheld"]),
        (&json!(false), &json!(false), &json!([]))
    );
    is_time(&newest["at"]);
    assert!(newest["id"].as_str().unwrap() > list["changes"][1]["id"].as_str().unwrap());
    let reader = ok(&service.get(Role::Reader, &format!("{account}/changes")).await)["changes"][0].clone();
    assert_eq!(reader["fields"][0], json!({"field": "city", "old": null, "new": null}));
    assert!(
        texts(&reader["withheld"]).contains(&"city") && texts(&reader["withheld"]).contains(&"cause.reason"),
        "{reader}"
    );
    let chain = ok(&service.get(Role::Support, &format!("{account}/changes?include=chain")).await)["changes"]
        [0]
    .clone();
    assert_eq!(chain.as_object().unwrap().keys().next_back().unwrap(), "chain");
    problem(&service.get(Role::Support, "/records/account/999999994/changes").await, 404, "not_found");
}

pub async fn the_first_and_the_ending_change_list_what_was_there(service: &Service) {
    let account = made(service, "account").await;
    set(service, &account, json!({"city": "Lund"})).await;
    ok(&service.delete(Role::Admin, &format!("{account}?reason=of%20a%20test")).await);
    let changes = changes(service, Role::Support, &account).await;
    let names = |change: &Value| -> Vec<String> {
        change["fields"]
            .as_array()
            .unwrap()
            .iter()
            .map(|field| field["field"].as_str().unwrap().to_owned())
            .collect()
    };
    let (ending, first) = (&changes[0], &changes[2]);
    assert_eq!((&ending["ended"], &first["ended"]), (&json!(true), &json!(false)));
    assert!(
        first["fields"]
            .as_array()
            .unwrap()
            .iter()
            .all(|field| field["old"].is_null() && !field["new"].is_null()),
        "{first}"
    );
    assert!(
        ending["fields"]
            .as_array()
            .unwrap()
            .iter()
            .all(|field| field["new"].is_null() && !field["old"].is_null()),
        "{ending}"
    );
    assert_eq!(names(first), names(ending));
    assert!(!names(first).contains(&"customer_id".to_owned()), "{first}");
}

pub async fn changes_are_walked_newest_first(service: &Service) {
    let account = made(service, "account").await;
    for city in ["A", "B", "C", "D"] {
        set(service, &account, json!({ "city": city })).await;
    }
    let (mut versions, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = ok(&service.get(Role::Reader, &format!("{account}/changes?limit=2{cursor}")).await);
        versions.extend(
            page["changes"].as_array().unwrap().iter().map(|change| change["version"].as_i64().unwrap()),
        );
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(versions, [5, 4, 3, 2, 1]);
}

pub async fn an_earlier_state_is_told_by_version_and_by_instant(service: &Service) {
    let account = made(service, "account").await;
    let second = set(service, &account, json!({"city": "A"})).await;
    set(service, &account, json!({"city": "B"})).await;
    let at = second["updated_at"].as_str().unwrap().to_owned();
    let state = async |query: &str| service.get(Role::Support, &format!("{account}?{query}")).await;
    let by_version = state("version=2").await;
    assert_eq!(by_version.header("etag"), "", "only the current state has an ETag");
    let by_version = ok(&by_version);
    assert_eq!(
        (&by_version["version"], &by_version["fields"]["city"], &by_version["updated_at"]),
        (&json!(2), &json!("A"), &json!(at))
    );
    assert_eq!(by_version["cause"], second["cause"]);
    assert_eq!(ok(&state(&format!("as_of={at}")).await)["version"], 2);
    let before = chrono_before(&at);
    assert_eq!(ok(&state(&format!("as_of={before}")).await)["version"], 1);
    let offset = at.replace('Z', "%2B00:00");
    assert_eq!(ok(&state(&format!("as_of={offset}")).await)["version"], 2);
    problem(&state("as_of=2020-01-01T00:00:00Z").await, 404, "not_found");
    for none in ["version=0", "version=4"] {
        problem(&state(none).await, 404, "not_found");
    }
    for (bad, fault) in [
        ("as_of=2999-01-01T00:00:00Z", ("as_of", "value")),
        ("version=1&as_of=2020-01-01T00:00:00Z", ("version", "exclusive")),
        ("as_of=x", ("as_of", "format")),
        ("version=-1", ("version", "value")),
    ] {
        invalid(&state(bad).await, &[fault]);
    }
    let unknown = service.get(Role::Support, "/records/account/999999992?as_of=2999-01-01T00:00:00Z").await;
    invalid(&unknown, &[("as_of", "value")]);
    let revealed =
        service.get(Role::Admin, &format!("{account}?version=1&reveal=true&reason=of%20a%20test")).await;
    problem(&revealed, 400, "invalid");
    ok(&service.delete(Role::Admin, &format!("{account}?reason=of%20a%20test")).await);
    problem(&state("version=4").await, 404, "ended");
    problem(&state("version=5").await, 404, "not_found");
    assert_eq!(ok(&state("version=3").await)["fields"]["city"], "B");
}

/// One microsecond before.
fn chrono_before(at: &str) -> String {
    let at: chrono::DateTime<chrono::Utc> = at.parse().unwrap();
    (at - chrono::TimeDelta::microseconds(1)).to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
}

pub async fn sensitive_values_of_the_past_are_withheld(service: &Service) {
    let client = client_with_profile(service).await;
    set(service, &client, json!({"profile": {"tax_identification_number": "IE-9"}})).await;
    for role in Role::ALL {
        let change = changes(service, role, &client).await[0].clone();
        assert!(!change.to_string().contains("IE-9"), "{change}");
        let field = change["fields"]
            .as_array()
            .unwrap()
            .iter()
            .find(|field| field["field"] == "profile.tax_identification_number")
            .unwrap();
        assert_eq!((&field["old"], &field["new"]), (&Value::Null, &Value::Null));
        assert!(texts(&change["withheld"]).contains(&"profile.tax_identification_number"));
        let state = ok(&service.get(role, &format!("{client}?version=1")).await);
        assert!(texts(&state["withheld"]).contains(&"profile.tax_identification_number"), "{state}");
    }
}

pub async fn provenance_names_the_change_that_set_a_field_last(service: &Service) {
    let account = made(service, "account").await;
    set(service, &account, json!({"city": "A"})).await;
    set(service, &account, json!({"state": "B"})).await;
    let record = ok(&service.get(Role::Reader, &format!("{account}?include=provenance")).await);
    let provenance = &record["provenance"];
    assert_eq!(
        (&provenance["city"]["version"], &provenance["state"]["version"], &provenance["name"]["version"]),
        (&json!(2), &json!(3), &json!(1)),
        "{record}"
    );
    let members: Vec<&String> = provenance["city"].as_object().unwrap().keys().collect();
    assert_eq!(members, ["version", "at", "actor", "door", "request_id"]);
    assert!(provenance.get("customer_id").is_none(), "a field that was never set");
    let earlier = ok(&service.get(Role::Reader, &format!("{account}?version=2&include=provenance")).await);
    assert_eq!(earlier["provenance"]["state"]["version"], 1);
    assert!(ok(&service.get(Role::Reader, &account).await).get("provenance").is_none());
}

pub async fn a_record_is_reverted_to_an_earlier_version(service: &Service) {
    let account = made(service, "account").await;
    set(service, &account, json!({"city": "A", "state": "S"})).await;
    set(service, &account, json!({"city": "B"})).await;
    let answer = revert(service, &account, 2).await;
    let reverted = ok(&answer);
    assert_eq!(
        (&reverted["version"], &reverted["fields"]["city"], &reverted["fields"]["state"]),
        (&json!(4), &json!("A"), &json!("S"))
    );
    assert!(texts(&reverted["changed"]).contains(&"city"), "{reverted}");
    assert_eq!(answer.header("etag"), "\"4\"");
    let unchanged = ok(&revert(service, &account, 4).await);
    assert_eq!((&unchanged["version"], &unchanged["changed"]), (&json!(4), &json!([])));
    let none_such = problem(&revert(service, &account, 9).await, 400, "invalid");
    assert_eq!(none_such["errors"][0]["pointer"], "/to_version", "{none_such}");
    problem(&revert(service, "/records/account/999999993", 1).await, 404, "not_found");
    for (body, expected) in [
        (json!({"reason": "of a test"}), &[("/to_version", "required")][..]),
        (json!({"to_version": "1", "reason": "of a test"}), &[("/to_version", "type")]),
        (json!({"to_version": 1}), &[("/reason", "required")]),
        (json!({"to_version": 1, "reason": "of a test", "nick": 1}), &[("/nick", "unknown")]),
    ] {
        invalid(&service.post(Role::Admin, &format!("{account}/revert"), &body).await, expected);
    }
    let call = service.post(
        Role::Support,
        &format!("{account}/revert"),
        &json!({"to_version": 1, "reason": "of a test"}),
    );
    problem(&call.header("if-match", "\"1\"").await, 412, "precondition_failed");
}

pub async fn what_was_sensitive_is_not_reverted(service: &Service) {
    let client = client_with_profile(service).await;
    set(service, &client, json!({"profile": {"date_of_birth": "1990-01-01"}})).await;
    let refused = problem(&revert(service, &client, 1).await, 409, "not_revertible");
    assert_eq!(super::answers::conflicts(&refused), ["profile.date_of_birth"]);
    assert_eq!(
        (&refused["conflicts"][0]["since"], &refused["conflicts"][0]["now"]),
        (&json!(2), &Value::Null)
    );
    set(service, &client, json!({"profile": {"first_name": "Ana"}})).await;
    let reverted = ok(&revert(service, &client, 2).await);
    assert_eq!(reverted["fields"]["profile"]["first_name"], "Mirela");
}

pub async fn a_value_that_was_taken_since_is_not_reverted(service: &Service) {
    let (key, fields) = least(service, "user").await;
    let user = path_of(&service.create("user", key, fields.clone()).await);
    let (second, other) = least(service, "user").await;
    set(service, &user, json!({"username": format!("{}-old", other["username"].as_str().unwrap())})).await;
    service.create("user", second, json!({"username": fields["username"]})).await;
    problem(&revert(service, &user, 1).await, 409, "taken");
}

pub async fn a_hidden_value_that_was_set_again_is_not_reverted(service: &Service) {
    let (key, fields) = least(service, "api_key").await;
    let api_key = path_of(&service.create("api_key", key, fields.clone()).await);
    set(service, &api_key, json!({"secret": fields["secret"]})).await;
    // Whether it is the same secret again must not be learned from the answer.
    let refused = problem(&revert(service, &api_key, 1).await, 409, "not_revertible");
    assert_eq!(super::answers::conflicts(&refused), ["secret"]);
    ok(&revert(service, &api_key, 2).await);
}

pub async fn a_time_that_moves_by_itself_is_set_and_reverted(service: &Service) {
    let (key, _) = least(service, "account").await;
    let account = path_of(&service.create("account", key, json!({"update_time": 100})).await);
    let changed = set(service, &account, json!({"city": "A", "update_time": 100})).await;
    assert_eq!((&changed["fields"]["update_time"], &changed["changed"]), (&json!(100), &json!(["city"])));
    let reverted = ok(&revert(service, &account, 1).await);
    assert_eq!((&reverted["fields"]["update_time"], &reverted["changed"]), (&json!(100), &json!(["city"])));
    let moved = set(service, &account, json!({"city": "B"})).await;
    assert_eq!(moved["changed"], json!(["city", "update_time"]));
}
