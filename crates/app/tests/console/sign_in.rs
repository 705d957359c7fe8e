//! Sessions: they begin with a key, and end with it.

use std::{sync::Arc, time::Duration};

use profile_domain::{
    operator::Role,
    users::{BusinessId, UserId},
};
use profile_identity::{Expectation, Keys, SigningKeys, USERS_AUDIENCE, UsersTokens, Verifier};
use serde_json::json;

use crate::{
    Target,
    browser::{Browser, COOKIE},
    support::{self, Answer, EXCLUSION_KEY, KEYS_DIR, clients, members, people},
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

/// What each caller of the users contract may ask.
const ACCESS: &str = "/api/v1/users/me/access/biz_Own00000000000";

/// Tokens of the users contract: a user's and a business's.
fn tokens_of_users(target: &Target) -> [String; 2] {
    let pairs = SigningKeys::create(&target.folder.join(KEYS_DIR).join("users-es256")).unwrap();
    let expectation = Expectation { issuer: None, audience: Some(USERS_AUDIENCE.to_owned()) };
    let clock = Arc::new(app::system::SystemClock(None));
    let tokens = UsersTokens::new(Verifier::new(Keys::OwnPairs(Arc::new(pairs)), expectation, clock));
    let user = UserId::try_from(format!("user_N{:013}", 0).as_str()).unwrap();
    let business = BusinessId::try_from(people::OWN).unwrap();
    let (scopes, lifetime) = (["user:profile:update".to_owned()], Duration::from_mins(10));
    [
        tokens.issue_for_user(&user, None, &scopes, lifetime).unwrap(),
        tokens.issue_for_account(&business, &scopes, lifetime).unwrap(),
    ]
}

pub async fn tokens_of_the_contracts_never_open_it(target: &Target) {
    let [user, business] = tokens_of_users(target);
    let account = support::user(target.family().alone);
    // Each with what it opens in its contract, where the account contract takes it without a scheme.
    let tokens = [
        ("/account/me", "", account),
        (ACCESS, "Bearer ", user),
        (ACCESS, "Bearer ", business),
        (ACCESS, "Bearer ", people::OWN_KEY.to_owned()),
        ("/client/profile", "Bearer ", clients::token(clients::OPEN)),
        ("/api/sys/v1/languages", "Bearer ", members::token(10_000, None)),
    ];
    for (path, scheme, token) in tokens {
        let own = target.open("GET", path).header("authorization", &format!("{scheme}{token}"));
        let own = own.header("x-client-id", EXCLUSION_KEY).await;
        assert_ne!(own.status, 401, "it opens its contract, {path}: {}", own.text);
        let mut typed = Browser::new(target);
        let answer = typed.sign_in(&token).await;
        assert_eq!((answer.status, typed.cookie.is_some()), (401, false), "{path}");
        for value in [token.clone(), format!("Bearer {token}")] {
            let request = Browser::new(target).request("GET", "/console").header("authorization", value);
            assert_eq!(Answer::read(request.send().await.unwrap()).await.status, 401, "{path}");
        }
        let mut kept = Browser::new(target);
        kept.cookie = Some(format!("{COOKIE}={token}"));
        assert_eq!(kept.get("/console").await.status, 401, "{path}");
    }
}
