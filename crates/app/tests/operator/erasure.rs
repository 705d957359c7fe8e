//! Erasures (section 11; section 14; section 15, rows 18, 29 to 31 and 36).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::future::join_all;
use profile_domain::operator::Role;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use super::{
    answers::{forbidden, invalid, is_time, ok, problem, texts},
    erased::{Person, names, text, word},
    fixtures::least,
    service::Service,
};
use crate::support::{Answer, clients, members, people::OWN_KEY, user};

async fn read(service: &Service, path: &str) -> Answer {
    service.get(Role::Admin, path).await
}

async fn found(service: &Service, q: &str) -> Value {
    ok(&service.post(Role::Admin, "/persons/search", &json!({"q": q})).await)["persons"].clone()
}

pub async fn an_erasure_ends_every_record_and_leaves_no_value(service: &Service) {
    let person = Person::make(service).await;
    let city =
        json!({"fields": {"city": format!("{} again", person.word)}, "cause": {"reason": person.word}});
    ok(&service.patch(Role::Support, person.path("account"), &city).await);
    let before = person.changes(service).await;
    let erased = service
        .post(Role::Privacy, &person.below("/erasure"), &json!({"reason": " ticket 4712 "}))
        .header("x-request-id", "erase-1")
        .await;
    let members =
        ["receipt", "person", "at", "by", "reason", "records", "changes", "media", "held", "kept", "jws"];
    assert_eq!(erased.keys(), members);
    let receipt = ok(&erased);
    assert_eq!((&receipt["person"], &receipt["reason"]), (&json!(person.id), &json!("ticket 4712")));
    is_time(&receipt["at"]);
    assert_eq!(names(&receipt["records"]), person.paths);
    let versions: Vec<&Value> =
        receipt["records"].as_array().unwrap().iter().map(|record| &record["version"]).collect();
    assert_eq!(versions, [2, 3, 2, 2, 2, 2, 2, 2], "each ended by a change of its own");
    assert_eq!(
        (&receipt["changes"], &receipt["media"], &receipt["held"]),
        (&json!(17), &json!(1), &json!([]))
    );
    assert!(
        receipt["kept"]
            .as_array()
            .unwrap()
            .iter()
            .all(|kept| kept["what"].is_string() && kept["why"].is_string())
    );
    for path in &person.paths {
        problem(&read(service, path).await, 404, "ended");
        let first = ok(&read(service, &format!("{path}?version=1")).await);
        assert_eq!(first["erased"], true, "{first}");
        assert!(!first.to_string().contains(&person.word), "{first}");
        let again = json!({"fields": {}, "cause": {"reason": "of a test"}});
        let put = service.put(Role::Admin, path, &again).await;
        assert!(put.status == 400 || put.status == 409, "{}", put.text);
    }
    let changes = person.changes(service).await;
    assert_eq!(changes.len(), 17);
    for change in &changes {
        assert_eq!((&change["erased"], &change["cause"]["reason"]), (&json!(true), &Value::Null));
        assert_eq!(change["chain"]["salt"], Value::Null);
        assert!(
            change["fields"]
                .as_array()
                .unwrap()
                .iter()
                .all(|field| field["old"].is_null() && field["new"].is_null())
        );
        let withheld = texts(&change["withheld"]);
        assert!(withheld.contains(&"cause.reason"), "{change}");
        assert!(!change.to_string().contains(&person.word), "{change}");
    }
    // Earlier digests still hold: each is made of the same commitments.
    for old in &before {
        let now = changes.iter().find(|change| change["id"] == old["id"]).unwrap();
        assert_eq!((&now["digest"], &now["chain"]["reason"]), (&old["digest"], &old["chain"]["reason"]));
        let commitments = |change: &Value| -> Vec<(Value, Value)> {
            let fields = change["chain"]["fields"].as_array().unwrap();
            fields.iter().map(|field| (field["old"].clone(), field["new"].clone())).collect()
        };
        assert_eq!(commitments(now), commitments(old));
    }
    let shown = ok(&read(service, &person.below("")).await);
    assert_eq!(
        (&shown["records"], &shown["erased_at"], &shown["alias"]),
        (&json!([]), &receipt["at"], &Value::Null)
    );
    let accesses = ok(&service.get(Role::Privacy, &person.below("/accesses")).await);
    let access = &accesses["accesses"][0];
    assert_eq!(
        (&access["action"], &access["reason"], &access["request_id"], &access["actor"]),
        (&json!("erase"), &json!("ticket 4712"), &json!("erase-1"), &receipt["by"])
    );
}

