//! Subscriptions: made, looked at, tested, rotated, replayed, stopped and removed.

use profile_domain::operator::Role;

use crate::{Target, browser::Browser};

pub async fn a_subscription_is_made_looked_after_and_removed(target: &Target) {
    let browser = Browser::of(target, Role::Admin).await;
    let form = [
        ("url", "https://hooks.example.invalid/<p>"),
        ("name", "Desk & co"),
        ("kind", "tenant"),
        ("values", "none"),
    ];
    let made = browser.post("/console/subscriptions", &form).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let (_, rest) = made.text.split_once("<code>whsec_").unwrap();
    let secret = format!("whsec_{}", rest.split('<').next().unwrap());
    let (_, rest) = made.text.split_once("The subscription <a href=\"").unwrap();
    let place = rest.split('"').next().unwrap();
    let list = browser.page("/console/subscriptions").await;
    assert!(list.contains(place) && list.contains("Desk &#38; co") && !list.contains(&secret), "{list}");
    assert!(list.contains("hooks.example.invalid/&#60;p&#62;") || list.contains("%3Cp%3E"), "{list}");
    let act = async |form: &[(&str, &str)]| browser.post(place, form).await;
    let tested = act(&[("act", "test")]).await;
    assert!(tested.status == 200 && tested.text.contains("Test: connect"), "{}", tested.text);
    let rotated = act(&[("act", "rotate"), ("hours", "0")]).await;
    assert!(rotated.text.contains("whsec_") && !rotated.text.contains(&secret), "{}", rotated.text);
    assert!(act(&[("act", "replay"), ("hours", "24")]).await.text.contains("is sent again"));
    assert!(act(&[("act", "disable")]).await.text.contains("disabled"));
    assert!(act(&[("act", "activate")]).await.text.contains(">active<"));
    for wrong in [&[("act", "rotate"), ("hours", "169")][..], &[("act", "replay")], &[("act", "sing")], &[]] {
        assert_eq!(act(wrong).await.status, 400, "{wrong:?}");
    }
    assert_eq!(act(&[("act", "remove")]).await.status, 303);
    assert_eq!(browser.get(place).await.status, 404);
}

pub async fn a_target_that_may_not_be_reached_is_refused(target: &Target) {
    let browser = Browser::of(target, Role::Admin).await;
    for url in ["nothing", "https://user@example.com/", "https://127.0.0.1/"] {
        let refused = browser.post("/console/subscriptions", &[("url", url)]).await;
        assert!(refused.status == 200 && refused.text.contains("Target: "), "{url}: {}", refused.text);
        assert!(refused.text.contains(&format!("value=\"{url}\"")), "{}", refused.text);
    }
}
