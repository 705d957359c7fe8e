//! What no page does: be stored, be framed, run what a value says, or act for another site.

use profile_domain::operator::Role;
use serde_json::json;

use crate::{Target, browser::Browser, support::Answer};

pub async fn every_page_has_its_headers_and_is_not_stored(target: &Target) {
    let browser = Browser::of(target, Role::Admin).await;
    let account = format!("/console/records/account/{}", target.family().alone);
    let pages = [
        ("/console", 200),
        ("/console/sign-in", 200),
        ("/console/link/pcl_unknown", 200),
        ("/console?q=zoe", 200),
        (&account, 200),
        (&format!("{account}/edit"), 200),
        (&format!("{account}/history"), 200),
        (&format!("{account}/compare?from=1&to=1"), 200),
        (&format!("{account}/revert?to=1"), 200),
        ("/console/records/account/070021", 404),
        ("/console/records/nothing/1", 404),
        ("/console/persons/nobody", 404),
        ("/console/nowhere", 404),
    ];
    for (path, status) in pages {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text);
        let policy = answer.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "script-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert!(!answer.header("x-request-id").is_empty());
        for inline in [" style=", "<style", " onclick", "<script>", "javascript:"] {
            assert!(!answer.text.contains(inline), "{path} has {inline}");
        }
    }
}

pub async fn a_head_is_answered_as_the_page_without_it(target: &Target) {
    let browser = Browser::of(target, Role::Support).await;
    for path in ["/console", "/console/system", "/console/nowhere"] {
        let page = browser.get(path).await;
        let head = Answer::read(browser.request("HEAD", path).send().await.unwrap()).await;
        assert_eq!((head.status, head.text.as_str()), (page.status, ""), "{path}");
        for name in ["content-type", "content-security-policy", "cache-control"] {
            assert_eq!(head.header(name), page.header(name), "{path}");
        }
    }
    let head = Browser::new(target).request("HEAD", "/console").send().await.unwrap();
    assert_eq!(head.status().as_u16(), 401);
    let acting = browser.request("HEAD", "/console/sign-out").send().await.unwrap();
    assert_eq!(acting.status().as_u16(), 405);
}

pub async fn pages_of_errors_keep_the_navigation_of_whoever_is_signed_in(target: &Target) {
    let browser = Browser::of(target, Role::Support).await;
    for (path, status) in
        [("/console/nowhere", 404), ("/console/keys", 403), ("/console/feed?after=nowhere", 400)]
    {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, status, "{path}");
        assert!(answer.text.contains("/console/sign-out"), "{path}: {}", answer.text);
        assert!(answer.text.contains("\"/console/feed\"") && !answer.text.contains("\"/console/keys\""));
        let nobody = Browser::new(target).get(path).await;
        assert!(!nobody.text.contains("/console/sign-out"), "{path}: {}", nobody.text);
    }
}

pub async fn another_site_can_post_nothing_and_is_told_both_addresses(target: &Target) {
    let browser = Browser::of(target, Role::Admin).await;
    let send = async |sent: &[(&str, &str)]| {
        let request = browser.request("POST", "/console/sign-out");
        let request = sent.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        Answer::read(request.send().await.unwrap()).await
    };
    for sent in [
        &[("sec-fetch-site", "cross-site")][..],
        &[("sec-fetch-site", "same-site"), ("origin", "http://profile.test")],
        &[("origin", "http://elsewhere.test")],
        &[("host", "profile.test")],
        &[],
    ] {
        let answer = send(sent).await;
        assert_eq!(answer.status, 403, "{sent:?}");
        assert!(answer.text.contains("http://profile.test"), "{}", answer.text);
        if let [(name, value)] = sent
            && *name != "host"
        {
            assert!(answer.text.contains(value), "{}", answer.text);
        }
    }
    assert_eq!(browser.get("/console").await.status, 200);
    assert_eq!(send(&[("origin", "http://profile.test")]).await.status, 303);
}

pub async fn no_get_ends_a_session(target: &Target) {
    let browser = Browser::of(target, Role::Support).await;
    let answer = browser.get("/console/sign-out").await;
    assert!([404, 405].contains(&answer.status), "{}", answer.status);
    assert_eq!(browser.get("/console").await.status, 200);
}

pub async fn files_are_kept_for_good_and_need_no_session(target: &Target) {
    let browser = Browser::new(target);
    let page = browser.page("/console/sign-in").await;
    let paths: Vec<&str> = page.split('"').filter(|part| part.starts_with("/console/assets/")).collect();
    assert_eq!(paths.len(), 3, "{page}");
    for path in paths {
        let answer = browser.get(path).await;
        assert_eq!(
            (answer.status, answer.header("cache-control")),
            (200, "public, max-age=31536000, immutable")
        );
        let request = browser.request("GET", path).header("accept-encoding", "gzip, br");
        let sent = Answer::read(request.send().await.unwrap()).await;
        assert!(sent.bytes.len() < 20_000, "{path} has {} bytes", sent.bytes.len());
    }
    assert_eq!(browser.get("/console/assets/0000000000000000/console.js").await.status, 404);
}

pub async fn markup_in_a_value_stays_text(target: &Target) {
    let login = target.family().alone;
    let value = "<img src=x onerror=alert(1)>\u{202e}\"'";
    let patched = target
        .patch(Role::Admin, &format!("/records/account/{login}"), &json!({"fields": {"city": value}}))
        .await;
    assert_eq!(patched.status, 200, "{}", patched.text);
    let browser = Browser::of(target, Role::Support).await;
    for path in ["", "/edit", "/history", "/compare?from=1&to=2"] {
        let page = browser.page(&format!("/console/records/account/{login}{path}")).await;
        assert!(page.contains("&#60;img src=x") && !page.contains("<img"), "{path}: {page}");
        // A form keeps the character that it is to send back.
        assert_eq!(page.contains('\u{202e}'), path == "/edit", "{path}");
    }
}

pub async fn names_of_keys_turn_no_direction(target: &Target) {
    let name = format!("Desk {}\u{202e}ksed", target.number());
    let made = target.post(Role::Admin, "/keys", &json!({"name": name, "role": "support"})).await.json();
    let mut browser = Browser::new(target);
    browser.sign_in(made["secret"].as_str().unwrap()).await;
    let record = format!("/console/records/account/{}", target.family().alone);
    let form = [("base", "1"), ("f.city", "Malmö"), ("step", "save")];
    assert_eq!(browser.post(&format!("{record}/edit"), &form).await.status, 303);
    let shown = name.replace('\u{202e}', "[U+202E]");
    for path in ["", "/history"] {
        let page = browser.page(&format!("{record}{path}")).await;
        assert!(page.matches(&shown).count() >= 2, "in the frame, and beside what the key did: {page}");
        assert!(!page.contains('\u{202e}'), "{page}");
    }
    let keys = Browser::of(target, Role::Admin).await.page("/console/keys").await;
    assert!(keys.contains(&shown) && !keys.contains('\u{202e}'), "{keys}");
}
