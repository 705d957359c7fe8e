//! `GET /users/{id}/access/{resource_id}` (sections 4, 9 and 13).

use crate::{
    call::{NEWEST, get, refused},
    support::{
        Target,
        people::{APP_KEY, OTHER, OWN, OWN_KEY},
    },
};

pub async fn access_is_for_members_and_the_business_itself(target: &Target) {
    let people = target.people();
    let user = target.own_token(&people.nora);
    for (credential, who, resource, expected) in [
        (user.as_str(), "me", OWN, r#"{"has_access":true,"access_level":"customer"}"#),
        (&user, &people.nora_name, OTHER, r#"{"has_access":false,"access_level":"no_access"}"#),
        (OWN_KEY, &people.nora, OWN, r#"{"has_access":true,"access_level":"admin"}"#),
        (OWN_KEY, &people.omar, OTHER, r#"{"has_access":true,"access_level":"customer"}"#),
        (APP_KEY, &people.pia, OWN, r#"{"has_access":false,"access_level":"no_access"}"#),
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
    let key = get(target, &format!("/users/me/access/{OWN}"), OWN_KEY, Some(NEWEST)).await;
    refused(&key, 404, "not_found", "", "");
}
