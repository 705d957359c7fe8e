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
    // Whoever found the queue full has had no attempt.
    let (wrong, locked, busy) = (count(400), count(403), count(503));
    assert_eq!(wrong + locked + busy, 200);
    assert!(wrong <= 10, "{wrong} attempts");
    assert!(wrong == 10 || busy > 0, "{wrong} attempts, {busy} busy");
}
