//! Finding somebody, and looking at what they have.

use profile_domain::operator::Role;
use serde_json::json;

use crate::{Target, browser::Browser, fixtures::PNG, support::Answer};

/// The path of the first person in a list.
pub fn first_person(page: &str) -> String {
    let (_, rest) = page.split_once("/console/persons/").unwrap_or_else(|| panic!("nobody: {page}"));
    format!("/console/persons/{}", rest.split('"').next().unwrap())
}

/// The page on which somebody is found, once the search has followed the import.
async fn found(browser: &Browser, path: &str) -> String {
    for _ in 0..300 {
        let page = browser.page(path).await;
        if page.contains("/console/persons/") {
            return page;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("nobody is found by {path}");
}

pub async fn a_person_is_found_and_their_records_are_shown(target: &Target) {
    let family = target.family();
    let browser = Browser::of(target, Role::Support).await;
    let page = found(&browser, &format!("/console?q={}", family.double)).await;
    assert!(page.contains("Zoë Lindqvist") && page.contains("key is the same"), "{page}");
    let person = browser.page(&first_person(&page)).await;
    for (kind, key) in [
        ("customer", family.double),
        ("account", family.double_accounts[0]),
        ("account", family.double_accounts[1]),
    ] {
        assert!(person.contains(&format!("/console/records/{kind}/{key}\"")), "{person}");
    }
    assert!(person.contains("Last changes") && person.contains("through import"), "{person}");
    let none = browser.page("/console?q=nobody+has+this+name").await;
    assert!(none.contains("Nobody is found"), "{none}");
}

pub async fn a_search_as_one_types_returns_the_list_alone(target: &Target) {
    let browser = Browser::of(target, Role::Support).await;
    let path = format!("/console?q={}", target.family().single);
    found(&browser, &path).await;
    let request = browser.request("GET", &path);
    let part = Answer::read(request.header("hx-request", "true").send().await.unwrap()).await;
    assert_eq!(part.status, 200);
    assert!(part.text.contains("/console/persons/") && !part.text.contains("<html"), "{}", part.text);
}

pub async fn people_behind_the_first_page_are_one_link_away(target: &Target) {
    let browser = Browser::of(target, Role::Support).await;
    let word = format!("Qvarn{}", target.number());
    for _ in 0..25 {
        let login = 7_700_000 + target.number();
        target.create("account", login, json!({"name": format!("{word} Storm")})).await;
    }
    let persons = |page: &str| {
        let mut found: Vec<String> = page
            .split("href=\"/console/persons/")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap().to_owned())
            .collect();
        found.sort();
        found
    };
    let mut first = String::new();
    for _ in 0..300 {
        first = browser.page(&format!("/console?q={word}")).await;
        let more = first.split_once("href=\"/console?q=");
        if let Some((_, more)) = more {
            let more = format!("/console?q={}", more.split('"').next().unwrap().replace("&#38;", "&"));
            let rest = browser.page(&more).await;
            let all: Vec<String> = [persons(&first), persons(&rest)].concat();
            let distinct: std::collections::BTreeSet<&String> = all.iter().collect();
            assert_eq!((persons(&first).len(), distinct.len()), (20, all.len()));
            if all.len() == 25 {
                assert!(!rest.contains("More people"), "{rest}");
                assert_eq!(browser.get("/console?q=x&after=nowhere").await.status, 400);
                return;
            }
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("25 people are not found: {first}");
}

pub async fn a_picture_is_shown_to_those_who_read_personal_values(target: &Target) {
    let (login, file) = (target.family().alone, format!("2c5c1f0e-7a44-4c0b-9b6f-{:012x}", target.number()));
    target.create("file", &file, json!({"extension": "png", "base64": PNG})).await;
    let patch = json!({"fields": {"avatar": file}});
    let path = format!("/records/account/{login}");
    assert_eq!(target.patch(Role::Admin, &path, &patch).await.status, 200);
    let person = target.record("account", login).await["person"].as_str().unwrap().to_owned();
    let (person, picture) = (format!("/console/persons/{person}"), format!("/console{path}/picture"));
    for role in Role::ALL {
        let browser = Browser::of(target, role).await;
        let sees = role != Role::Reader;
        assert_eq!(
            browser.page(&person).await.contains(&format!("src=\"{picture}\"")),
            sees,
            "{}",
            role.name()
        );
        let answer = browser.get(&picture).await;
        assert_eq!(answer.status, if sees { 200 } else { 403 }, "{}", role.name());
        assert_eq!(answer.header("cache-control"), "no-store");
        if sees {
            assert_eq!(answer.header("content-type"), "image/png");
            assert!(answer.bytes.starts_with(b"\x89PNG"));
        }
    }
    let browser = Browser::of(target, Role::Support).await;
    for path in ["account/999999999", "tenant/1", "user/user_T0000000000000"] {
        assert_eq!(browser.get(&format!("/console/records/{path}/picture")).await.status, 404, "{path}");
    }
    assert_eq!(Browser::new(target).get(&picture).await.status, 401);
}

pub async fn records_behind_the_hundredth_are_one_link_away(target: &Target) {
    let customer = target.family().double;
    for _ in 0..100 {
        target.create("account", 7_800_000 + target.number(), json!({"customer_id": customer})).await;
    }
    let person = target.record("customer", customer).await["person"].as_str().unwrap().to_owned();
    let person = format!("/console/persons/{person}");
    let browser = Browser::of(target, Role::Support).await;
    let records = |page: &str| page.matches("<article class=\"card\">").count();
    let first = browser.page(&person).await;
    let (_, more) = first.split_once(&format!("href=\"{person}?after=")).unwrap();
    let more = format!("{person}?after={}", more.split('"').next().unwrap());
    let rest = browser.page(&more).await;
    assert_eq!((records(&first), records(&rest)), (100, 3));
    assert!(!rest.contains("More records"), "{rest}");
    for wrong in ["account", "account/x", "nothing/1"] {
        assert_eq!(browser.get(&format!("{person}?after={wrong}")).await.status, 400, "{wrong}");
    }
}
