//! Users, businesses and apps.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use profile_domain::users::{BusinessId, UserId};
use profile_identity::{Expectation, Keys, SigningKeys, USERS_AUDIENCE, UsersTokens, Verifier};
use serde_json::{Value, json};

use super::{Door, Service, Shown, at, item, names, nested, png, rules};
use crate::support::{
    KEYS_DIR,
    people::{APP, APP_KEY, CHILD, OTHER, OWN},
    uploads,
};

struct UsersDoor<'a>(&'a Service, String, &'static str, String);

impl UsersDoor<'_> {
    fn of_user(user: &Value) -> Shown {
        let mut shown = names(user, &[("balances", "holdings")]);
        shown.extend(names(&user["verification"], &[]).iter().map(|check| format!("verification.{check}")));
        if user["balances"] == json!([]) {
            shown.remove("holdings");
        }
        shown
    }
}

impl Door for UsersDoor<'_> {
    async fn read(&self, record: &Value) -> Shown {
        let Self(service, token, kind, key) = self;
        let get = async |path: String| service.get(&path, token).await;
        match (*kind, key.split_once(':')) {
            ("user", _) => {
                let named = format!("/users?query={}", at(record, "username").as_str().unwrap());
                let (me, list) = (get("/users/me".to_owned()).await, get(named).await);
                let own = Some(&me).filter(|me| me["id"] == *key);
                let read = get(format!("/users/{key}")).await;
                [own, item(&list["data"], "id", key), Some(&read)]
                    .into_iter()
                    .flatten()
                    .flat_map(Self::of_user)
                    .collect()
            }
            ("override", Some((user, account))) => {
                let shown = get(format!("/users/{user}?account_id={account}")).await;
                let mut names = Shown::new();
                names.extend((shown["name"] == record["name"]).then(|| "name".to_owned()));
                let url = shown["profile_picture"]["url"].as_str().unwrap_or_default();
                let is_shown =
                    record["profile_picture"]["rendition"].as_str().is_some_and(|name| url.ends_with(name));
                names.extend(is_shown.then(|| "profile_picture".to_owned()));
                names
            }
            ("upload", _) => names(&get(format!("/files/{key}")).await, &[]),
            _ => Shown::new(),
        }
    }

    async fn change(&self, field: &str, to: Value, _: &Value) -> Shown {
        let Self(service, token, _, key) = self;
        let path = match key.split_once(':') {
            Some((user, account)) => format!("/users/{user}?account_id={account}"),
            None => format!("/users/{key}"),
        };
        service.send("PATCH", &path, token, &nested(field, to)).await;
        Shown::new()
    }
}

/// The bearer of a token with every scope.
struct Tokens(UsersTokens);

impl Tokens {
    fn of(service: &Service) -> Self {
        let pairs = SigningKeys::create(&service.folder.join(KEYS_DIR).join("users-es256")).unwrap();
        let expectation = Expectation { issuer: None, audience: Some(USERS_AUDIENCE.to_owned()) };
        let clock = Arc::new(app::system::SystemClock(None));
        Self(UsersTokens::new(Verifier::new(Keys::OwnPairs(Arc::new(pairs)), expectation, clock)))
    }

    fn user(&self, user: &str, account: Option<&str>) -> String {
        let scopes = ["user:profile:update", "user:email:read", "user:balance:read"].map(str::to_owned);
        let account = account.map(|account| BusinessId::try_from(account).unwrap());
        let user = UserId::try_from(user).unwrap();
        let token = self.0.issue_for_user(&user, account.as_ref(), &scopes, Duration::from_mins(10));
        format!("Bearer {}", token.unwrap())
    }

    fn business(&self, account: &str) -> String {
        let account = BusinessId::try_from(account).unwrap();
        let scopes = ["user:profile:update".to_owned()];
        format!("Bearer {}", self.0.issue_for_account(&account, &scopes, Duration::from_mins(10)).unwrap())
    }
}

/// An upload whose bytes have been looked at; returns its id.
async fn uploaded(service: &Service, token: &str) -> String {
    let file = service.send("POST", "/files", token, &json!({ "filename": "me.png" })).await.json();
    let path = file["upload_url"].as_str().unwrap().strip_prefix("http://profile.test").unwrap();
    let request = service.request("PUT", path, token).header("content-type", "image/png").body(png());
    assert_eq!(request.send().await.unwrap().status(), 200);
    let id = file["id"].as_str().unwrap().to_owned();
    uploads::settled(async || service.send("GET", &format!("/files/{id}"), token, &Value::Null).await).await;
    id
}

