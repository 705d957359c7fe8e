//! Holds (section 11; section 15, row 30).

use std::time::Duration;

use profile_domain::operator::Role;
use serde_json::{Value, json};

use super::{
    answers::{forbidden, invalid, is_time, ok, problem},
    erased::Person,
    service::Service,
};

const NOBODY: &str = "/persons/00000000-0000-7000-8000-000000000000";

fn place(service: &Service, role: Role, person: &Person, body: &Value) -> super::service::Call {
    service.call(role, "PUT", &person.below("/hold")).json(body)
}

async fn end(service: &Service, path: &str) -> crate::support::Answer {
    service.delete(Role::Admin, &format!("{path}?reason=of%20a%20test")).await
}

pub async fn a_hold_is_placed_shown_replaced_and_released(service: &Service) {
    let person = Person::make(service).await;
    let until = "2999-01-02T03:04:05.000006Z";
    let body = json!({"kinds": ["user", "client", "user"], "reason": " ticket 4711 ", "until": until});
    let placed = place(service, Role::Privacy, &person, &body).header("x-request-id", "hold-1").await;
    assert_eq!(placed.keys(), ["kinds", "reason", "until", "at", "by"]);
    let hold = ok(&placed);
    assert_eq!(
        (&hold["kinds"], &hold["reason"], &hold["until"]),
        (&json!(["user", "client"]), &json!("ticket 4711"), &json!(until))
    );
    is_time(&hold["at"]);
    let shown = ok(&service.get(Role::Support, &person.below("")).await);
    assert_eq!((&shown["hold"], &shown["withheld"]), (&hold, &json!([])));
    let read = ok(&service.get(Role::Reader, &person.below("")).await);
    assert_eq!((&read["hold"], &read["withheld"]), (&Value::Null, &json!(["alias", "hold"])));
    let next = ok(&place(
        service,
        Role::Admin,
        &person,
        &json!({"kinds": ["account"], "reason": "other", "until": null}),
    )
    .await);
    assert_eq!((&next["kinds"], &next["until"]), (&json!(["account"]), &Value::Null));
    let released = service.delete(Role::Privacy, &person.below("/hold?reason=over%20now")).await;
    assert_eq!(ok(&released), next, "as it was");
    assert_eq!(ok(&service.get(Role::Admin, &person.below("")).await)["hold"], Value::Null);
    problem(&service.delete(Role::Privacy, &person.below("/hold?reason=over%20now")).await, 404, "not_found");
    let accesses = ok(&service.get(Role::Privacy, &person.below("/accesses")).await);
    let noted: Vec<(Value, Value)> = accesses["accesses"]
        .as_array()
        .unwrap()
        .iter()
        .map(|access| (access["action"].clone(), access["reason"].clone()))
        .collect();
    let expected = [("release", "over now"), ("hold", "other"), ("hold", "ticket 4711")];
    assert_eq!(noted, expected.map(|(action, reason)| (json!(action), json!(reason))));
    let first = &accesses["accesses"][2];
    assert_eq!(
        (&first["request_id"], &first["kind"], &first["key"]),
        (&json!("hold-1"), &Value::Null, &Value::Null)
    );
    assert_eq!(first["actor"], hold["by"]);
}

pub async fn a_hold_is_for_privacy_officers_and_asked_for_strictly(service: &Service) {
    let person = Person::make(service).await;
    let body = json!({"kinds": ["user"], "reason": "ticket 4711"});
    for role in [Role::Reader, Role::Support] {
        forbidden(&place(service, role, &person, &body).await, "role.privacy");
        forbidden(&service.delete(role, &person.below("/hold?reason=asked")).await, "role.privacy");
    }
    let refused = async |body: Value, faults: &[(&str, &str)]| {
        invalid(&place(service, Role::Privacy, &person, &body).await, faults);
    };
    refused(json!({}), &[("/kinds", "required"), ("/reason", "required")]).await;
    refused(
        json!({"kinds": [], "reason": "ab", "more": 1}),
        &[("/kinds", "value"), ("/reason", "min_chars"), ("/more", "unknown")],
    )
    .await;
    refused(
        json!({"kinds": ["business", "x", 1], "reason": "abc"}),
        &[("/kinds/0", "value"), ("/kinds/1", "value"), ("/kinds/2", "type")],
    )
    .await;
    refused(
        json!({"kinds": ["user"], "reason": "abc", "until": "2001-01-01T00:00:00Z"}),
        &[("/until", "value")],
    )
    .await;
    refused(
        json!({"kinds": ["x"], "until": "2001-01-01T00:00:00Z", "reason": "ab"}),
        &[("/kinds/0", "value"), ("/until", "value"), ("/reason", "min_chars")],
    )
    .await;
    refused(json!({"kinds": ["user"], "reason": "abc", "until": "tomorrow"}), &[("/until", "format")]).await;
    invalid(&service.delete(Role::Privacy, &person.below("/hold")).await, &[("reason", "required")]);
    let unknown = service.call(Role::Privacy, "PUT", &format!("{NOBODY}/hold")).json(&body).await;
    problem(&unknown, 404, "not_found");
    problem(&service.delete(Role::Privacy, &format!("{NOBODY}/hold?reason=asked")).await, 404, "not_found");
    let accesses = ok(&service.get(Role::Privacy, &person.below("/accesses")).await);
    assert_eq!(accesses["accesses"], json!([]), "refusals leave nothing");
}

