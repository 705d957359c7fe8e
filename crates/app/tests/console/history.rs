//! What a record was, and taking it back.

use profile_domain::operator::Role;
use serde_json::json;

use crate::{Target, browser::Browser};

async fn correct(target: &Target, login: i64, city: &str) {
    let path = format!("/records/account/{login}");
    assert_eq!(target.patch(Role::Admin, &path, &json!({"fields": {"city": city}})).await.status, 200);
}

pub async fn versions_are_listed_compared_and_taken_back(target: &Target) {
    let login = target.family().alone;
    correct(target, login, "Malmö").await;
    correct(target, login, "Ystad").await;
    let browser = Browser::of(target, Role::Support).await;
    let record = format!("/console/records/account/{login}");
    let history = browser.page(&format!("{record}/history")).await;
    for shown in ["version 1", "version 2", "version 3", "Lund", "Malmö", "Ystad", "<bdi>admin</bdi>"] {
        assert!(history.contains(shown), "{shown}: {history}");
    }
    assert_eq!(history.matches("<div class=\"versions\">").count(), 2, "a row for each actor: {history}");
    for version in 1..=3 {
        let address = format!("{record}?version={version}");
        let mark =
            format!("<a href=\"{address}\" aria-label=\"version {version}\"><title>version {version}, 20");
        assert!(history.contains(&mark), "{mark}: {history}");
    }
    assert!(
        history.contains("Z, admin (operator:opk_") && history.contains("Z, operator</title>"),
        "{history}"
    );
    let compared = browser.page(&format!("{record}/compare?from=1&to=3")).await;
    assert!(
        compared.contains("Lund") && compared.contains("Ystad") && !compared.contains("Malmö"),
        "{compared}"
    );
    let look = browser.page(&format!("{record}/revert?to=1")).await;
    assert!(look.contains("Ystad") && look.contains("Lund"), "{look}");
    let revert = format!("{record}/revert");
    let unreasoned = browser.post(&revert, &[("to", "1"), ("version", "3"), ("reason", "")]).await;
    assert!(unreasoned.text.contains("Reason: At least 3 characters."), "{}", unreasoned.text);
    let stale = browser.post(&revert, &[("to", "1"), ("version", "2"), ("reason", "ticket 4711")]).await;
    assert!(stale.text.contains("Somebody changed the record meanwhile"), "{}", stale.text);
    assert_eq!(target.record("account", login).await["version"], 3);
    let done = browser.post(&revert, &[("to", "1"), ("version", "3"), ("reason", "ticket 4711")]).await;
    assert_eq!((done.status, done.header("location")), (303, &*format!("{record}?saved=4")));
    let stored = target.record("account", login).await;
    assert_eq!((&stored["fields"]["city"], &stored["cause"]["door"]), (&json!("Lund"), &json!("console")));
}

pub async fn a_record_is_shown_as_it_was(target: &Target) {
    let login = target.family().alone;
    correct(target, login, "Malmö").await;
    let browser = Browser::of(target, Role::Support).await;
    let record = format!("/console/records/account/{login}");
    let earlier = browser.page(&format!("{record}?version=1")).await;
    assert!(earlier.contains("Lund") && !earlier.contains("Malmö"), "{earlier}");
    let today = browser.page(&format!("{record}?as_of=2999-01-01&offset=-60")).await;
    assert!(today.contains("Malmö") && today.contains("as it was at the end of 2999-01-01"), "{today}");
    let form = browser.page(&format!("{record}/history")).await;
    assert!(form.contains("<noscript>") && form.contains("the day is one of UTC"), "{form}");
    assert_eq!(browser.get(&format!("{record}?as_of=2001-01-01")).await.status, 404);
    assert_eq!(browser.get(&format!("{record}?as_of=yesterday")).await.status, 400);
}

pub async fn the_fields_that_a_list_leaves_out_are_one_link_away(target: &Target) {
    let path = format!("/records/account/{}", 9_000_000 + target.number());
    let made = target.put(Role::Admin, &path, &json!({"fields": {"city": "Kiruna"}})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(target.delete(Role::Admin, &format!("{path}?reason=of%20a%20test")).await.status, 200);
    let browser = Browser::of(target, Role::Support).await;
    let history = browser.page(&format!("/console{path}/history")).await;
    assert!(!history.contains("zipcode"), "{history}");
    for page in ["?version=1", "/compare?from=1&#38;to=2"] {
        assert!(history.contains(&format!("<a href=\"/console{path}{page}\">")), "{page}: {history}");
        let all = browser.page(&format!("/console{path}{}", page.replace("&#38;", "&"))).await;
        assert!(all.contains("zipcode") && all.contains("Kiruna"), "{page}: {all}");
    }
}
