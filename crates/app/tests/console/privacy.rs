//! Revealing, holding, exporting and erasing, each for a reason and each noted.

use profile_domain::operator::Role;

use crate::{Target, browser::Browser, fixtures::client_with_profile};

/// A client with sensitive values: the record's page, and the person's.
async fn client(target: &Target) -> (String, String) {
    let path = client_with_profile(target).await;
    let key = path.rsplit('/').next().unwrap();
    let person = target.record("client", key).await["person"].as_str().unwrap().to_owned();
    (format!("/console{path}"), format!("/console/persons/{person}"))
}

pub async fn sensitive_values_are_revealed_for_a_reason_that_is_noted(target: &Target) {
    let (record, person) = client(target).await;
    let browser = Browser::of(target, Role::Privacy).await;
    assert!(browser.page(&record).await.contains(&format!("{record}/reveal")));
    let reveal = format!("{record}/reveal");
    assert!(!browser.page(&reveal).await.contains("1991-12-03"));
    let refused = browser.post(&reveal, &[("reason", "x")]).await;
    assert!(refused.text.contains("Reason: At least 3 characters."), "{}", refused.text);
    assert!(!refused.text.contains("1991-12-03"));
    let shown = browser.post(&reveal, &[("reason", "ticket <b>4711")]).await;
    assert_eq!((shown.status, shown.header("cache-control")), (200, "no-store"));
    assert!(shown.text.contains("1991-12-03") && shown.text.contains("date_of_birth"), "{}", shown.text);
    let noted = browser.page(&format!("{person}/privacy")).await;
    assert!(noted.contains("<td>reveal</td>") && noted.contains("ticket &#60;b&#62;4711"), "{noted}");
    assert!(!noted.contains("1991-12-03"), "{noted}");
}

pub async fn a_hold_is_placed_replaced_and_released(target: &Target) {
    let (_, person) = client(target).await;
    let browser = Browser::of(target, Role::Privacy).await;
    let (place, privacy) = (format!("{person}/hold"), format!("{person}/privacy"));
    let faults = browser.post(&place, &[("until", "soon"), ("reason", "")]).await;
    for shown in ["Kinds: choose at least one.", "Until: it is no day.", "Reason: At least 3 characters."] {
        assert!(faults.text.contains(shown), "{shown}: {}", faults.text);
    }
    let past =
        browser.post(&place, &[("kind", "client"), ("until", "2001-01-01"), ("reason", "case 1")]).await;
    assert!(past.text.contains("Until: it must be in the future."), "{}", past.text);
    let placed = browser.post(&place, &[("kind", "client"), ("kind", "user"), ("reason", "case 1")]).await;
    assert_eq!((placed.status, placed.header("location")), (303, &*format!("{privacy}?done=held")));
    let page = browser.page(&privacy).await;
    assert!(page.contains("user, client") || page.contains("client, user"), "{page}");
    assert!(browser.page(&person).await.contains("case 1"));
    let replaced =
        browser.post(&place, &[("kind", "client"), ("until", "2999-01-01"), ("reason", "case 2")]).await;
    assert_eq!(replaced.status, 303);
    let page = browser.page(&privacy).await;
    assert!(page.contains("2999-01-02 00:00:00 UTC") && page.contains("case 2"), "{page}");
    assert_eq!(browser.post(&format!("{person}/release"), &[("reason", "case closed")]).await.status, 303);
    assert!(browser.page(&privacy).await.contains("No hold is in force."));
    assert_eq!(browser.post(&format!("{person}/release"), &[("reason", "case closed")]).await.status, 404);
}

pub async fn an_export_is_an_archive_and_noted(target: &Target) {
    let (_, person) = client(target).await;
    let browser = Browser::of(target, Role::Privacy).await;
    let export = format!("{person}/export");
    assert!(browser.post(&export, &[]).await.text.contains("Reason: At least 3 characters."));
    let archive = browser.post(&export, &[("reason", "ticket 4711")]).await;
    assert_eq!(
        (archive.status, archive.header("content-type")),
        (200, "application/zip"),
        "{}",
        archive.text
    );
    assert!(archive.bytes.starts_with(b"PK") && archive.header("content-disposition").contains("person-"));
    assert_eq!(browser.get(&export).await.status, 405);
    assert!(browser.page(&format!("{person}/privacy")).await.contains("<td>export</td>"));
}

pub async fn an_erasure_needs_the_typed_id_and_shows_its_receipt(target: &Target) {
    let (record, person) = client(target).await;
    let browser = Browser::of(target, Role::Privacy).await;
    let (erase, id) = (format!("{person}/erase"), person.rsplit('/').next().unwrap());
    let look = browser.page(&erase).await;
    assert!(look.contains("Nothing is erased yet") && look.contains("it takes some minutes"), "{look}");
    let refused = browser.post(&erase, &[("confirmation", "yes"), ("reason", "ticket 4711")]).await;
    assert!(refused.text.contains("it is not the id of this person"), "{}", refused.text);
    assert_eq!(browser.get(&record).await.status, 200);
    let erased = browser.post(&erase, &[("confirmation", id), ("reason", "ticket 4711")]).await;
    let privacy = format!("{person}/privacy");
    assert_eq!((erased.status, erased.header("location")), (303, &*format!("{privacy}?done=erased")));
    assert_eq!(browser.get(&record).await.status, 404);
    let page = browser.page(&privacy).await;
    assert!(page.contains("ticket 4711") && page.contains("jws") && page.contains("backups"), "{page}");
    assert!(page.contains("</time> by <bdi>privacy</bdi> <code>operator:opk_"), "{page}");
}

pub async fn whoever_is_no_privacy_officer_opens_none_of_it(target: &Target) {
    let (record, person) = client(target).await;
    for role in [Role::Reader, Role::Support] {
        let browser = Browser::of(target, role).await;
        assert!(!browser.page(&person).await.contains("/privacy"));
        assert!(!browser.page(&record).await.contains("/reveal"));
        for path in [format!("{person}/privacy"), format!("{person}/erase"), format!("{record}/reveal")] {
            assert_eq!(browser.get(&path).await.status, 403, "{path}");
        }
        let form = [
            ("reason", "ticket 4711"),
            ("kind", "client"),
            ("confirmation", person.rsplit('/').next().unwrap()),
        ];
        for path in ["hold", "release", "export", "erase"] {
            assert_eq!(browser.post(&format!("{person}/{path}"), &form).await.status, 403, "{path}");
        }
        assert_eq!(browser.post(&format!("{record}/reveal"), &form).await.status, 403);
    }
}
