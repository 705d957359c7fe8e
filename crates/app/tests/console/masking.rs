//! What a role may not see is on none of its pages.

use profile_domain::operator::Role;
use serde_json::json;

use crate::{Target, browser::Browser, fixtures::client_with_profile};

/// The values of the client's profile that are sensitive.
const SENSITIVE: [&str; 3] = ["1991-12-03", "IE-7731905", "IE-5550001"];

async fn pages(target: &Target, path: &str) -> Vec<String> {
    let record = format!("/console{path}");
    let key = path.rsplit('/').next().unwrap();
    let person = target.record("client", key).await["person"].as_str().unwrap().to_owned();
    vec![
        format!("/console/persons/{person}"),
        format!("{record}/history"),
        format!("{record}/compare?from=1&to=2"),
        format!("{record}?version=1"),
        record,
    ]
}

pub async fn sensitive_values_are_on_no_page(target: &Target) {
    let path = client_with_profile(target).await;
    let again = json!({
        "fields": {"profile": {"tax_identification_number": "IE-5550001", "first_name": "Mira"}},
        "cause": {"reason": "ticket 4711"},
    });
    assert_eq!(target.patch(Role::Privacy, &path, &again).await.status, 200);
    for role in Role::ALL {
        let browser = Browser::of(target, role).await;
        let mut all = pages(target, &path).await;
        if role != Role::Reader {
            all.push(format!("/console{path}/edit"));
        }
        for page in all {
            let text = browser.page(&page).await;
            for value in SENSITIVE {
                assert!(!text.contains(value), "{} sees {value} on {page}", role.name());
            }
            assert_eq!(text.contains("Mir"), role != Role::Reader, "{} on {page}", role.name());
        }
    }
    // Whoever sets such a value looks at the change without seeing either.
    let browser = Browser::of(target, Role::Privacy).await;
    let form = [
        ("base", "2"),
        ("f.profile.date_of_birth", "1991-12-04"),
        ("reason", "ticket 1"),
        ("step", "preview"),
    ];
    let preview = browser.post(&format!("/console{path}/edit"), &form).await;
    assert!(preview.text.contains("sensitive: masked"), "{}", preview.text);
    assert!(!preview.text.contains("1991-12-03"), "{}", preview.text);
}

pub async fn a_reader_sees_no_personal_value_and_edits_nothing(target: &Target) {
    let login = target.family().alone;
    let browser = Browser::of(target, Role::Reader).await;
    let record = format!("/console/records/account/{login}");
    let page = browser.page(&record).await;
    assert!(!page.contains("Lund") && page.contains("personal: not shown to this role"), "{page}");
    assert!(!page.contains("/edit"), "{page}");
    for path in [format!("{record}/edit"), format!("{record}/revert?to=1")] {
        let answer = browser.get(&path).await;
        assert_eq!(answer.status, 403);
        assert!(answer.text.contains("role.write"), "{}", answer.text);
    }
    let form = [("base", "1"), ("f.city", "Malmö"), ("step", "save")];
    assert_eq!(browser.post(&format!("{record}/edit"), &form).await.status, 403);
    assert_eq!(target.record("account", login).await["version"], 1);
}
