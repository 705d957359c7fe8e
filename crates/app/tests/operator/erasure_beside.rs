//! What an erasure takes beside the records of the person: replies to calls about holds, and pictures that others have uploaded.

use profile_domain::operator::Role;
use serde_json::{Value, json};

use super::{
    answers::{ok, problem},
    erased::{Person, names, text},
    service::Service,
};
use crate::support::{
    people::{OWN, OWN_KEY},
    uploads::settled,
};

/// The newest version of the users contract.
const NEWEST: &str = "2026-10-15-1";

pub async fn a_kept_hold_of_an_erased_person_is_judged_anew(service: &Service) {
    let person = Person::make(service).await;
    let hold = |key: &str| {
        let body = json!({"kinds": ["client"], "reason": "ticket 4711"});
        let call = service.call(Role::Privacy, "PUT", &person.below("/hold")).json(&body);
        call.header("idempotency-key", &format!("{key}-{}", person.word))
    };
    let release = || {
        let path = person.below("/hold?reason=ticket%204711");
        let key = format!("release-{}", person.word);
        service.delete(Role::Privacy, &path).header("idempotency-key", &key)
    };
    ok(&hold("first").await);
    assert_eq!(hold("first").await.header("idempotent-replayed"), "true");
    ok(&release().await);
    assert_eq!(release().await.header("idempotent-replayed"), "true");
    person.erase(service).await;
    problem(&release().await, 404, "not_found");
    let again = hold("first").await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (200, ""), "{}", again.text);
}

/// A picture that a business has uploaded under this name; its id.
pub async fn picture_of_a_business(service: &Service, filename: &str) -> String {
    let bearer = format!("Bearer {OWN_KEY}");
    let post = service.open("POST", "/api/v1/files").header("authorization", &bearer);
    let post = post
        .header("api-version-date", NEWEST)
        .json(&json!({"filename": format!("{filename}.png"), "visibility": null}));
    let file = ok(&post.await);
    let mut png = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(3, 2).write_to(&mut png, image::ImageFormat::Png).unwrap();
    let url = text(&file["upload_url"]).replace("http://profile.test", &service.url);
    let sent = reqwest::Client::new().put(url).header("content-type", "image/png").body(png.into_inner());
    assert_eq!(sent.send().await.unwrap().status(), 200);
    let read = async || {
        let get = service.open("GET", &format!("/api/v1/files/{}", text(&file["id"])));
        get.header("authorization", &bearer).header("api-version-date", NEWEST).await
    };
    assert_eq!(settled(read).await["upload_status"], "ready");
    text(&file["id"])
}

/// Puts a picture on what the business says over the person; returns the name of its rendition.
pub async fn show_picture(service: &Service, person: &Person, id: &str) -> String {
    let user = person.path("user").rsplit('/').next().unwrap();
    let patch = service.open("PATCH", &format!("/users/{user}?account_id={OWN}"));
    let patch =
        patch.header("authorization", &format!("Bearer {OWN_KEY}")).header("api-version-date", NEWEST);
    ok(&patch.json(&json!({"profile_picture": {"id": id}})).await);
    let over = ok(&service.get(Role::Admin, person.path("override")).await);
    text(&over["fields"]["profile_picture"]["rendition"])
}

pub async fn a_picture_that_a_business_shows_of_a_person_is_erased(service: &Service) {
    let (person, other) = (Person::make(service).await, Person::make(service).await);
    let own = picture_of_a_business(service, "own").await;
    let shared = picture_of_a_business(service, "shared").await;
    let shared_name = show_picture(service, &person, &shared).await;
    assert_eq!(show_picture(service, &other, &shared).await, shared_name);
    let name = show_picture(service, &person, &own).await;
    let shown = async |name: &str| service.open("GET", &format!("/pictures/{name}")).await.status;
    assert_eq!((shown(&name).await, shown(&shared_name).await), (200, 200));
    let receipt: Value = serde_json::from_str(&person.erase(service).await).unwrap();
    let records = names(&receipt["records"]);
    assert!(records.contains(&format!("/records/upload/{own}")), "{receipt}");
    assert_eq!((records.len(), &receipt["media"]), (9, &json!(3)), "its bytes, its rendition and the file");
    assert_eq!((shown(&name).await, shown(&shared_name).await), (404, 200), "another person's stays");
    problem(&service.get(Role::Admin, &format!("/records/upload/{own}")).await, 404, "ended");
    let changes = ok(&service.get(Role::Admin, &format!("/records/upload/{own}/changes")).await);
    assert!(changes["changes"].as_array().unwrap().iter().all(|change| change["erased"] == true));
    ok(&service.get(Role::Admin, &format!("/records/upload/{shared}")).await);
}
