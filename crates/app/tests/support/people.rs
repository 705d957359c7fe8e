//! The imported users, businesses, apps and keys.

use std::time::Duration;

use profile_domain::users::{BusinessId, UserId};
use profile_identity::{Expectation, Keys, SigningKeys, USERS_AUDIENCE, UsersTokens, Verifier};
use serde_json::{Value, json};

use super::{KEYS_DIR, Target, families::COUNT};

pub const OWN: &str = "biz_Own00000000000";
pub const CHILD: &str = "biz_Child000000000";
pub const OTHER: &str = "biz_Other000000000";
pub const APP: &str = "app_App00000000000";

/// The secrets of the imported keys.
pub const OWN_KEY: &str = "key-of-own";
pub const OWN_KEY_READING: &str = "key-of-own-without-permission";
pub const OWN_KEY_NEWEST: &str = "key-of-own-pinned-to-the-newest";
pub const OWN_KEY_EXPIRED: &str = "key-of-own-expired";
pub const OWN_KEY_ELSEWHERE: &str = "key-of-own-for-another-network";
pub const APP_KEY: &str = "key-of-app";

/// The users of one family.
pub struct People {
    /// Belongs to OWN.
    pub nora: String,
    pub nora_name: String,
    /// Belongs to OWN, its CHILD and OTHER.
    pub omar: String,
    /// Belongs to nobody.
    pub pia: String,
    number: i64,
}

impl People {
    fn numbered(number: i64) -> Self {
        Self {
            nora: format!("user_N{number:013}"),
            nora_name: format!("Nora-{number}"),
            omar: format!("user_O{number:013}"),
            pia: format!("user_P{number:013}"),
            number,
        }
    }

    fn rows(&self) -> [Value; 3] {
        let user = |id: &str, username: String, accounts: &[&str]| {
            json!({ "kind": "user", "id": id, "username": username, "name": "Nora Vale", "bio": "Maps.",
                "email": "nora@example.test", "created_at": "2026-02-11T09:30:00.125Z", "accounts": accounts,
                "verification": {"individual": "manual_review", "business": null},
                "holdings": [
                    {"symbol": "USDT", "name": "Tether", "balance": "41.9", "price_usd": 1,
                     "breakdown": {"available": "40.9", "pending": "1"}},
                    {"symbol": "XYZ", "name": "Xyz", "balance": "7", "breakdown": {"available": "7"}}],
                "social_links": [{"website": "x", "url": "https://example.test/n", "username": null, "verified": true}] })
        };
        [
            user(&self.nora, self.nora_name.clone(), &[OWN]),
            user(&self.omar, format!("omar-{}", self.number), &[OWN, CHILD, OTHER]),
            user(&self.pia, format!("pia-{}", self.number), &[]),
        ]
    }
}

pub fn rows() -> Vec<Value> {
    let update = ["user:profile:update"];
    let key = |id: &str, owner: &str, secret: &str| json!({ "kind": "api_key", "id": id, "owner": owner, "secret": secret, "permissions": update });
    let with = |mut row: Value, member: &str, value: Value| {
        row[member] = value;
        row
    };
    let mut rows = vec![
        key("apik_00000000000001", OWN, OWN_KEY),
        with(key("apik_00000000000002", OWN, OWN_KEY_READING), "permissions", json!([])),
        with(key("apik_00000000000003", OWN, OWN_KEY_NEWEST), "api_version_date", json!("2026-10-15-1")),
        with(key("apik_00000000000004", OWN, OWN_KEY_EXPIRED), "expires_at", json!("2026-01-01T00:00:00Z")),
        with(key("apik_00000000000005", OWN, OWN_KEY_ELSEWHERE), "allow_cidrs", json!(["10.0.0.0/8"])),
        key("apik_00000000000006", APP, APP_KEY),
        json!({ "kind": "app", "id": APP, "installs": [
            {"account_id": OWN, "permissions": update}, {"account_id": OTHER, "permissions": ["something:else"]}] }),
        json!({ "kind": "business", "id": CHILD, "parent_id": OWN, "title": "Child" }),
        json!({ "kind": "business", "id": OWN, "title": "Own" }),
        json!({ "kind": "business", "id": OTHER }),
    ];
    rows.extend((0..COUNT).flat_map(|number| People::numbered(number).rows()));
    rows
}

impl Target {
    /// Users whom no other test uses.
    pub fn people(&self) -> People {
        People::numbered((self.family().alone - 100_000) / 10)
    }

    fn tokens(&self) -> UsersTokens {
        let pairs = SigningKeys::create(&self.folder.join(KEYS_DIR).join("users-es256")).unwrap();
        let expectation = Expectation { issuer: None, audience: Some(USERS_AUDIENCE.to_owned()) };
        let clock = std::sync::Arc::new(app::system::SystemClock(None));
        UsersTokens::new(Verifier::new(Keys::OwnPairs(std::sync::Arc::new(pairs)), expectation, clock))
    }

    /// A user's token with `scopes`; with an account, only for that one.
    pub fn user_token(&self, user: &str, account: Option<&str>, scopes: &[&str]) -> String {
        let user = UserId::try_from(user).unwrap();
        let account = account.map(|account| BusinessId::try_from(account).unwrap());
        let scopes: Vec<String> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        self.tokens().issue_for_user(&user, account.as_ref(), &scopes, Duration::from_mins(10)).unwrap()
    }

    /// A user's token with every scope.
    pub fn own_token(&self, user: &str) -> String {
        self.user_token(user, None, &["user:profile:update", "user:email:read", "user:balance:read"])
    }

    /// A business's own token.
    pub fn account_token(&self, account: &str) -> String {
        let account = BusinessId::try_from(account).unwrap();
        let scopes = ["user:profile:update".to_owned()];
        self.tokens().issue_for_account(&account, &scopes, Duration::from_mins(10)).unwrap()
    }
}