pub async fn a_receipt_is_signed_and_stays_the_same(service: &Service) {
    let person = Person::make(service).await;
    problem(&service.get(Role::Privacy, &person.below("/erasure")).await, 404, "not_found");
    let receipt = person.erase(service).await;
    let (signed, jws) = receipt.rsplit_once(",\"jws\":\"").unwrap();
    let parts: Vec<&str> = jws.trim_end_matches("\"}").split('.').collect();
    assert_eq!(parts.len(), 3, "{jws}");
    let decoded = |part: &str| String::from_utf8(URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
    assert_eq!(decoded(parts[1]), format!("{signed}}}"), "over the receipt without it");
    let header: Value = serde_json::from_str(&decoded(parts[0])).unwrap();
    assert_eq!((&header["alg"], &header["typ"]), (&json!("ES256"), &json!("profile-receipt")));
    assert_eq!(person.erase(service).await, receipt, "nothing more to erase");
    let shown = service.get(Role::Privacy, &person.below("/erasure")).await;
    assert_eq!((shown.status, shown.text), (200, receipt.clone()));
    let listed = service.get(Role::Privacy, "/erasures?limit=200").await;
    assert!(listed.text.contains(&receipt), "{}", listed.text);
    let accesses = ok(&service.get(Role::Privacy, &person.below("/accesses")).await);
    assert_eq!(accesses["accesses"].as_array().unwrap().len(), 1, "one erasure");
}

pub async fn an_erasure_is_for_privacy_officers_and_asked_for_strictly(service: &Service) {
    let person = Person::make(service).await;
    for role in [Role::Reader, Role::Support] {
        forbidden(
            &service.post(role, &person.below("/erasure"), &json!({"reason": "abc"})).await,
            "role.privacy",
        );
        forbidden(&service.get(role, &person.below("/erasure")).await, "role.privacy");
        forbidden(&service.get(role, "/erasures").await, "role.privacy");
    }
    let refused = async |body: Value, faults: &[(&str, &str)]| {
        invalid(&service.post(Role::Privacy, &person.below("/erasure"), &body).await, faults);
    };
    refused(json!({}), &[("/reason", "required")]).await;
    refused(json!({"reason": "ab", "kinds": []}), &[("/reason", "min_chars"), ("/kinds", "unknown")]).await;
    let nobody = "/persons/00000000-0000-7000-8000-000000000000/erasure";
    problem(&service.post(Role::Privacy, nobody, &json!({"reason": "abc"})).await, 404, "not_found");
    problem(&service.get(Role::Privacy, nobody).await, 404, "not_found");
    for path in &person.paths {
        ok(&read(service, path).await);
    }
}

pub async fn a_dry_erasure_takes_nothing(service: &Service) {
    let person = Person::make(service).await;
    let dry = service.post(
        Role::Privacy,
        &person.below("/erasure?dry_run=true"),
        &json!({"reason": "ticket 4712"}),
    );
    let dry = dry.await;
    assert_eq!(dry.keys().last().unwrap(), "dry_run", "{}", dry.text);
    let shown = ok(&dry);
    assert_eq!((&shown["dry_run"], &shown["jws"]), (&json!(true), &Value::Null));
    for path in &person.paths {
        ok(&read(service, path).await);
    }
    problem(&service.get(Role::Privacy, &person.below("/erasure")).await, 404, "not_found");
    let real: Value = serde_json::from_str(&person.erase(service).await).unwrap();
    for member in ["records", "changes", "media", "held", "kept", "reason"] {
        assert_eq!(shown[member], real[member], "{member}");
    }
    let again = service
        .post(Role::Privacy, &person.below("/erasure?dry_run=true"), &json!({"reason": "again"}))
        .await;
    assert_eq!(ok(&again)["receipt"], real["receipt"]);
    assert_eq!((&again.json()["jws"], &again.json()["dry_run"]), (&Value::Null, &json!(true)));
}

pub async fn nothing_of_an_erased_person_is_found_and_claims_are_free(service: &Service) {
    let person = Person::make(service).await;
    let email = format!("{}@example.test", person.word);
    for _ in 0..600 {
        if !found(service, &person.word).await.as_array().unwrap().is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(found(service, &person.word).await[0]["person"], json!(person.id));
    person.erase(service).await;
    for q in [&person.word, &email] {
        assert_eq!(found(service, q).await, json!([]), "{q}");
    }
    let (key, _) = least(service, "user").await;
    service.create("user", &key, json!({"username": person.word})).await;
    let (key, _) = least(service, "member").await;
    service.create("member", &key, json!({"email": email, "given_name": "Next"})).await;
}

pub async fn a_hold_keeps_its_records_until_it_is_released(service: &Service) {
    let person = Person::make(service).await;
    let client = person.path("client");
    person.hold(service, &["client", "override"]).await;
    let before = service.get(Role::Privacy, &format!("{client}?reveal=true&reason=ticket%204711")).await;
    let first = person.erase(service).await;
    let receipt: Value = serde_json::from_str(&first).unwrap();
    let mut held = names(&receipt["held"]);
    held.sort();
    let mut expected = ["client", "override", "user"].map(|kind| person.path(kind).to_owned());
    expected.sort();
    assert_eq!(held, expected, "an override that is held holds its user");
    assert_eq!(names(&receipt["records"]).len(), 5);
    let after = service.get(Role::Privacy, &format!("{client}?reveal=true&reason=ticket%204711")).await;
    assert_eq!(after.text, before.text, "it reads as before");
    problem(&service.delete(Role::Admin, &format!("{client}?reason=abc")).await, 409, "held");
    assert_eq!(person.erase(service).await, first, "nothing more to erase");
    let due = async || names_of(&ok(&service.get(Role::Privacy, "/erasures?due=true&limit=200").await));
    assert!(!due().await.contains(&person.id));
    person.release(service).await;
    assert!(due().await.contains(&person.id), "records are left, and nothing holds them");
    let second = person.erase(service).await;
    let next: Value = serde_json::from_str(&second).unwrap();
    assert_ne!(next["receipt"], receipt["receipt"]);
    assert_eq!((names(&next["records"]).len(), &next["held"]), (3, &json!([])));
    assert!(!due().await.contains(&person.id));
    let shown = service.get(Role::Privacy, &person.below("/erasure")).await;
    assert_eq!(shown.text, second, "the last one");
    assert!(person.changes(service).await.iter().all(|change| change["erased"] == true));
}

fn names_of(page: &Value) -> Vec<String> {
    page["erasures"].as_array().unwrap().iter().map(|receipt| text(&receipt["person"])).collect()
}

pub async fn the_list_of_erasures_is_walked_with_each_person_once(service: &Service) {
    let mut persons = Vec::new();
    for _ in 0..3 {
        let person = Person::make(service).await;
        person.erase(service).await;
        persons.push(person.id);
    }
    let (mut walked, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = ok(&service.get(Role::Privacy, &format!("/erasures?limit=2{cursor}")).await);
        walked.extend(names_of(&page));
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert!(
        persons.iter().all(|person| walked.iter().filter(|one| *one == person).count() == 1),
        "{walked:?}"
    );
    assert!(walked.is_sorted());
    invalid(
        &service.get(Role::Privacy, "/erasures?due=yes&cursor=x").await,
        &[("due", "value"), ("cursor", "value")],
    );
}

pub async fn records_that_have_ended_before_lose_their_values(service: &Service) {
    let person = Person::make(service).await;
    for kind in ["membership", "member", "override", "user", "account", "customer", "file", "client"] {
        ok(&service.delete(Role::Admin, &format!("{}?reason={}", person.path(kind), person.word)).await);
    }
    let receipt: Value = serde_json::from_str(&person.erase(service).await).unwrap();
    assert_eq!(
        (&receipt["records"], &receipt["changes"], &receipt["media"]),
        (&json!([]), &json!(16), &json!(0))
    );
    let changes = person.changes(service).await;
    assert!(
        changes.iter().all(|change| change["erased"] == true && !change.to_string().contains(&person.word))
    );
    let user = person.path("user");
    let anew = json!({"person": person.id, "fields": {"username": word(service)}});
    problem(&service.put(Role::Admin, user, &anew).await, 409, "key_ended");
}

pub async fn the_picture_of_a_client_that_has_ended_before_is_deleted(service: &Service) {
    let person = Person::make(service).await;
    let client = person.path("client");
    let mut png = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(3, 2).write_to(&mut png, image::ImageFormat::Png).unwrap();
    let form = Form::new().part("file", Part::bytes(png.into_inner()).file_name("me.png"));
    let token = format!("Bearer {}", clients::token(client.rsplit('/').next().unwrap()));
    let post = service.open("POST", "/client/profile/picture").header("authorization", &token);
    let uploaded = post.header("x-client-id", crate::support::EXCLUSION_KEY).multipart(form).await;
    assert_eq!(uploaded.status, 200, "{}", uploaded.text);
    let name = ok(&service.get(Role::Admin, client).await)["fields"]["picture"].clone();
    let picture = format!("/pictures/{}", text(&name));
    ok(&service.delete(Role::Admin, &format!("{client}?reason=of%20a%20test")).await);
    assert_eq!(service.open("GET", &picture).await.status, 200, "its bytes are there");
    let receipt: Value = serde_json::from_str(&person.erase(service).await).unwrap();
    assert_eq!(receipt["media"], json!(2), "the picture and the file");
    assert_eq!(service.open("GET", &picture).await.status, 404);
}

pub async fn a_kept_request_of_an_erased_person_is_judged_anew(service: &Service) {
    let person = Person::make(service).await;
    let key = format!("kept-{}", person.word);
    let patch = || {
        let body = json!({"fields": {"city": person.word}});
        service.patch(Role::Support, person.path("account"), &body).header("idempotency-key", &key)
    };
    ok(&patch().await);
    assert_eq!(patch().await.header("idempotent-replayed"), "true");
    let key = format!("erase-{}", person.word);
    let erase = || {
        let body = json!({"reason": "ticket 4712"});
        service.post(Role::Privacy, &person.below("/erasure"), &body).header("idempotency-key", &key)
    };
    let (first, second) = (erase().await, erase().await);
    assert_eq!(
        (first.status, &first.text, second.header("idempotent-replayed")),
        (200, &second.text, "true")
    );
    problem(&patch().await, 404, "ended");
}

pub async fn another_person_stays_byte_for_byte(service: &Service) {
    let (person, other) = (Person::make(service).await, Person::make(service).await);
    let texts = async || {
        let mut texts = vec![read(service, &other.below("")).await.text];
        texts.push(read(service, &other.below("/changes?limit=200&include=chain")).await.text);
        for path in &other.paths {
            texts.push(read(service, path).await.text);
        }
        texts
    };
    let before = texts().await;
    person.erase(service).await;
    assert_eq!(texts().await, before);
}

pub async fn the_contracts_answer_as_if_the_person_had_never_been(service: &Service) {
    let person = Person::make(service).await;
    let key = |kind: &str| person.path(kind).rsplit('/').next().unwrap().to_owned();
    let (login, member): (i64, i32) = (key("account").parse().unwrap(), key("member").parse().unwrap());
    let at = async |path: &str, token: &str| {
        let token = if token.starts_with("Bearer ") { token.to_owned() } else { format!("Bearer {token}") };
        let call = service.open("GET", path).header("authorization", &token);
        call.header("x-client-id", crate::support::EXCLUSION_KEY).await
    };
    let users = |id: &str| format!("/api/v1/users/{id}");
    assert_eq!(at("/account/me", &user(login)).await.status, 200);
    assert_eq!(at(&users(&key("user")), OWN_KEY).await.status, 200);
    person.erase(service).await;
    let (gone, never) = (at("/account/me", &user(login)).await, at("/account/me", &user(999_999_991)).await);
    assert_eq!((gone.status, gone.text), (never.status, never.text));
    let (gone, never) =
        (at(&users(&key("user")), OWN_KEY).await, at(&users("user_Never000000000"), OWN_KEY).await);
    assert_eq!(gone.status, never.status);
    let profile = "/api/sys/v1/account/get_profile";
    let (gone, never) = (
        at(profile, &members::bearer(member, None)).await,
        at(profile, &members::bearer(999_999_990, None)).await,
    );
    assert_eq!((gone.status, gone.text), (never.status, never.text));
    let gone = at("/client/profile", &clients::token(&key("client"))).await;
    let never = at("/client/profile", &clients::token("5b2f6a3e-8f0d-4c56-9f6e-eeeeeeeeeeee")).await;
    assert_eq!((gone.status, &gone.json()["errors"]), (never.status, &never.json()["errors"]));
    let file = format!("/file/{}", key("file"));
    assert_ne!(at(&file, &user(login)).await.status, 200);
}

pub async fn writers_at_the_same_moment_leave_nothing_behind(service: &Service) {
    for _ in 0..3 {
        let person = Person::make(service).await;
        let write = async |number: usize| {
            let body = json!({"fields": {"city": format!("{} {number}", person.word)}});
            let path = person.path("account");
            let written = service.patch(Role::Support, path, &body).await;
            assert!(written.status == 200 || written.status == 404, "{}", written.text);
        };
        let writers = join_all((0..20).map(write));
        let (receipt, _) = tokio::join!(person.erase(service), writers);
        let receipt: Value = serde_json::from_str(&receipt).unwrap();
        assert_eq!(names(&receipt["records"]).len(), 8);
        let changes = person.changes(service).await;
        assert_eq!(receipt["changes"], json!(changes.len()));
        assert!(changes.iter().all(|change| change["erased"] == true));
        problem(&read(service, person.path("account")).await, 404, "ended");
    }
}

pub async fn erasures_of_one_person_at_once_give_one_receipt(service: &Service) {
    let person = Person::make(service).await;
    let receipts = join_all((0..8).map(|_| person.erase(service))).await;
    assert!(receipts.iter().all(|receipt| *receipt == receipts[0]), "{receipts:?}");
}
