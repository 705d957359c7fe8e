//! The feed, and the page about the system.

use profile_domain::operator::Role;
use serde_json::json;

use crate::{Target, browser::Browser, support::Answer};

/// An operator of whom no other test knows.
struct Desk<'a> {
    target: &'a Target,
    secret: String,
    /// The filter that finds what they do.
    filter: String,
}

impl<'a> Desk<'a> {
    async fn of(target: &'a Target) -> Self {
        let made = target.post(Role::Admin, "/keys", &json!({"name": "desk", "role": "admin"})).await.json();
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        let filter = format!("since=15&kind=account&field=city&actor=operator%3A{}", text("id"));
        Self { target, secret: text("secret"), filter }
    }

    async fn set_city(&self, record: &str, city: &str) {
        let call = self.target.open("PATCH", &format!("/operator/v1{record}"));
        let call = call.header("authorization", &format!("Bearer {}", self.secret));
        let patched = call.json(&json!({"fields": {"city": city}})).await;
        assert_eq!(patched.status, 200, "{}", patched.text);
    }
}

/// Where a page says that later changes are, and where a browser asks how many there are.
fn later(page: &str) -> (String, String) {
    let behind = |begin: &str| {
        let (_, rest) = page.split_once(begin).unwrap_or_else(|| panic!("no {begin}: {page}"));
        rest.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&")
    };
    (behind("<a id=\"later\" href=\""), behind("<p class=\"later\" hx-get=\""))
}

/// What a browser with JavaScript is answered.
async fn part(browser: &Browser, address: &str) -> Answer {
    let request = browser.request("GET", address).header("hx-request", "true");
    Answer::read(request.send().await.unwrap()).await
}

/// The first answer with this text: a change shows within two seconds.
async fn part_with(browser: &Browser, address: &str, text: &str) -> String {
    for _ in 0..40 {
        let answer = part(browser, address).await;
        if answer.text.contains(text) {
            return answer.text;
        }
        tokio::time::sleep(std::time::Duration::from_millis(250)).await;
    }
    panic!("no {text}: {}", part(browser, address).await.text);
}

pub async fn changes_are_shown_by_filter_and_later_ones_are_counted(target: &Target) {
    let record = format!("/records/account/{}", target.family().alone);
    let (desk, browser) = (Desk::of(target).await, Browser::of(target, Role::Support).await);
    desk.set_city(&record, "Malmö <b>").await;
    let shown = format!("{record}?version=");
    let begin = format!("/console/feed?{}", desk.filter);
    part_with(&browser, &begin, &shown).await;
    let first = browser.page(&begin).await;
    assert!(first.contains("Malmö &#60;b&#62;") && first.contains("through operator"), "{first}");
    let (address, count) = later(&first);
    assert!(!browser.page(&address).await.contains(&shown));
    let none = part(&browser, &count).await;
    assert_eq!((none.status, none.text.as_str()), (204, ""), "nothing is moved for nothing");
    desk.set_city(&record, "Ystad").await;
    let one = part_with(&browser, &count, ">1 later change<").await;
    assert!(!one.contains("Ystad") && !one.contains("<html"), "what one reads stays: {one}");
    assert_eq!(later(&one).0, address);
    assert_eq!(part(&browser, &later(&one).1).await.status, 204, "it is said already");
    let changes = part(&browser, &address).await.text;
    assert!(changes.contains("Ystad") && !changes.contains("<html"), "{changes}");
    assert_ne!(later(&changes), (address.clone(), count), "the next ones are behind it");
    assert!(browser.page(&address).await.contains("Ystad"), "without JavaScript too");
    let masked = Browser::of(target, Role::Reader).await.page(&address).await;
    assert!(masked.contains("personal: not shown to this role") && !masked.contains("Ystad"), "{masked}");
}

pub async fn more_later_changes_than_a_page_has_are_counted_on(target: &Target) {
    let record = format!("/records/account/{}", target.family().alone);
    let (desk, browser) = (Desk::of(target).await, Browser::of(target, Role::Support).await);
    let (address, count) = later(&browser.page(&format!("/console/feed?{}", desk.filter)).await);
    for number in 0..30 {
        desk.set_city(&record, &format!("Town {number}")).await;
    }
    let many = part_with(&browser, &count, ">25 or more later changes<").await;
    assert!(many.contains("hx-trigger=\"every 5s\""), "{many}");
    let versions = |page: &str| page.matches(&format!("{record}?version=")).count();
    let first = part(&browser, &address).await.text;
    assert!(versions(&first) == 25 && first.contains("hx-trigger=\"every 5s\""), "{first}");
    let (address, count) = later(&first);
    part_with(&browser, &count, ">5 later changes<").await;
    let rest = part(&browser, &address).await.text;
    assert!(versions(&rest) == 5 && rest.contains("That is all by now."), "{rest}");
}

pub async fn the_newest_change_comes_first(target: &Target) {
    let login = target.family().alone;
    let record = format!("/records/account/{login}");
    let (desk, browser) = (Desk::of(target).await, Browser::of(target, Role::Support).await);
    for number in 0..60 {
        desk.set_city(&record, &format!("Town {number} of {login}")).await;
    }
    let own = format!("{record}?version=");
    let versions = |page: &str| -> Vec<i64> {
        let found = page.split(&own).skip(1).map(|rest| rest.split('"').next().unwrap().parse().unwrap());
        found.collect()
    };
    for _ in 0..40 {
        let page = browser.page(&format!("/console/feed?{}", desk.filter)).await;
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
        "<dt>size</dt>",
        "<h2>Verification</h2>",
        "<dt>last run</dt>",
        "Calls of the last hour",
        "<h2>Deliveries</h2>",
        "<dt>waiting</dt>",
        "<dt>lag</dt>",
        "<h3>operator</h3><svg",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
}
