//! The identity profile (section 4; section 8, rows 1 to 11 and 16 to 24).

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::{
    call::{but, fresh_sub, get, item, profile, refused, send, token, without},
    support::{RESTRICTED, Target, clients::OPEN},
};

const PROFILE: &str = "/client/profile";
const CREATION: [&str; 11] = [
    "first_name",
    "last_name",
    "date_of_birth",
    "birth_country",
    "account_opening_reason",
    "employment_status",
    "residence_country",
    "citizen_country",
    "tax_residence_country",
    "tax_identification_number",
    "gender",
];
const REPLACEMENT: [&str; 12] = [
    "first_name",
    "last_name",
    "residence_country",
    "account_opening_reason",
    "tax_residence_country",
    "birth_country",
    "tax_identification_number",
    "citizen_country",
    "employment_status",
    "date_of_birth",
    "gender",
    "reason",
];

pub async fn a_profile_is_made_read_and_replaced(target: &Target) {
    let token = token(&fresh_sub());
    let ignored = but(but(but(profile(), "client_id", json!(1)), "reason", json!("why")), "more", json!([]));
    let made = item(&send(target, "POST", "/v1/client/profile", &token, &ignored).await);
    let keys: Vec<&String> = made.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            &["client_id", "address_id"][..],
            &CREATION,
            &["staff_identifier", "reason", "created_time", "updated_time"]
        ]
        .concat()
    );
    assert!(made["client_id"].as_i64().unwrap() > 0);
    for (field, value) in profile().as_object().unwrap() {
        assert_eq!(&made[field], value, "{field}");
    }
    for field in ["address_id", "staff_identifier", "reason", "updated_time"] {
        assert_eq!(made[field], Value::Null, "{field}");
    }
    let created = made["created_time"].as_str().unwrap();
    assert_eq!((created.len(), created.find('.')), (26, Some(19)), "{created}");
    assert_eq!(item(&get(target, PROFILE, &token).await), made);
    for body in [profile(), but(profile(), "last_name", json!("Vance"))] {
        let again = send(target, "POST", PROFILE, &token, &body).await;
        refused(&again, 409, "Conflict", &["A client profile already exists."]);
    }

    let next =
        but(but(profile(), "last_name", json!(" Vance ")), "reason", json!("changed name by marriage"));
    let mut last = String::new();
    for _ in 0..3 {
        let replaced = item(&send(target, "PUT", PROFILE, &token, &next).await);
        assert_eq!(
            (&replaced["last_name"], &replaced["reason"]),
            (&json!("Vance"), &json!("changed name by marriage"))
        );
        assert_eq!(replaced["created_time"], made["created_time"]);
        let updated = replaced["updated_time"].as_str().unwrap().to_owned();
        assert!(updated > last && updated.as_str() > created, "{updated}");
        last = updated;
        assert_eq!(item(&get(target, PROFILE, &token).await), replaced);
    }
}

pub async fn every_field_is_required(target: &Target) {
    let token = token(&fresh_sub());
    for field in CREATION {
        let expected = format!("{field} is required");
        for body in [
            without(profile(), field),
            but(profile(), field, Value::Null),
            but(profile(), field, json!("")),
            but(profile(), field, json!("  ")),
        ] {
            let answer = send(target, "POST", PROFILE, &token, &body).await;
            refused(&answer, 400, "ValidationError", &[&expected]);
        }
        for value in [json!(1), json!(true), json!([]), json!({})] {
            let answer = send(target, "POST", PROFILE, &token, &but(profile(), field, value)).await;
            refused(&answer, 400, "ValidationError", &[&format!("{field} is invalid: ")]);
        }
    }
    refused(&get(target, PROFILE, &token).await, 404, "NotFound", &["No client profile exists yet."]);
    let made = item(&send(target, "POST", PROFILE, &token, &profile()).await);
    let whole = but(profile(), "reason", json!("why"));
    for field in REPLACEMENT {
        let answer = send(target, "PUT", PROFILE, &token, &without(whole.clone(), field)).await;
        refused(&answer, 400, "ValidationError", &[&format!("{field} is required")]);
    }
    assert_eq!(item(&get(target, PROFILE, &token).await), made);
}

pub async fn every_bad_field_is_told_at_once(target: &Target) {
    let token = token(&fresh_sub());
    let required =
        |fields: &[&str]| fields.iter().map(|field| format!("{field} is required")).collect::<Vec<_>>();
    for (method, fields) in [("POST", &CREATION[..]), ("PUT", &REPLACEMENT[..])] {
        let answer = send(target, method, PROFILE, &token, &json!({})).await;
        let messages = required(fields);
        refused(&answer, 400, "ValidationError", &messages.iter().map(String::as_str).collect::<Vec<_>>());
    }
    let two = but(profile(), "birth_country", json!("IN"));
    let answer = send(target, "PUT", PROFILE, &token, &two).await;
    let messages =
        ["birth_country is invalid: expected a two-letter lower-case country code", "reason is required"];
    refused(&answer, 400, "ValidationError", &messages);
}

