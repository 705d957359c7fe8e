//! Finding somebody, and looking at what they have.

use profile_domain::operator::Role;

use crate::{Target, browser::Browser, support::Answer};

/// The path of the first person in a list.
pub fn first_person(page: &str) -> String {
    let (_, rest) = page.split_once("/console/persons/").unwrap_or_else(|| panic!("nobody: {page}"));
    format!("/console/persons/{}", rest.split('"').next().unwrap())
}

pub async fn a_person_is_found_and_their_records_are_shown(target: &Target) {
    let family = target.family();
    let browser = Browser::of(target, Role::Support).await;
    let page = browser.page(&format!("/console?q={}", family.double)).await;
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
    let request = browser.request("GET", &format!("/console?q={}", target.family().single));
    let part = Answer::read(request.header("hx-request", "true").send().await.unwrap()).await;
    assert_eq!(part.status, 200);
    assert!(part.text.contains("/console/persons/") && !part.text.contains("<html"), "{}", part.text);
}
