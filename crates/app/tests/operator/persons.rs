//! Persons, and who has seen what of them (sections 5, 8 and 11; section 15, rows 23 and 36).

use profile_domain::operator::Role;
use serde_json::{Value, json};

use super::{
    answers::{forbidden, invalid, is_time, ok, problem, texts},
    fixtures::{client_with_profile, make, path_of},
    service::Service,
};

async fn person_of(service: &Service, path: &str) -> String {
    ok(&service.get(Role::Admin, path).await)["person"].as_str().unwrap().to_owned()
}

pub async fn a_person_has_living_records_in_the_order_of_the_kinds(service: &Service) {
    let family = service.family();
    let person = person_of(service, &format!("/records/customer/{}", family.double)).await;
    let answer = service.get(Role::Support, &format!("/persons/{person}")).await;
    assert_eq!(answer.keys(), ["person", "alias", "records", "hold", "erased_at", "withheld"]);
    let shown = ok(&answer);
    let names: Vec<(String, String)> = shown["records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|record| {
            (record["kind"].as_str().unwrap().to_owned(), record["key"].as_str().unwrap().to_owned())
        })
        .collect();
    let expected = [
        ("customer", family.double),
        ("account", family.double_accounts[0]),
        ("account", family.double_accounts[1]),
    ];
    assert_eq!(names, expected.map(|(kind, key)| (kind.to_owned(), key.to_string())));
    let members: Vec<&String> = shown["records"][0].as_object().unwrap().keys().collect();
    assert_eq!(members, ["kind", "key", "version", "created_at", "updated_at"]);
    is_time(&shown["records"][0]["created_at"]);
    assert_eq!(
        (&shown["hold"], &shown["erased_at"], &shown["withheld"]),
        (&Value::Null, &Value::Null, &json!([]))
    );
    let changes = ok(&service.get(Role::Support, &format!("/persons/{person}/changes")).await);
    let changes = changes["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 3);
    assert!(changes.windows(2).all(|pair| pair[0]["id"].as_str() > pair[1]["id"].as_str()), "newest first");
    let client = person_of(service, &format!("/records/client/{}", crate::support::clients::OPEN)).await;
    assert_eq!(ok(&service.get(Role::Support, &format!("/persons/{client}")).await)["alias"], "mirela");
}

pub async fn an_unknown_person_is_not_found(service: &Service) {
    let nobody = "/persons/00000000-0000-7000-8000-000000000000";
    for path in [
        nobody.to_owned(),
        format!("{nobody}/changes"),
        "/persons/x".to_owned(),
        "/persons/x/changes".to_owned(),
    ] {
        problem(&service.get(Role::Reader, &path).await, 404, "not_found");
    }
    let person = person_of(service, &path_of(&make(service, "user").await)).await;
    problem(
        &service.get(Role::Reader, &format!("/persons/{}", person.to_uppercase())).await,
        404,
        "not_found",
    );
}

pub async fn a_person_whose_records_have_ended_is_still_there(service: &Service) {
    let record = make(service, "user").await;
    let person = record["person"].as_str().unwrap();
    ok(&service.delete(Role::Admin, &format!("{}?reason=of%20a%20test", path_of(&record))).await);
    assert_eq!(ok(&service.get(Role::Admin, &format!("/persons/{person}")).await)["records"], json!([]));
    assert_eq!(
        ok(&service.get(Role::Admin, &format!("/persons/{person}/changes")).await)["changes"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert_eq!(
        ok(&service.get(Role::Admin, &format!("/persons/{person}/accesses")).await),
        json!({"accesses": [], "next": null})
    );
}

pub async fn a_reveal_is_noted(service: &Service) {
    let client = client_with_profile(service).await;
    let person = person_of(service, &client).await;
    let reveal = |role, query: &str| service.get(role, &format!("{client}?reveal=true{query}"));
    let accesses = async || {
        ok(&service.get(Role::Privacy, &format!("/persons/{person}/accesses")).await)["accesses"]
            .as_array()
            .unwrap()
            .clone()
    };
    forbidden(&reveal(Role::Support, "&reason=ticket%204711").await, "role.reveal_sensitive");
    invalid(&reveal(Role::Privacy, "").await, &[("reason", "required")]);
    invalid(&reveal(Role::Privacy, "&reason=ab").await, &[("reason", "min_chars")]);
    assert!(accesses().await.is_empty(), "refusals leave nothing");
    let shown = ok(&reveal(Role::Privacy, "&reason=ticket%204711").header("x-request-id", "reveal-1").await);
    assert_eq!(shown["fields"]["profile"]["date_of_birth"], "1991-12-03");
    assert_eq!(shown["fields"]["profile"]["tax_identification_number"], "IE-7731905");
    assert!(!texts(&shown["withheld"]).iter().any(|name| name.starts_with("profile.")), "{shown}");
    let noted = accesses().await;
    assert_eq!(noted.len(), 1);
    let access = &noted[0];
    let members: Vec<&String> = access.as_object().unwrap().keys().collect();
    assert_eq!(members, ["at", "actor", "request_id", "action", "kind", "key", "fields", "reason"]);
    assert_eq!(
        (&access["action"], &access["reason"], &access["request_id"]),
        (&json!("reveal"), &json!("ticket 4711"), &json!("reveal-1"))
    );
    assert_eq!(access["kind"], "client");
    let names = texts(&access["fields"]);
    assert!(
        names.contains(&"profile.date_of_birth") && names.contains(&"profile.tax_identification_number"),
        "{access}"
    );
    is_time(&access["at"]);
    let all = ok(&service.get(Role::Privacy, "/accesses?limit=200").await);
    let own =
        all["accesses"].as_array().unwrap().iter().find(|access| access["person"] == json!(person)).unwrap();
    assert_eq!(own["request_id"], "reveal-1");
    let actor = access["actor"].as_str().unwrap();
    let of = ok(&service.get(Role::Privacy, &format!("/accesses?actor={actor}&limit=200")).await);
    assert!(of["accesses"].as_array().unwrap().iter().all(|access| access["actor"] == actor));
    let nobody = ok(&service.get(Role::Privacy, "/accesses?actor=operator:opk_00000000000000").await);
    assert_eq!(nobody, json!({"accesses": [], "next": null}));
}