pub async fn values_break_their_rules(target: &Target) {
    let token = token(&fresh_sub());
    for (field, wrong) in [
        ("birth_country", &["IN", "ind", "xx", "uk", "i", " in"][..]),
        ("residence_country", &[RESTRICTED, "IE"]),
        (
            "date_of_birth",
            &[
                "1900-02-29",
                "2001-02-29",
                "1990-02-30",
                "1990-13-01",
                "1990-1-1",
                "01-01-1990",
                "1990-01-01T00:00:00",
                "1899-12-31",
                "2999-01-01",
                "2020-01-01",
            ],
        ),
        ("gender", &["Male", "other"]),
        ("account_opening_reason", &["HEDGING", " hedging"]),
        ("employment_status", &["self-employed", "Retired"]),
        (
            "first_name",
            &["R2D2", "<b>", "-", "a\u{0}b", "\u{3164}", "\u{ffa0}\u{115f}", "\u{200d}a", "a\u{200b}b"],
        ),
        ("last_name", &["ÉÉÉÉÉÉÉÉÉÉÉÉÉÉÉÉÉÉÉÉÉÉÉÉÉÉÉÉÉÉÉÉÉÉÉÉÉÉÉÉÉÉÉÉÉÉÉÉÉÉÉ"]),
        ("tax_identification_number", &["ABC", "-1", "1_1", "12345678901234567890123456"]),
    ] {
        for wrong in wrong {
            let answer = send(target, "POST", PROFILE, &token, &but(profile(), field, json!(wrong))).await;
            refused(&answer, 400, "ValidationError", &[&format!("{field} is invalid: ")]);
        }
    }
    for (field, fine) in [
        (
            "first_name",
            &[
                "Jean-Luc",
                "O'Neill",
                "Dvořák",
                "李",
                "  Zoë ",
                "Gal\u{b7}la",
                "Hawai\u{2bc}i",
                "King, Jr.",
                "علی\u{200c}رضا",
            ][..],
        ),
        ("date_of_birth", &["2000-02-29"]),
        ("tax_identification_number", &[" 1-A "]),
    ] {
        for fine in fine {
            let token = crate::call::token(&fresh_sub());
            let body = but(profile(), field, json!(fine));
            let made = item(&send(target, "POST", PROFILE, &token, &body).await);
            assert_eq!(made[field], fine.trim(), "{field}");
        }
    }
}

pub async fn bodies_that_are_no_object(target: &Target) {
    let token = token(&fresh_sub());
    for body in ["", "[]", "{", "null", "{} // why", "\"x\""] {
        let answer = target
            .send("POST", PROFILE, |request| {
                request.header("authorization", &token).header("content-type", "application/json").body(body)
            })
            .await;
        refused(&answer, 400, "ValidationError", &["body is invalid: "]);
    }
    let marked = target
        .send("POST", PROFILE, |request| {
            let body = format!("\u{feff}{}", profile());
            request.header("authorization", &token).header("content-type", "application/json").body(body)
        })
        .await;
    item(&marked);
}

pub async fn one_of_many_creations_wins(target: &Target) {
    let token = token(&fresh_sub());
    let body = profile();
    let answers = join_all((0..8).map(|_| send(target, "POST", PROFILE, &token, &body))).await;
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409, 409, 409, 409, 409]);
}

pub async fn replacements_never_mix(target: &Target) {
    let token = token(&fresh_sub());
    item(&send(target, "POST", PROFILE, &token, &profile()).await);
    let replacement = |name: &str| {
        but(but(but(profile(), "reason", json!(name)), "first_name", json!(name)), "last_name", json!(name))
    };
    let bodies: Vec<Value> = ["Ada", "Bea", "Cai", "Dov", "Eva", "Fia"].map(replacement).into();
    let answers = join_all(bodies.iter().map(|body| send(target, "PUT", PROFILE, &token, body))).await;
    let mut times: Vec<String> =
        answers.iter().map(|answer| item(answer)["updated_time"].as_str().unwrap().to_owned()).collect();
    times.sort();
    times.dedup();
    assert_eq!(times.len(), 6, "strictly increasing");
    let last = item(&get(target, PROFILE, &token).await);
    assert_eq!(last["updated_time"], json!(times[5]));
    assert!(last["first_name"] == last["last_name"] && last["first_name"] == last["reason"], "{last}");
}

pub async fn an_imported_profile_is_shown(target: &Target) {
    let token = token(OPEN);
    let shown = item(&get(target, "/client/profile", &token).await);
    assert_eq!(
        (&shown["client_id"], &shown["tax_identification_number"]),
        (&json!(4120), &json!("IE-7731905"))
    );
    assert_eq!(shown["created_time"], "2024-11-06T03:42:29.865314");
    assert_eq!(shown["updated_time"], Value::Null);
    let address = item(&get(target, "/client/address", &token).await);
    assert_eq!(address["id"], shown["address_id"]);
    assert!(shown["address_id"].is_i64());
}
