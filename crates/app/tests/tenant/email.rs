//! Another e-mail address, and the password that it asks for (section 8, rows 11 to 18; section 9).

use futures_util::future::join_all;
use serde_json::json;

use crate::{
    call::{PROFILE, UPDATE, data, get, put, refused},
    support::{
        Answer, Target,
        members::{ACME, Members, PASSWORD, bearer},
    },
};

const FIELD: &str = "password_validation";

pub async fn an_address_changes_with_the_password(target: &Target) {
    let members = target.members();
    let token = bearer(members.mira(), Some(ACME));
    let address = format!("New.{}@Example.test", members.mira());
    for body in [json!({"email": address}), json!({"email": address, FIELD: null})] {
        refused(&put(target, &token, &body).await, 400, &[("PASSWORD_VALIDATION_REQUIRED", FIELD)]);
    }
    for wrong in ["", "wrong", " correct horse", "Correct horse"] {
        let body = json!({"email": address, FIELD: wrong, "given_name": "Never"});
        refused(&put(target, &token, &body).await, 400, &[("PASSWORD_VALIDATION_FAILED", FIELD)]);
    }
    assert_eq!(data(&get(target, PROFILE, &token).await)["given_name"], "Mira");
    let changed = put(target, &token, &json!({"email": format!(" {address} "), FIELD: PASSWORD})).await;
    assert_eq!(data(&changed)["email"], json!(address));
    assert!(!changed.text.contains(PASSWORD) && !changed.text.contains("argon2"));
    // The same in other letters is no change; the stored spelling stays.
    let same = data(&put(target, &token, &json!({"email": address.to_uppercase()})).await);
    assert_eq!((&same["email"], &same["last_updated"]), (&json!(address), &data(&changed)["last_updated"]));
    let alone = bearer(members.alone(), None);
    let body = json!({"email": "somebody@example.test", FIELD: PASSWORD});
    refused(&put(target, &alone, &body).await, 400, &[("PASSWORD_VALIDATION_FAILED", FIELD)]);
}

pub async fn an_address_has_the_form_of_the_page_and_no_other(target: &Target) {
    let members = target.members();
    let token = bearer(members.mira(), Some(ACME));
    let number = members.mira();
    for address in [
        format!("aaa..bbb{number}@docomo.ne.jp"),
        format!(".lead{number}@ezweb.ne.jp"),
        format!("{number}{}@c.de", "é".repeat(64 - number.to_string().len())),
        format!("rene\u{301}{number}@c.de"),
        format!("\"{number}\"@[127.0.0.1]"),
    ] {
        let changed = put(target, &token, &json!({"email": address, FIELD: PASSWORD})).await;
        assert_eq!(data(&changed)["email"], json!(address));
    }
    for wrong in ["a b@c.de", "a@b", "@c.de", "a@b@c.de", "a@c\u{a0}.de", &format!("{}@c.de", "é".repeat(65))]
    {
        let answer = put(target, &token, &json!({"email": wrong, FIELD: PASSWORD})).await;
        refused(&answer, 400, &[("INVALID_EMAIL", "email")]);
    }
}

pub async fn an_address_is_one_members(target: &Target) {
    let members = target.members();
    let token = bearer(members.mira(), None);
    for holder in [members.owner(), members.root()] {
        for address in [Members::email(holder), Members::email(holder).to_uppercase()] {
            let taken = json!({"email": address, FIELD: "wrong"});
            refused(&put(target, &token, &taken).await, 400, &[("PASSWORD_VALIDATION_FAILED", FIELD)]);
            let taken = json!({"email": address, FIELD: PASSWORD});
            refused(&put(target, &token, &taken).await, 400, &[("EMAIL_ALREADY_IN_USE", "email")]);
        }
    }
    let free = Members::email(members.deleted());
    assert_eq!(
        data(&put(target, &token, &json!({"email": free, FIELD: PASSWORD})).await)["email"],
        json!(free)
    );
}

pub async fn one_of_two_gets_the_address(target: &Target) {
    let members = target.members();
    let body = json!({"email": format!("race{}@example.test", members.mira()), FIELD: PASSWORD});
    let tokens = [bearer(members.mira(), None), bearer(members.owner(), None)];
    let answers = join_all(tokens.iter().map(|token| put(target, token, &body))).await;
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400]);
    let refusal = answers.iter().find(|answer| answer.status == 400).unwrap();
    refused(refusal, 400, &[("EMAIL_ALREADY_IN_USE", "email")]);
}

pub async fn ten_wrong_passwords_lock(target: &Target) {
    let members = target.members();
    let token = bearer(members.mira(), None);
    let body =
        |password: &str| json!({"email": format!("x{}@example.test", members.mira()), FIELD: password});
    for _ in 0..9 {
        refused(&put(target, &token, &body("wrong")).await, 400, &[("PASSWORD_VALIDATION_FAILED", FIELD)]);
    }
    assert_eq!(put(target, &token, &body(PASSWORD)).await.status, 200, "a right one clears the count");
    let body =
        |password: &str| json!({"email": format!("y{}@example.test", members.mira()), FIELD: password});
    for _ in 0..10 {
        refused(&put(target, &token, &body("wrong")).await, 400, &[("PASSWORD_VALIDATION_FAILED", FIELD)]);
    }
    for password in ["wrong", PASSWORD] {
        refused(&put(target, &token, &body(password)).await, 403, &[("PASSWORD_VALIDATION_LOCKED", FIELD)]);
    }
    assert_eq!(put(target, &token, &json!({"given_name": "Still"})).await.status, 200);
    assert_eq!(put(target, &bearer(members.owner(), None), &body(PASSWORD)).await.status, 200, "nobody else");
}

pub async fn many_attempts_at_once_are_counted_exactly(target: &Target) {
    let members = target.members();
    let token = bearer(members.mira(), None);
    let body = json!({"email": format!("z{}@example.test", members.mira()), FIELD: "wrong"});
    let client = Target::client();
    let attempt = async || {
        let request =
            client.put(format!("{}{UPDATE}", target.url)).header("authorization", &token).json(&body);
        Answer::read(request.send().await.unwrap()).await
    };
    let answers = join_all((0..200).map(|_| attempt())).await;
    let count = |status: u16| answers.iter().filter(|answer| answer.status == status).count();
    assert_eq!((count(400), count(403), count(503)), (10, 190, 0));
}

pub async fn many_right_passwords_at_once_are_all_right(target: &Target) {
    let members = target.members();
    let client = Target::client();
    let change = async |member: i32, number: usize| {
        let body = json!({"email": format!("r{number}.{member}@example.test"), FIELD: PASSWORD});
        let request =
            client.put(format!("{}{UPDATE}", target.url)).header("authorization", bearer(member, None));
        Answer::read(request.json(&body).send().await.unwrap()).await.status
    };
    let flood = join_all((0..40).map(|number| change(members.mira(), number)));
    let other = async {
        for number in 0..5 {
            assert_eq!(change(members.owner(), number).await, 200, "another member's are checked meanwhile");
        }
    };
    let (flood, ()) = futures_util::future::join(flood, other).await;
    assert_eq!(flood, [200; 40]);
}
