//! `GET /users/{id}/access/{resource_id}` (sections 4, 9 and 13), and the rate of requests (section 6).

use crate::{
    call::{NEWEST, get, refused},
    support::{
        Answer, Target,
        people::{APP_KEY, CHILD, OTHER, OWN, OWN_KEY},
    },
};

const CUSTOMER: &str = r#"{"has_access":true,"access_level":"customer"}"#;
const NONE: &str = r#"{"has_access":false,"access_level":"no_access"}"#;
const ADMIN: &str = r#"{"has_access":true,"access_level":"admin"}"#;

pub async fn access_is_for_members_and_the_business_itself(target: &Target) {
    let people = target.people();
    let user = target.own_token(&people.nora);
    let member = target.own_token(&people.omar);
    let without_scopes = target.user_token(&people.nora, None, &[]);
    let in_own = target.user_token(&people.nora, Some(OWN), &[]);
    let account = target.account_token(OWN);
    for (credential, who, resource, expected) in [
        (user.as_str(), "me", OWN, CUSTOMER),
        (&user, &people.nora_name, OTHER, NONE),
        (&without_scopes, &people.nora, OWN, CUSTOMER),
        (&without_scopes, &people.omar, OWN, CUSTOMER),
        (&without_scopes, &people.pia, OWN, NONE),
        (&member, &people.nora, OTHER, NONE),
        (&in_own, "me", OWN, CUSTOMER),
        (&in_own, &people.pia, OWN, NONE),
        (OWN_KEY, &people.nora, OWN, CUSTOMER),
        (OWN_KEY, &people.pia, OWN, NONE),
        (OWN_KEY, &people.omar, CHILD, CUSTOMER),
        (OWN_KEY, "me", OWN, ADMIN),
        (&account, "me", OWN, ADMIN),
        (&account, &people.nora, OWN, CUSTOMER),
        (APP_KEY, &people.pia, OWN, NONE),
        (APP_KEY, &people.omar, OTHER, CUSTOMER),
    ] {
        let answer = get(target, &format!("/users/{who}/access/{resource}"), credential, Some(NEWEST)).await;
        assert_eq!((answer.status, answer.text.as_str()), (200, expected), "{who} {resource}");
    }
    for path in [
        "me/access/biz_Unknown0000000",
        "me/access/prod_Unknown000000",
        "me/access/x",
        "nobody/access/biz_Own00000000000",
    ] {
        refused(&get(target, &format!("/users/{path}"), &user, Some(NEWEST)).await, 404, "not_found", "", "");
    }
    let stranger = target.own_token(&people.pia);
    for (credential, who, resource) in [
        (stranger.as_str(), people.nora.as_str(), OWN),
        (&stranger, &people.nora_name, OWN),
        (&user, &people.omar, OTHER),
        (&in_own, &people.omar, OTHER),
        (OWN_KEY, &people.omar, OTHER),
        (OWN_KEY, "me", CHILD),
        (OWN_KEY, "me", OTHER),
        (APP_KEY, &people.omar, CHILD),
        (APP_KEY, "me", OWN),
    ] {
        let answer = get(target, &format!("/users/{who}/access/{resource}"), credential, Some(NEWEST)).await;
        refused(&answer, 404, "not_found", "", "");
    }
}

pub async fn the_601st_request_of_a_minute_waits(target: &Target) {
    let people = target.people();
    let token = target.own_token(&people.nora);
    let client = Target::client();
    let ask = async |path: &str, token: &str| {
        let url = format!("{}{path}", target.url);
        Answer::read(client.get(url).header("authorization", format!("Bearer {token}")).send().await.unwrap())
            .await
    };
    for _ in 0..600 {
        assert_eq!(ask("/users/me/access/biz_Own00000000000", &token).await.status, 200);
    }
    let answer = ask("/users/me/access/biz_Own00000000000", &token).await;
    refused(&answer, 429, "rate_limit_exceeded", "", "");
    let seconds: u64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&seconds));
    assert_eq!(answer.json()["error"]["message"], format!("Try again in {seconds} seconds."));
    assert_eq!(ask("/users/me", &token).await.status, 200, "another operation");
    let other = target.own_token(&people.omar);
    assert_eq!(ask("/users/me/access/biz_Own00000000000", &other).await.status, 200, "another credential");
}
