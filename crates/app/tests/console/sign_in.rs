//! Sessions: they begin with a key, and end with it.

use profile_domain::operator::Role;
use serde_json::json;

use crate::{
    Target,
    browser::{Browser, COOKIE},
    support,
};

pub async fn a_key_begins_a_session_and_a_sign_out_ends_it(target: &Target) {
    let mut browser = Browser::new(target);
    let answer = browser.sign_in(target.key(Role::Support)).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/console/welcome?next=/console"));
    let set = answer.header("set-cookie");
    assert!(set.starts_with(&format!("{COOKIE}=pcs_")), "{set}");
    assert!(set.ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax"), "{set}");
    assert!(!set.contains(target.key(Role::Support)));
    assert_eq!(browser.get("/console/welcome?next=/console").await.header("location"), "/console");
    let page = browser.page("/console").await;
    let root = target.get(Role::Support, "/").await.json();
    for shown in [&root["key"]["name"], &root["key"]["id"], &root["key"]["role"]] {
        assert!(page.contains(shown.as_str().unwrap()), "{page}");
    }
    let out = browser.post("/console/sign-out", &[]).await;
    assert_eq!((out.status, out.header("location")), (303, "/console/sign-in"));
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    // The browser may forget to forget; the server does not.
    assert_eq!(browser.get("/console").await.status, 401);
}

pub async fn what_is_no_living_key_begins_no_session(target: &Target) {
    for wrong in ["", "pok_wrong", &support::user(70021), &format!("{}x", target.key(Role::Admin))] {
        let mut browser = Browser::new(target);
        let answer = browser.sign_in(wrong).await;
        assert_eq!((answer.status, browser.cookie.is_some()), (401, false), "{wrong}");
        assert!(answer.text.contains("This key is not valid"), "{}", answer.text);
    }
    let mut browser = Browser::new(target);
    browser.cookie = Some(format!("{COOKIE}={}", target.key(Role::Admin)));
    assert_eq!(browser.get("/console").await.status, 401);
    // A session is no key of the operator API.
    let browser = Browser::of(target, Role::Admin).await;
    let token = browser.cookie.unwrap().split_once('=').unwrap().1.to_owned();
    let answer =
        target.open("GET", "/operator/v1/").header("authorization", &format!("Bearer {token}")).await;
    assert_eq!(answer.status, 401);
}

pub async fn a_cookie_that_does_not_come_back_is_explained(target: &Target) {
    let answer = Browser::new(target).get("/console/welcome?next=/console").await;
    assert_eq!(answer.status, 401);
    assert!(answer.text.contains("needs https"), "{}", answer.text);
}

pub async fn a_session_ends_with_its_key(target: &Target) {
    let made =
        target.post(Role::Admin, "/keys", &json!({"name": "Zoë <desk>", "role": "support"})).await.json();
    let mut browser = Browser::new(target);
    browser.sign_in(made["secret"].as_str().unwrap()).await;
    assert!(browser.page("/console").await.contains("Zoë &#60;desk&#62;"));
    let path = format!("/keys/{}?reason=left+the+desk", made["id"].as_str().unwrap());
    assert_eq!(target.delete(Role::Admin, &path).await.status, 200);
    assert_eq!(browser.get("/console").await.status, 401);
}

pub async fn a_link_from_elsewhere_leads_on_after_the_sign_in(target: &Target) {
    let asked = Browser::new(target).get("/console?q=70021").await;
    assert_eq!(asked.status, 401);
    assert!(asked.text.contains(r#"name="next" value="/console?q=70021""#), "{}", asked.text);
    let key = target.key(Role::Support);
    for (next, leads) in
        [("/console?q=1", "/console%3Fq%3D1"), ("https://evil.test", "/console"), ("//evil", "/console")]
    {
        let answer = Browser::new(target).post("/console/sign-in", &[("next", next), ("key", key)]).await;
        assert_eq!(answer.header("location"), format!("/console/welcome?next={leads}"));
    }
}
