//! `PATCH /users/{id}` (section 4; pictures, section 8; section 10, rows 7 to 9 and 15 to 31).

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::{
    call::{NEWEST, get, patch, refused},
    files::{create, png, send, settled, uploaded},
    support::{
        Target,
        people::{APP_KEY, CHILD, OTHER, OWN, OWN_KEY, OWN_KEY_NEWEST},
    },
};

async fn own(target: &Target, token: &str, body: &Value) -> crate::support::Answer {
    patch(target, "/users/me", token, Some(NEWEST), body.to_string()).await
}

pub async fn a_user_changes_the_own_profile(target: &Target) {
    let people = target.people();
    let token = target.own_token(&people.nora);
    let body = json!({"name": "  Nora V. ", "bio": "Rivers,\r\ntoo.", "unknown": 1});
    let answer = own(target, &token, &body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let answer = answer.json();
    assert_eq!((&answer["name"], &answer["bio"]), (&json!("Nora V."), &json!("Rivers,\ntoo.")));
    assert!(answer["email"].is_null() && answer["total_usd"].is_null());
    assert_eq!(answer["created_at"], "2026-02-11T09:30:00.125Z");

    for (body, name, bio) in [
        (json!({"bio": null}), json!("Nora V."), Value::Null),
        (json!({"bio": "  "}), json!("Nora V."), Value::Null),
        (json!({"name": null}), Value::Null, Value::Null),
        (json!({}), Value::Null, Value::Null),
    ] {
        let answer = own(target, &token, &body).await.json();
        assert_eq!((&answer["name"], &answer["bio"]), (&name, &bio), "{body}");
    }
    let nothing = target
        .send("PATCH", "/api/v1/users/me", |request| {
            request.header("authorization", format!("Bearer {token}"))
        })
        .await;
    assert_eq!(nothing.status, 200, "{}", nothing.text);
}

pub async fn an_override_is_set_and_cleared(target: &Target) {
    let people = target.people();
    let path = format!("/users/{}?account_id={OWN}", people.omar);
    let token = target.own_token(&people.omar);
    let shown = async |account: Option<&str>| {
        let query = account.map(|account| format!("?account_id={account}")).unwrap_or_default();
        get(target, &format!("/users/me{query}"), &token, Some(NEWEST)).await.json()["name"].clone()
    };
    let set = patch(target, &path, OWN_KEY, Some(NEWEST), r#"{"name":" Omar from Support "}"#).await;
    assert_eq!(set.json()["name"], "Omar from Support", "{}", set.text);
    assert_eq!(shown(Some(OWN)).await, "Omar from Support");
    assert_eq!(shown(Some(OTHER)).await, "Nora Vale");
    assert_eq!(shown(None).await, "Nora Vale");
    let scoped = target.user_token(&people.omar, Some(OWN), &[]);
    assert_eq!(get(target, "/users/me", &scoped, Some(NEWEST)).await.json()["name"], "Omar from Support");

    let child = patch(
        target,
        &format!("/users/{}?account_id={CHILD}", people.omar),
        OWN_KEY,
        Some(NEWEST),
        r#"{"name":"Omar of the child"}"#,
    )
    .await;
    assert_eq!(child.json()["name"], "Omar of the child", "{}", child.text);
    let app = patch(target, &path, APP_KEY, Some(NEWEST), r#"{"name":"Omar by app"}"#).await;
    assert_eq!(app.json()["name"], "Omar by app", "{}", app.text);

    for _ in 0..2 {
        let cleared = patch(target, &path, OWN_KEY, Some(NEWEST), r#"{"name":null}"#).await;
        assert_eq!((cleared.status, &cleared.json()["name"]), (200, &json!("Nora Vale")));
    }
    let invisible = patch(target, &path, OWN_KEY, Some(NEWEST), r#"{"name":"\u3164"}"#).await;
    refused(&invisible, 400, "bad_request", "parameter_invalid", "name");
    for (field, value) in
        [("bio", json!("x")), ("bio", Value::Null), ("username", json!("x")), ("banner", Value::Null)]
    {
        let answer =
            patch(target, &path, OWN_KEY, Some(NEWEST), json!({ field: value, "name": "never" }).to_string())
                .await;
        refused(&answer, 400, "bad_request", "parameter_invalid", field);
    }
    let in_own = target.user_token(&people.omar, Some(OWN), &["user:profile:update"]);
    let banner = patch(target, "/users/me", &in_own, Some(NEWEST), r#"{"banner":null,"name":"never"}"#).await;
    refused(&banner, 400, "bad_request", "parameter_invalid", "banner");
    assert_eq!(shown(Some(OWN)).await, "Nora Vale");
}

pub async fn the_oldest_version_names_the_account_in_the_body(target: &Target) {
    let people = target.people();
    let path = format!("/users/{}", people.omar);
    let send = async |path: &str, body: Value| patch(target, path, OWN_KEY, None, body.to_string()).await;
    let set = send(&path, json!({"company_id": OWN, "name": "Omar"})).await;
    assert_eq!((set.status, &set.json()["name"]), (200, &json!("Omar")), "{}", set.text);
    for query in ["company_id", "account_id"] {
        let answer = send(&format!("{path}?{query}={OWN}"), json!({"name": "Omar"})).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
    let kind = "invalid_request_error";
    let missing = send(&path, json!({"name": "x"})).await;
    refused(&missing, 400, kind, "parameter_missing", "company_id");
    assert_eq!(missing.json()["error"]["message"], "Missing required parameter: company_id");
    refused(&send(&path, json!({"account_id": OWN})).await, 400, kind, "parameter_invalid", "account_id");
    let differing = send(&format!("{path}?company_id={OWN}"), json!({"company_id": CHILD})).await;
    refused(&differing, 400, kind, "parameter_invalid", "company_id");
    let unset = send(&path, json!({"company_id": OWN, "username": null})).await;
    refused(&unset, 400, kind, "parameter_invalid", "username");
    refused(&patch(target, &path, OWN_KEY, None, "{").await, 400, kind, "invalid_json", "");

    let token = target.own_token(&people.omar);
    let answer = patch(target, "/users/me", &token, None, r#"{"username":null,"banner":{"id":5}}"#).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let read = get(target, &format!("/users/me?company_id={OWN}"), &token, None).await;
    assert_eq!(read.json()["name"], "Omar");
}

pub async fn dated_versions_name_the_account_in_the_query(target: &Target) {
    let people = target.people();
    let path = format!("/users/{}", people.nora);
    let missing = patch(target, &path, OWN_KEY, Some("2026-06-09"), r#"{"name":"x"}"#).await;
    refused(&missing, 400, "bad_request", "parameter_missing", "account_id");
    assert_eq!(missing.json()["error"]["message"], "account_id is required");
    let token = target.own_token(&people.nora);
    for (query, body, param) in [
        ("", json!({"company_id": OWN, "name": "x"}), "company_id"),
        ("", json!({"account_id": OWN, "name": "x"}), "account_id"),
        (&*format!("?company_id={OWN}"), json!({"name": "x"}), "company_id"),
        ("?account_id=", json!({"name": "x"}), "account_id"),
        ("?account_id=user_00000000000000", json!({"name": "x"}), "account_id"),
    ] {
        let answer = patch(target, &format!("{path}{query}"), &token, Some(NEWEST), body.to_string()).await;
        refused(&answer, 400, "bad_request", "parameter_invalid", param);
    }
    assert_eq!(get(target, "/users/me", &token, Some(NEWEST)).await.json()["name"], "Nora Vale");
}

pub async fn fields_break_their_rules(target: &Target) {
    let people = target.people();
    let token = target.own_token(&people.nora);
    for (field, value) in [
        ("name", json!("")),
        ("name", json!("   ")),
        ("name", json!(5)),
        ("name", json!([])),
        ("name", json!("a\u{1}b")),
        ("name", json!("a\u{0}b")),
        ("name", json!("a\nb")),
        ("name", json!("é".repeat(101))),
        ("name", json!("\u{3164}")),
        ("name", json!("\u{115f}\u{1160}\u{ffa0}")),
        ("name", json!("\u{200b}\u{2060}\u{feff}")),
        ("name", json!("\u{2800} \u{2800}")),
        ("name", json!("\u{e0041}\u{fe0f}\u{ad}")),
        ("name", json!("\u{301}")),
        ("bio", json!("x".repeat(1001))),
        ("bio", json!("a\tb")),
        ("bio", json!(true)),
        ("username", json!("")),
        ("username", json!("x".repeat(43))),
        ("username", json!("a_b")),
        ("username", json!("a b")),
        ("username", json!("é")),
        ("username", json!("---")),
        ("username", Value::Null),
    ] {
        let answer = own(target, &token, &json!({ "bio": "never", field: value })).await;
        refused(&answer, 400, "bad_request", "parameter_invalid", field);
    }
    for reserved in ["me", "ADMIN", "null"] {
        let answer = own(target, &token, &json!({ "username": reserved })).await;
        refused(&answer, 400, "bad_request", "username_reserved", "username");
    }
    let user = get(target, "/users/me", &token, Some(NEWEST)).await.json();
    assert_eq!((&user["name"], &user["bio"]), (&json!("Nora Vale"), &json!("Maps.")));
    let limits = json!({ "name": "é".repeat(100), "bio": "é".repeat(1000), "username": format!("{:-<42}", people.nora_name) });
    assert_eq!(own(target, &token, &limits).await.status, 200);
}

pub async fn usernames_are_unique_whatever_their_case(target: &Target) {
    let people = target.people();
    let (nora, omar) = (target.own_token(&people.nora), target.own_token(&people.omar));
    for taken in [people.nora_name.clone(), people.nora_name.to_uppercase()] {
        let answer = own(target, &omar, &json!({ "username": taken })).await;
        refused(&answer, 400, "bad_request", "username_taken", "username");
        assert_eq!(answer.json()["error"]["message"], "username is already taken");
    }
    let other_case = people.nora_name.to_uppercase();
    let answer = own(target, &nora, &json!({ "username": other_case })).await;
    assert_eq!(answer.json()["username"], other_case, "{}", answer.text);
    assert_eq!(own(target, &nora, &json!({ "username": format!("{other_case}-2") })).await.status, 200);
    let free = own(target, &omar, &json!({ "username": people.nora_name })).await;
    assert_eq!(free.status, 200, "an old name is free at once: {}", free.text);
}

pub async fn one_of_many_claims_gets_the_username(target: &Target) {
    let claims: Vec<String> = (0..8).map(|_| target.own_token(&target.people().nora)).collect();
    let body = json!({ "username": format!("claimed-{}", target.family().alone) });
    let answers = join_all(claims.iter().map(|token| own(target, token, &body))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        refused(answer, 400, "bad_request", "username_taken", "username");
    }
}

pub async fn pictures_must_exist(target: &Target) {
    let people = target.people();
    let token = target.own_token(&people.nora);
    for field in ["profile_picture", "banner"] {
        for (value, code, param) in [
            (json!({"id": "file_7dGhJkL3ZxCvB"}), "file_not_found", format!("{field}.id")),
            (json!({"direct_upload_id": "du_x"}), "file_not_found", format!("{field}.direct_upload_id")),
            (json!({"id": 5}), "parameter_invalid", format!("{field}.id")),
            (json!({"id": "a", "direct_upload_id": "b"}), "parameter_invalid", field.to_owned()),
            (json!({}), "parameter_invalid", field.to_owned()),
            (json!("file_7dGhJkL3ZxCvB"), "parameter_invalid", field.to_owned()),
        ] {
            let answer = own(target, &token, &json!({ field: value })).await;
            refused(&answer, 400, "bad_request", code, &param);
        }
        assert_eq!(own(target, &token, &json!({ field: null })).await.status, 200);
    }
}

pub async fn bodies_that_are_no_object(target: &Target) {
    let people = target.people();
    let token = target.own_token(&people.nora);
    for body in ["[]", "{", "\"x\"", "null", "{\"name\":\"\\ud800\"}"] {
        let answer = patch(target, "/users/me", &token, Some(NEWEST), body).await;
        refused(&answer, 400, "bad_request", "invalid_json", "");
    }
    let twice = patch(target, "/users/me", &token, Some(NEWEST), r#"{"name":"A","name":"B"}"#).await;
    assert_eq!(twice.json()["name"], "B", "the last one wins");
    let marked = patch(target, "/users/me", &token, Some(NEWEST), "\u{feff}{\"name\":\"C\"}").await;
    assert_eq!(marked.json()["name"], "C", "a byte order mark is skipped");
    let empty = patch(target, "/users/me", &token, Some(NEWEST), "\u{feff}").await;
    assert_eq!((empty.status, &empty.json()["name"]), (200, &json!("C")));
    let twice = patch(target, "/users/me", &token, Some(NEWEST), "\u{feff}\u{feff}{}").await;
    refused(&twice, 400, "bad_request", "invalid_json", "");
    let large =
        patch(target, "/users/me", &token, Some(NEWEST), format!("{{\"x\":\"{}\"}}", "x".repeat(65_536)))
            .await;
    refused(&large, 413, "payload_too_large", "", "");
    let text = target
        .send("PATCH", "/users/me", |request| {
            request
                .header("authorization", format!("Bearer {token}"))
                .header("content-type", "text/plain")
                .body("{}")
        })
        .await;
    refused(&text, 415, "unsupported_media_type", "", "");
}

pub async fn a_picture_is_attached_and_removed(target: &Target) {
    let people = target.people();
    let token = target.own_token(&people.nora);
    let file = uploaded(target, &token, "nora.png", png()).await;
    let set = patch(
        target,
        "/users/me",
        &token,
        Some(NEWEST),
        json!({"profile_picture": {"direct_upload_id": file["direct_upload_id"]}, "banner": {"id": file["id"]}})
            .to_string(),
    )
    .await;
    assert_eq!(set.status, 200, "{}", set.text);
    let user = set.json();
    assert_eq!(user["profile_picture"], user["banner"]);
    let oldest = get(target, &format!("/users/{}", people.nora), OWN_KEY, None).await.json();
    assert_eq!(oldest["profile_picture"], user["profile_picture"]);

    let again = json!({"profile_picture": {"direct_upload_id": file["direct_upload_id"]}}).to_string();
    let again = patch(target, "/users/me", &token, Some(NEWEST), again).await;
    refused(&again, 400, "bad_request", "file_not_found", "profile_picture.direct_upload_id");
    let by_id = json!({"profile_picture": {"id": file["id"]}, "banner": null}).to_string();
    assert_eq!(patch(target, "/users/me", &token, Some(NEWEST), by_id).await.json()["banner"], Value::Null);
    let removed =
        patch(target, "/users/me", &token, Some(NEWEST), r#"{"profile_picture":null}"#).await.json();
    assert!(removed["profile_picture"]["url"].as_str().unwrap().contains("/placeholders/"), "{removed}");
}

pub async fn a_business_shows_another_picture(target: &Target) {
    let people = target.people();
    let file = uploaded(target, OWN_KEY, "nora.png", png()).await;
    let place = format!("/users/{}?account_id={OWN}", people.nora);
    let body = json!({"name": "Nora from Support", "profile_picture": {"id": file["id"]}}).to_string();
    let set = patch(target, &place, OWN_KEY_NEWEST, None, body).await;
    assert_eq!(set.status, 200, "another key of the same business: {}", set.text);
    let shown = set.json()["profile_picture"].clone();
    let cleared = patch(target, &place, OWN_KEY, Some(NEWEST), r#"{"name":null}"#).await.json();
    assert_eq!((&cleared["name"], &cleared["profile_picture"]), (&json!("Nora Vale"), &shown));
    let global = get(target, &format!("/users/{}", people.nora), OWN_KEY, None).await.json();
    assert_eq!(global["profile_picture"], Value::Null);
    let foreign = json!({"profile_picture": {"id": file["id"]}}).to_string();
    let foreign = patch(target, &place, APP_KEY, Some(NEWEST), foreign).await;
    refused(&foreign, 400, "bad_request", "file_not_found", "profile_picture.id");
    let removed = patch(target, &place, OWN_KEY, Some(NEWEST), r#"{"profile_picture":null}"#).await.json();
    assert!(removed["profile_picture"]["url"].as_str().unwrap().contains("/placeholders/"));
}

pub async fn what_is_no_picture_is_refused_and_the_old_one_stays(target: &Target) {
    let people = target.people();
    let token = target.own_token(&people.nora);
    let good = uploaded(target, &token, "nora.png", png()).await;
    let attach = async |file: &Value| {
        let body = json!({"profile_picture": {"id": file["id"]}, "name": "never"}).to_string();
        patch(target, "/users/me", &token, Some(NEWEST), body).await
    };
    let set = json!({"profile_picture": {"id": good["id"]}}).to_string();
    let before = patch(target, "/users/me", &token, Some(NEWEST), set).await.json();

    let pending = create(target, &token, Some(NEWEST), &json!({"filename": "a.png"})).await.json();
    let damaged = uploaded(target, &token, "a.png", png()[..40].to_vec()).await;
    let document = uploaded(target, &token, "a.pdf", "%PDF-1.7 and so on").await;
    let large = create(target, &token, Some(NEWEST), &json!({"filename": "a.png"})).await.json();
    let sent = send(target, &large["upload_url"], "image/png", vec![0; 10 * 1024 * 1024 + 1]).await;
    refused(&sent, 413, "payload_too_large", "", "");
    for (file, status, code) in [
        (&pending, "pending", "file_not_ready"),
        (&damaged, "failed", "file_failed"),
        (&document, "ready", "file_unsupported"),
        (&large, "failed", "file_failed"),
    ] {
        assert_eq!(settled(target, &token, &file["id"]).await["upload_status"], status);
        refused(&attach(file).await, 400, "bad_request", code, "profile_picture.id");
    }
    let theirs = target.own_token(&people.omar);
    let theirs = uploaded(target, &theirs, "omar.png", png()).await;
    refused(&attach(&theirs).await, 400, "bad_request", "file_not_found", "profile_picture.id");
    let after = get(target, "/users/me", &token, Some(NEWEST)).await.json();
    assert_eq!((&after["name"], &after["profile_picture"]), (&before["name"], &before["profile_picture"]));

    // A taken name refuses the whole update, and the upload can still be attached the first time.
    let fresh = uploaded(target, &token, "b.png", png()).await;
    let choice = json!({"direct_upload_id": fresh["direct_upload_id"]});
    let taken = json!({"profile_picture": choice, "username": format!("omar-{}", people.nora_name.rsplit('-').next().unwrap())});
    let taken = patch(target, "/users/me", &token, Some(NEWEST), taken.to_string()).await;
    refused(&taken, 400, "bad_request", "username_taken", "username");
    let alone = json!({ "profile_picture": choice }).to_string();
    assert_eq!(patch(target, "/users/me", &token, Some(NEWEST), alone).await.status, 200);
}

pub async fn a_photograph_of_many_pixels_becomes_a_picture(target: &Target) {
    let token = target.own_token(&target.people().nora);
    let mut bytes = std::io::Cursor::new(Vec::new());
    let pixels =
        image::RgbImage::from_fn(4608, 3456, |x, _| image::Rgb([u8::try_from(x / 32).unwrap(), 90, 160]));
    pixels.write_to(&mut bytes, image::ImageFormat::Jpeg).unwrap();
    let bytes = bytes.into_inner();
    let file = uploaded(target, &token, "photo.jpg", bytes.clone()).await;
    let body = json!({"profile_picture": {"id": file["id"]}});
    let answer = patch(target, "/users/me", &token, Some(NEWEST), body.to_string()).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let shown = answer.json()["profile_picture"]["url"].clone();
    assert!(shown.as_str().unwrap().contains("/pictures/"), "{shown}");
    // One that is cut off changes nothing.
    let cut = uploaded(target, &token, "photo.jpg", &bytes[..bytes.len() / 2]).await;
    let body = json!({"profile_picture": {"id": cut["id"]}});
    let refusal = patch(target, "/users/me", &token, Some(NEWEST), body.to_string()).await;
    refused(&refusal, 400, "bad_request", "file_failed", "profile_picture.id");
    assert!(refusal.text.contains("50 megapixels"), "{}", refusal.text);
    let now = get(target, "/users/me", &token, Some(NEWEST)).await;
    assert_eq!(now.json()["profile_picture"]["url"], shown);
}