pub async fn what_is_held_cannot_be_ended(service: &Service) {
    let person = Person::make(service).await;
    let held = async |kinds: &[&str], paths: &[&str]| {
        person.hold(service, kinds).await;
        for kind in paths {
            problem(&end(service, person.path(kind)).await, 409, "held");
            ok(&service.get(Role::Reader, person.path(kind)).await);
        }
    };
    held(&["client"], &["client"]).await;
    held(&["override"], &["override", "user"]).await;
    held(&["membership"], &["membership", "member"]).await;
    held(&["account"], &["account", "customer"]).await;
    let dry =
        service.delete(Role::Admin, &format!("{}?reason=abc&dry_run=true", person.path("account"))).await;
    problem(&dry, 409, "held");
    // What is not held ends, also what was a moment ago.
    for kind in ["override", "user", "membership", "member", "client"] {
        ok(&end(service, person.path(kind)).await);
    }
    person.release(service).await;
    ok(&end(service, person.path("account")).await);
    ok(&end(service, person.path("customer")).await);
}

pub async fn a_hold_is_over_when_its_time_comes(service: &Service) {
    let person = Person::make(service).await;
    let until = profile_ports::Clock::now(&app::system::SystemClock(None)) + Duration::from_millis(1_500);
    let body = json!({"kinds": ["client"], "reason": "for a moment", "until": until.to_rfc3339()});
    let key = format!("hold-{}", person.word);
    let hold = || place(service, Role::Privacy, &person, &body).header("idempotency-key", &key);
    let placed = hold().await;
    ok(&placed);
    problem(&end(service, person.path("client")).await, 409, "held");
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(ok(&service.get(Role::Admin, &person.below("")).await)["hold"], Value::Null);
    problem(&service.delete(Role::Privacy, &person.below("/hold?reason=late")).await, 404, "not_found");
    ok(&end(service, person.path("client")).await);
    let again = hold().await;
    assert_eq!(
        (again.status, &again.bytes, again.header("idempotent-replayed")),
        (200, &placed.bytes, "true")
    );
    invalid(&place(service, Role::Privacy, &person, &body).await, &[("/until", "value")]);
}

pub async fn a_hold_and_an_end_are_decided_one_after_the_other(service: &Service) {
    for _ in 0..5 {
        let person = Person::make(service).await;
        let path = person.path("client");
        let (held, ended) = tokio::join!(person.hold(service, &["client"]), end(service, path));
        assert_eq!(held["kinds"], json!(["client"]));
        if ended.status == 409 {
            problem(&ended, 409, "held");
            ok(&service.get(Role::Reader, path).await);
        } else {
            ok(&ended);
            problem(&service.get(Role::Reader, path).await, 404, "ended");
        }
    }
}

pub async fn holds_are_repeated_and_rehearsed_as_other_writes(service: &Service) {
    let person = Person::make(service).await;
    let body = json!({"kinds": ["client"], "reason": "ticket 4711"});
    let dry = service.call(Role::Privacy, "PUT", &person.below("/hold?dry_run=true")).json(&body).await;
    assert_eq!((dry.status, &dry.json()["dry_run"]), (200, &json!(true)), "{}", dry.text);
    assert_eq!(dry.keys().last().unwrap(), "dry_run");
    assert_eq!(ok(&service.get(Role::Admin, &person.below("")).await)["hold"], Value::Null);
    let key = format!("hold-{}", person.word);
    let hold = || place(service, Role::Privacy, &person, &body).header("idempotency-key", &key);
    let (first, second) = (hold().await, hold().await);
    assert_eq!(
        (first.status, &first.bytes, second.header("idempotent-replayed")),
        (200, &second.bytes, "true")
    );
    let release =
        |query: &str| service.delete(Role::Privacy, &person.below(&format!("/hold?reason=abc{query}")));
    assert_eq!(ok(&release("&dry_run=true").await)["dry_run"], true);
    let key = format!("release-{}", person.word);
    let first = release("").header("idempotency-key", &key).await;
    let second = release("").header("idempotency-key", &key).await;
    assert_eq!(
        (first.status, &first.bytes, second.header("idempotent-replayed")),
        (200, &second.bytes, "true")
    );
    let accesses = ok(&service.get(Role::Privacy, &person.below("/accesses")).await);
    assert_eq!(accesses["accesses"].as_array().unwrap().len(), 2, "{accesses}");
}
