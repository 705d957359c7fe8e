//! The own record (section 4; section 8, rows 1 to 9, 19 to 22 and 38 to 39).

use serde_json::{Value, json};

use crate::{
    call::{PROFILE, UPDATE, data, get, put, put_text, refused},
    support::{
        Target,
        members::{ACME, bearer},
    },
};

pub async fn a_member_changes_the_own_record(target: &Target) {
    let members = target.members();
    let token = bearer(members.mira(), Some(ACME));
    let before = data(&get(target, PROFILE, &token).await);
    for nothing in [json!({}), json!({"given_name": null, "language": null, "password_validation": "wrong"})]
    {
        assert_eq!(data(&put(target, &token, &nothing).await), before, "{nothing}");
    }
    let after = data(
        &put(target, &token, &json!({"given_name": " Mïra ", "language": {"id": 2, "label": "Klingon"}}))
            .await,
    );
    assert_eq!((&after["given_name"], &after["language"]["name"]), (&json!("Mïra"), &json!("Norsk")));
    let mut expected = before.clone();
    for changed in ["given_name", "full_name", "language", "last_updated", "last_updated_by"] {
        expected[changed] = after[changed].clone();
    }
    assert_eq!(after, expected);
    assert!(after["last_updated"].as_str().unwrap() > before["last_updated"].as_str().unwrap());
    assert_eq!(after["last_updated_by"]["id"], members.mira());

    let again = data(&put(target, &token, &after).await);
    let mut expected = after.clone();
    expected["last_updated"] = again["last_updated"].clone();
    assert_eq!(again, expected, "an answer sent back changes nothing but the time");
    let empty =
        data(&put(target, &token, &json!({"family_name": "  ", "display_absolute_time": true})).await);
    assert_eq!((&empty["full_name"], &empty["display_absolute_time"]), (&json!("Mïra"), &json!(true)));
    let without_tenant = data(&get(target, PROFILE, &bearer(members.mira(), None)).await);
    assert_eq!(
        (&without_tenant["tenant_user"], &without_tenant["full_name"]),
        (&Value::Null, &json!("Mïra"))
    );
}

pub async fn nothing_else_can_change(target: &Target) {
    let members = target.members();
    let token = bearer(members.mira(), Some(ACME));
    let before = data(&get(target, PROFILE, &token).await);
    let body = json!({"id": 1, "full_name": 5, "profile_pic": "x", "created": [], "is_deleted": true, "admin_roles": [1], "permissions": "all",
        "tenant_user": {"role": 1}, "nickname": "x", "Given_Name": "x", "created_by": null, "password_hash": "x", "person": "x"});
    assert_eq!(data(&put(target, &token, &body).await), before);
    for name in ["SELECT * FROM member; --", "<script>alert(1)</script>", "\"'\\"] {
        let answer = data(&put(target, &token, &json!({"given_name": name, "family_name": name})).await);
        assert_eq!((&answer["given_name"], &answer["family_name"]), (&json!(name), &json!(name)));
    }
}

pub async fn bodies_that_are_no_object(target: &Target) {
    let token = bearer(target.members().mira(), None);
    for body in [
        "",
        "[]",
        "null",
        "\"x\"",
        "{",
        "{\"given_name\":\"a\",\"given_name\":\"b\"}",
        "{\"x\":1,\"x\":1}",
        "{\"language\":{\"id\":1,\"id\":2}}",
    ] {
        refused(&put_text(target, UPDATE, &token, body.to_owned()).await, 400, &[("INVALID_BODY", "")]);
    }
    let marked = put_text(target, UPDATE, &token, "\u{feff}{\"given_name\":\"Marked\"}".to_owned()).await;
    assert_eq!(data(&marked)["given_name"], "Marked", "a byte order mark is skipped");
    let twice = put_text(target, UPDATE, &token, "\u{feff}\u{feff}{}".to_owned()).await;
    refused(&twice, 400, &[("INVALID_BODY", "")]);
}

