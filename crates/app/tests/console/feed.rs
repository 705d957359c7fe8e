//! The feed, and the page about the system.

use profile_domain::operator::Role;
use serde_json::json;

use crate::{Target, browser::Browser, support::Answer};

pub async fn changes_are_shown_by_filter_and_later_ones_turn_up(target: &Target) {
    let login = target.family().alone;
    let record = format!("/records/account/{login}");
    let patch = async |city: &str| {
        let patched = target.patch(Role::Admin, &record, &json!({"fields": {"city": city}})).await;
        assert_eq!(patched.status, 200, "{}", patched.text);
    };
    let browser = Browser::of(target, Role::Support).await;
    patch("Malmö <b>").await;
    let key = target.get(Role::Admin, "/").await.json();
    let filter = format!("kind=account&field=city&actor=operator%3A{}", key["key"]["id"].as_str().unwrap());
    let page = async |address: &str| {
        // A change shows within two seconds.
        for _ in 0..40 {
            let page = browser.page(address).await;
            if page.contains(&format!("{record}?version=")) {
                return page;
            }
            tokio::time::sleep(std::time::Duration::from_millis(250)).await;
        }
        panic!("no change of {login}");
    };
    let first = page(&format!("/console/feed?since=15&{filter}")).await;
    assert!(first.contains("Malmö &#60;b&#62;") && first.contains("through operator"), "{first}");
    let (_, rest) = first.split_once("hx-get=\"").unwrap();
    let later = rest.split('"').next().unwrap().replace("&#38;", "&");
    let none = browser.page(&later).await;
    assert!(!none.contains(&format!("{record}?version=")), "{none}");
    patch("Ystad").await;
    let next = page(&later).await;
    assert!(next.contains("Ystad"), "{next}");
    let request = browser.request("GET", &later).header("hx-request", "true");
    let part = Answer::read(request.send().await.unwrap()).await;
    assert!(part.text.contains("Ystad") && !part.text.contains("<html"), "{}", part.text);
    let reader = Browser::of(target, Role::Reader).await;
    let masked = reader.page(&later).await;
    assert!(masked.contains("personal: not shown to this role") && !masked.contains("Ystad"), "{masked}");
}

pub async fn the_newest_change_comes_first(target: &Target) {
    let login = target.family().alone;
    let record = format!("/records/account/{login}");
    for number in 0..60 {
        let patch = json!({"fields": {"city": format!("Town {number} of {login}")}});
        assert_eq!(target.patch(Role::Admin, &record, &patch).await.status, 200);
    }
    let browser = Browser::of(target, Role::Support).await;
    let own = format!("{record}?version=");
    let versions = |page: &str| -> Vec<i64> {
        let found = page.split(&own).skip(1).map(|rest| rest.split('"').next().unwrap().parse().unwrap());
        found.collect()
    };
    for _ in 0..40 {
        let page = browser.page("/console/feed?since=15&kind=account&field=city").await;
        let newest = versions(&page);
        if newest.first() == Some(&61) {
            assert!(newest.is_sorted_by(|newer, older| newer > older), "{newest:?}");
            assert!(page.contains("from=beginning"), "{page}");
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(250)).await;
    }
    panic!("the last change is not on the first page");
}

pub async fn filters_that_mean_nothing_are_named(target: &Target) {
    let browser = Browser::of(target, Role::Reader).await;
    let page = browser.page("/console/feed?field=nonsense&actor=somebody").await;
    assert!(page.contains("Field: ") && page.contains("Who: "), "{page}");
    assert_eq!(browser.get("/console/feed?after=nowhere").await.status, 400);
}

pub async fn the_page_about_the_system_names_version_role_and_checkpoint(target: &Target) {
    let browser = Browser::of(target, Role::Support).await;
    let page = browser.page("/console/system").await;
    for shown in [
        env!("CARGO_PKG_VERSION"),
        "Role support",
        "role.privacy",
        "last checkpoint",
        "newest position",
        "Calls of the last hour",
        "<h3>operator</h3><svg",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
}
