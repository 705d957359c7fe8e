//! What a role may not see is on none of its pages.

use profile_domain::operator::Role;
use serde_json::json;

use crate::{Target, browser::Browser, fixtures::client_with_profile};

/// The sensitive values of the client, of both versions.
const SENSITIVE: [&str; 5] = ["1991-12-03", "1990-02-14", "IE-7731905", "IE-5550001", "IE-8840012"];
/// What every hash of a member's password begins with.
const HASH: &str = "$argon2id$";
/// The fields of a client that are sensitive, as the page of the person names them.
const MASKED: &str = "<dt>sensitive: masked</dt><dd>profile.date_of_birth, \
    profile.tax_identification_number, tax_information.tax_identification_number</dd>";

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
        "fields": {
            "profile": {
                "tax_identification_number": "IE-5550001", "date_of_birth": "1990-02-14",
                "first_name": "Mira",
            },
            "tax_information": {
                "tax_residence": "ie", "tax_identification_number": "IE-8840012", "is_foreign_taxpayer": true,
                "employment_status": "employed",
                "financial_assessment": {"occupation": "Specialist", "industry_of_employment": "it"},
            },
        },
        "cause": {"reason": "ticket 4711"},
    });
    let patched = target.patch(Role::Privacy, &path, &again).await;
    assert_eq!(patched.status, 200, "{}", patched.text);
    for role in Role::ALL {
        let browser = Browser::of(target, role).await;
        let mut all = pages(target, &path).await;
        if role != Role::Reader {
            all.extend([format!("/console{path}/edit"), format!("/console{path}/revert?to=1")]);
        }
        for page in all {
            let text = browser.page(&page).await;
            for value in SENSITIVE {
                assert!(!text.contains(value), "{} sees {value} on {page}", role.name());
            }
            // What cannot be taken back shows no value at all.
            let is_shown = role != Role::Reader && !page.contains("/revert");
            assert_eq!(text.contains("Mir"), is_shown, "{} on {page}", role.name());
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

pub async fn forms_and_persons_show_support_no_sensitive_value(target: &Target) {
    let path = client_with_profile(target).await;
    let again = json!({
        "fields": {"profile": {"tax_identification_number": "IE-5550001", "first_name": "Mira"}},
        "cause": {"reason": "ticket 4711"},
    });
    assert_eq!(target.patch(Role::Privacy, &path, &again).await.status, 200);
    let browser = Browser::of(target, Role::Support).await;
    let edit = format!("/console{path}/edit");
    let name = ("f.profile.first_name", "Mirabel");
    let preview = browser.post(&edit, &[("base", "2"), name, ("step", "preview")]).await.text;
    assert!(preview.contains("Nothing is written yet") && preview.contains("Mirabel"), "{preview}");
    let conflict = browser.post(&edit, &[("base", "1"), name, ("step", "save")]).await.text;
    assert!(conflict.contains("changed it meanwhile") && conflict.contains("“Mira”"), "{conflict}");
    let all = pages(target, &path).await;
    let person = browser.page(&all[0]).await;
    assert!(person.contains(MASKED), "{person}");
    let member = "/console/records/member/10000";
    let hashed = [browser.page(member).await, browser.page(&format!("{member}?version=1")).await];
    assert!(hashed.iter().all(|page| page.contains("password_hash")), "{hashed:?}");
    for page in [preview, conflict, person].iter().chain(&hashed) {
        for value in SENSITIVE.iter().chain([&HASH]) {
            assert!(!page.contains(value), "support sees {value}: {page}");
        }
    }
    let reader = Browser::of(target, Role::Reader).await.page(&all[0]).await;
    let (_, hidden) = reader.split_once("<dt>personal: not shown to this role</dt><dd>").unwrap();
    assert!(hidden.split("</dd>").next().unwrap().contains("profile.first_name"), "{reader}");
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
