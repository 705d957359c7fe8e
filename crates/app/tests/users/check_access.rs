//! `GET /users/{id}/access/{resource_id}` (sections 4, 9 and 13).

use crate::{
    call::{NEWEST, get, refused},
    support::{
        Target,
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