/// Gives a user both pictures and an override by OWN; returns the id of the user's upload.
async fn dress(service: &Service, tokens: &Tokens, user: &str) -> String {
    let (own, business) = (tokens.user(user, None), tokens.business(OWN));
    let (picture, shown) = (uploaded(service, &own).await, uploaded(service, &business).await);
    let body = json!({ "profile_picture": { "id": picture }, "banner": { "id": picture } });
    let answer = service.send("PATCH", &format!("/users/{user}"), &own, &body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let body = json!({ "name": "Over", "profile_picture": { "id": shown } });
    let path = format!("/users/{user}?account_id={OWN}");
    let answer = service.send("PATCH", &path, &business, &body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    service.correct("user", user, json!({ "verification": { "business": "approved" } })).await;
    picture
}

pub async fn capabilities_are_what_the_contract_does(service: &Service) {
    let tokens = Tokens::of(service);
    let (none, other_user, account) = (None, Some("users.other_user"), Some("users.account"));
    // With the rule of the global profile and of the override by OWN; without one, the caller writes.
    for (number, who, on, user_rule, override_rule) in [
        (0, "nora", None, none, none),
        (1, "nora", Some(OWN), none, none),
        (2, "omar", None, other_user, other_user),
        (3, "omar", Some(OTHER), other_user, account),
        (4, "pia", None, other_user, account),
        (5, "pia", Some(OWN), other_user, other_user),
        (6, OWN, None, none, none),
        (7, CHILD, None, none, account),
        (8, APP, None, none, none),
        (9, "biz_Nobody00000000", None, none, account),
        (10, "app_Nobody00000000", None, none, account),
        (11, "nobody", None, other_user, account),
    ] {
        let id = |letter: &str| format!("user_{letter}{number:013}");
        let nora = id("N");
        let (actor, token) = match who {
            "nora" | "omar" | "pia" | "nobody" => {
                let caller = match who {
                    "nora" => nora.clone(),
                    "omar" => id("O"),
                    "pia" => id("P"),
                    _ => "user_Nobody00000000".to_owned(),
                };
                let place = on.map(|on| format!("@{on}")).unwrap_or_default();
                (format!("user:{caller}{place}"), tokens.user(&caller, on))
            }
            app if app.starts_with("app_") => (
                format!("app:{app}"),
                if app == APP { format!("Bearer {APP_KEY}") } else { "Bearer none".into() },
            ),
            business => (format!("business:{business}"), tokens.business(business)),
        };
        // A token of somebody who does not exist still opens what anybody may read; the operator is told otherwise.
        let exists = !actor.to_lowercase().contains("nobody");
        for (kind, rule) in [
            ("user", user_rule.or(Some("users.not_offered"))),
            ("override", override_rule),
            ("upload", Some("users.not_offered")),
        ] {
            // A token for one business changes its override wherever it is used.
            let upload = dress(service, &tokens, &nora).await;
            let key = match kind {
                "user" => nora.clone(),
                "override" => format!("{nora}:{OWN}"),
                _ => upload,
            };
            let expected: BTreeSet<String> = rule.into_iter().map(str::to_owned).collect();
            let told = if exists {
                service.probe(&actor, kind, &key, &UsersDoor(service, token.clone(), kind, key.clone())).await
            } else {
                let fields = service.capabilities(kind, &key, &actor).await;
                assert!(fields.iter().all(|field| field["readable"] == false && field["writable"] == false));
                fields.iter().filter_map(|field| field["rule"].as_str().map(str::to_owned)).collect()
            };
            assert_eq!(told, expected, "{actor} {kind}");
        }
    }
    for (kind, key) in [("business", OWN), ("app", APP), ("api_key", "apik_00000000000001")] {
        let door = UsersDoor(service, tokens.business(OWN), kind, key.to_owned());
        let told = service.probe(&format!("business:{OWN}"), kind, key, &door).await;
        assert_eq!(told, rules(["users.not_offered"]));
    }
}