pub async fn types_are_told_before_values(target: &Target) {
    let token = bearer(target.members().mira(), None);
    for (body, errors) in [
        (json!({"given_name": 5}), &[("INVALID_TYPE", "given_name")][..]),
        (json!({"display_absolute_time": "true"}), &[("INVALID_TYPE", "display_absolute_time")]),
        (json!({"display_absolute_time": 1}), &[("INVALID_TYPE", "display_absolute_time")]),
        (json!({"language": 2}), &[("INVALID_TYPE", "language")]),
        (json!({"language": "nb"}), &[("INVALID_TYPE", "language")]),
        (json!({"language": ""}), &[("INVALID_TYPE", "language")]),
        (json!({"email": ["a"]}), &[("INVALID_TYPE", "email")]),
        (json!({"password_validation": 1}), &[("INVALID_TYPE", "password_validation")]),
        (json!({"language": {"id": "2"}}), &[("INVALID_TYPE", "language.id")]),
        (json!({"language": {"id": 2.5}}), &[("INVALID_TYPE", "language.id")]),
        (json!({"language": {"id": 2_147_483_648_u64}}), &[("INVALID_TYPE", "language.id")]),
        (json!({"language": {}}), &[("REQUIRED", "language.id")]),
        (json!({"language": {"id": null}}), &[("REQUIRED", "language.id")]),
        (
            json!({"display_absolute_time": 1, "family_name": 1, "language": {}, "given_name": ""}),
            &[
                ("REQUIRED", "language.id"),
                ("INVALID_TYPE", "family_name"),
                ("INVALID_TYPE", "display_absolute_time"),
            ],
        ),
    ] {
        refused(&put(target, &token, &body).await, 400, errors);
    }
}

pub async fn values_break_their_rules(target: &Target) {
    let token = bearer(target.members().mira(), None);
    let before = data(&get(target, PROFILE, &token).await);
    for (body, errors) in [
        (json!({"given_name": ""}), &[("BLANK", "given_name")][..]),
        (json!({"given_name": "   "}), &[("BLANK", "given_name")]),
        (json!({"given_name": "é".repeat(101)}), &[("TOO_LONG", "given_name")]),
        (json!({"family_name": "é".repeat(101)}), &[("TOO_LONG", "family_name")]),
        (json!({"given_name": "a\u{0}b"}), &[("INVALID_CHARACTERS", "given_name")]),
        (json!({"family_name": "a\nb"}), &[("INVALID_CHARACTERS", "family_name")]),
        (json!({"email": ""}), &[("BLANK", "email")]),
        (json!({"email": "x"}), &[("INVALID_EMAIL", "email")]),
        (json!({"email": "a@b"}), &[("INVALID_EMAIL", "email")]),
        (json!({"email": "a b@c.de"}), &[("INVALID_EMAIL", "email")]),
        (json!({"email": "@c.de"}), &[("INVALID_EMAIL", "email")]),
        (json!({"email": format!("a@{}.de", "b".repeat(250))}), &[("TOO_LONG", "email")]),
        (
            json!({"email": "new@example.test", "password_validation": "x".repeat(257)}),
            &[("TOO_LONG", "password_validation")],
        ),
        (json!({"given_name": "\u{3164}"}), &[("BLANK", "given_name")]),
        (json!({"given_name": "\u{200b}\u{e0041}\u{2800}"}), &[("BLANK", "given_name")]),
        (json!({"family_name": "\u{ffa0}"}), &[("BLANK", "family_name")]),
        (
            json!({"given_name": "", "email": "x", "language": {"id": 9999}}),
            &[("LANGUAGE_NOT_FOUND", "language.id"), ("INVALID_EMAIL", "email"), ("BLANK", "given_name")],
        ),
    ] {
        refused(&put(target, &token, &body).await, 400, errors);
    }
    assert_eq!(data(&get(target, PROFILE, &token).await), before);
}

pub async fn languages_must_exist(target: &Target) {
    let token = bearer(target.members().mira(), None);
    for id in [9999, 0, -1] {
        let answer = put(target, &token, &json!({"language": {"id": id}})).await;
        refused(&answer, 400, &[("LANGUAGE_NOT_FOUND", "language.id")]);
    }
}
