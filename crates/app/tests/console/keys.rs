//! Operator keys: made, shown once, and revoked.

use profile_domain::operator::Role;

use crate::{Target, browser::Browser};

pub async fn a_key_is_made_shown_once_and_revoked(target: &Target) {
    let browser = Browser::of(target, Role::Admin).await;
    let name = format!("Desk <i>{}", target.number());
    let form = [("name", &*name), ("role", "support"), ("days", "30"), ("networks", "127.0.0.0/8\r\n::1")];
    let made = browser.post("/console/keys", &form).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let (_, rest) = made.text.split_once("<code>pok_").unwrap();
    let secret = format!("pok_{}", rest.split('<').next().unwrap());
    let (_, rest) = made.text.split_once("The key <code>").unwrap();
    let id = rest.split('<').next().unwrap();
    let list = browser.page("/console/keys").await;
    assert!(list.contains(id) && list.contains("Desk &#60;i&#62;") && !list.contains(&secret), "{list}");
    let mut desk = Browser::new(target);
    assert_eq!(desk.sign_in(&secret).await.status, 303);
    let revoke = format!("/console/keys/{id}/revoke");
    assert!(browser.post(&revoke, &[("reason", "")]).await.text.contains("Reason: At least 3 characters."));
    assert_eq!(desk.get("/console").await.status, 200);
    assert_eq!(browser.post(&revoke, &[("reason", "left the desk")]).await.status, 303);
    assert_eq!(desk.get("/console").await.status, 401);
    assert!(browser.page("/console/keys").await.contains("left the desk"));
}

pub async fn everything_wrong_with_a_key_is_said_and_none_is_made(target: &Target) {
    let browser = Browser::of(target, Role::Admin).await;
    let form = [("name", ""), ("role", "king"), ("days", "0"), ("networks", "here")];
    let refused = browser.post("/console/keys", &form).await;
    assert_eq!(refused.status, 200);
    for shown in ["Name:", "Role:", "Days:", "Networks: here"] {
        assert!(refused.text.contains(shown), "{shown}: {}", refused.text);
    }
    assert_eq!(
        browser.post("/console/keys/opk_00000000000000/revoke", &[("reason", "gone")]).await.status,
        404
    );
}

pub async fn only_administrators_see_places_of_administrators(target: &Target) {
    for role in Role::ALL {
        let browser = Browser::of(target, role).await;
        let page = browser.page("/console").await;
        for place in ["/console/keys", "/console/subscriptions"] {
            assert_eq!(
                page.contains(&format!("\"{place}\"")),
                role == Role::Admin,
                "{} {place}",
                role.name()
            );
            assert_eq!(browser.get(place).await.status, if role == Role::Admin { 200 } else { 403 });
            assert_eq!(browser.post(place, &[]).await.status, if role == Role::Admin { 200 } else { 403 });
        }
        assert_eq!(browser.get("/console/feed").await.status, 200);
        assert_eq!(browser.get("/console/system").await.status, 200);
    }
}
