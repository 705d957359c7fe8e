//! Subscriptions: made, looked at, tested, rotated, replayed, stopped and removed.

use std::time::Duration;

use profile_domain::operator::Role;
use serde_json::json;

use crate::{
    Target,
    browser::Browser,
    support::receiver::{Receiver, status},
};

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

pub async fn a_subscription_is_edited_with_all_its_fields(target: &Target) {
    let browser = Browser::of(target, Role::Admin).await;
    let url = "https://hooks.example.invalid/edited";
    let form = [
        ("url", url),
        ("name", "Desk"),
        ("kind", "tenant"),
        ("fields", "slug, name"),
        ("not_actor", "me"),
        ("headers", "X-Key: first\r\nX-Other: second"),
        ("values", "public"),
    ];
    let made = browser.post("/console/subscriptions", &form).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let (_, rest) = made.text.split_once("The subscription <a href=\"").unwrap();
    let place = rest.split('"').next().unwrap();
    let shown = browser.page(place).await;
    assert!(shown.contains("<dt>left out</dt><dd><bdi>admin</bdi> <code>operator:opk_"), "{shown}");
    let edit = format!("{place}/edit");
    let page = browser.page(&edit).await;
    for shown in [
        url,
        "X-Key:\nX-Other:",
        "name\nslug",
        "operator:opk_",
        "value=\"tenant\" checked",
        "<option selected>public",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    assert!(!page.contains("first"), "the values of headers are not shown: {page}");
    let refused = browser.post(&edit, &[("url", url), ("headers", "Host: a"), ("fields", "nonsense")]).await;
    assert!(
        refused.text.contains("Headers: Host") && refused.text.contains("a field nonsense"),
        "{}",
        refused.text
    );
    let unknown = browser.post(&edit, &[("url", url), ("headers", "X-New:")]).await;
    assert!(unknown.text.contains("Headers: a new one needs a value."), "{}", unknown.text);
    let saved = browser
        .post(&edit, &[("url", url), ("kind", "user"), ("headers", "X-Key:"), ("values", "none")])
        .await;
    assert_eq!(
        (saved.status, saved.header("location")),
        (303, &*format!("{place}?saved=true")),
        "{}",
        saved.text
    );
    let id = place.rsplit('/').next().unwrap();
    let stored = target.get(Role::Admin, &format!("/subscriptions/{id}")).await.json();
    let expected = serde_json::json!({"X-Key": null});
    assert_eq!(
        (&stored["headers"], &stored["name"], &stored["not_actor"]),
        (&expected, &serde_json::Value::Null, &serde_json::Value::Null)
    );
    assert_eq!(
        (&stored["kinds"], &stored["fields"], &stored["values"]),
        (&serde_json::json!(["user"]), &serde_json::json!([]), &serde_json::json!("none"))
    );
    assert_eq!(browser.post(place, &[("act", "remove")]).await.status, 303);
    assert_eq!(browser.get(&edit).await.status, 404);
}

/// The page of a subscription once an attempt is shown on it.
async fn page_with_attempts(browser: &Browser, place: &str) -> String {
    for _ in 0..100 {
        let page = browser.page(place).await;
        if page.contains("Failures: ") {
            return page;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("no attempt is shown: {}", browser.page(place).await);
}

#[tokio::test]
async fn attempts_are_plotted_and_what_waits_is_counted() {
    let target = Target::binary("sqlite://data/profile.db", &[("PROFILE_WEBHOOK_ALLOW_PRIVATE", "on")]);
    // What fails waits for the next attempt.
    let receiver = Receiver::answering(|_, _| status(500)).await;
    let browser = Browser::of(&target, Role::Admin).await;
    assert!(browser.page("/console/system").await.contains("<dt>waiting</dt><dd>0</dd>"));
    let form = [("url", &*receiver.url), ("kind", "account"), ("values", "none")];
    let made = browser.post("/console/subscriptions", &form).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let (_, rest) = made.text.split_once("The subscription <a href=\"").unwrap();
    let place = rest.split('"').next().unwrap();
    let account = format!("/records/account/{}", target.family().alone);
    let patch = json!({"fields": {"city": "Malmö"}});
    assert_eq!(target.patch(Role::Admin, &account, &patch).await.status, 200);
    receiver.until(30, |all| !all.is_empty()).await;
    let page = page_with_attempts(&browser, place).await;
    let (_, said) = page.split_once("<span class=\"quiet\">Failures: ").unwrap();
    let (failed, rest) = said.split_once(" of ").unwrap();
    let (count, rest) = rest.split_once(" attempts, since <time ").unwrap();
    assert!(failed == count && failed != "0", "{page}");
    assert!(rest.starts_with("datetime="), "{page}");
    for page in [page, browser.page("/console/subscriptions").await] {
        assert_eq!(page.matches("<svg class=\"plot\"").count(), 2, "{page}");
        assert!(page.contains("<polyline class=\"failures\" points=\""), "{page}");
    }
    let system = browser.page("/console/system").await;
    assert!(system.contains("<dt>waiting</dt><dd>1</dd>"), "{system}");
    assert!(system.contains(" s: the oldest that waits is of <time "), "{system}");
}
