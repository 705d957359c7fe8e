//! Every kind of caller of every contract, good and bad.

use std::{sync::Arc, time::Duration};

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use profile_domain::users::UserId;
use profile_identity::{Expectation, Keys, SigningKeys, USERS_AUDIENCE, UsersTokens, Verifier};
use profile_testkit::fixed::FixedClock;
use serde_json::{Value, json};

use crate::support::{
    Family, Target, clients, customer,
    members::{ACME, Members, OTHER as OTHER_TENANT, token},
    now,
    people::{
        APP_KEY, OTHER, OWN, OWN_KEY, OWN_KEY_ELSEWHERE, OWN_KEY_EXPIRED, OWN_KEY_NEWEST, OWN_KEY_READING,
        People,
    },
    sign, user,
};

/// Somebody who calls.
pub struct Caller {
    /// Whose credentials they are: a contract's, or nobody's.
    pub group: &'static str,
    pub name: &'static str,
    /// What they show, without a scheme.
    pub credential: Option<String>,
}

/// A credential as a contract has it shown.
pub fn authorization(contract: &str, credential: &str) -> String {
    match contract {
        "account" | "client" => credential.to_owned(),
        _ => format!("Bearer {credential}"),
    }
}

/// The people whom the callers are, and whom they ask for.
pub struct Cast {
    pub family: Family,
    pub people: People,
    pub members: Members,
}

impl Cast {
    /// Whom no other test uses.
    pub fn of(target: &Target) -> Self {
        Self { family: target.family(), people: target.people(), members: target.members() }
    }

    /// Every caller of the contracts.
    pub fn callers(&self, target: &Target) -> Vec<Caller> {
        let mut callers = nobody();
        callers.extend(self.account());
        callers.extend(self.users(target));
        callers.extend(client());
        callers.extend(self.tenant());
        callers
    }

    fn account(&self) -> Vec<Caller> {
        let family = &self.family;
        let claims = json!({"type": 0, "login": family.alone, "exp": now() + 600});
        let mut callers = group(
            "account",
            [
                ("holder", user(family.alone)),
                ("holder, trading stopped", user(family.read_only)),
                ("holder, disabled", user(family.switched_off)),
                ("holder, customer disabled", user(family.disabled_customers_account)),
                ("holder, deleted", user(999_999_999)),
                ("customer of one", customer(family.single)),
                ("customer of two", customer(family.double)),
                ("customer of none", customer(family.childless)),
                ("customer of a disabled account", customer(family.blocked)),
                ("customer, disabled", customer(family.disabled)),
                ("customer, deleted", customer(999_999_999)),
                ("of no known type", sign(&json!({"type": 3, "login": family.alone, "exp": now() + 600}))),
            ],
        );
        callers.extend(forged("account", &claims));
        callers
    }

    fn users(&self, target: &Target) -> Vec<Caller> {
        let nora = &self.people.nora;
        let update = ["user:profile:update"];
        let other_pair = tempfile::tempdir().unwrap();
        group(
            "users",
            [
                ("user", target.own_token(nora)),
                ("user without scopes", target.user_token(nora, None, &[])),
                ("user for own account", target.user_token(nora, Some(OWN), &update)),
                ("user for another account", target.user_token(nora, Some(OTHER), &update)),
                ("user, deleted", target.own_token("user_Deleted0000000")),
                ("business", target.account_token(OWN)),
                ("another business", target.account_token(OTHER)),
                ("key", OWN_KEY.to_owned()),
                ("key without permission", OWN_KEY_READING.to_owned()),
                ("key pinned to a version", OWN_KEY_NEWEST.to_owned()),
                ("key, expired", OWN_KEY_EXPIRED.to_owned()),
                ("key for another network", OWN_KEY_ELSEWHERE.to_owned()),
                ("key of an app", APP_KEY.to_owned()),
                ("key, unknown", "key-of-nobody".to_owned()),
                (
                    "expired",
                    pair_token(&target.folder.join("profile-data/keys/users-es256"), nora, 1_600_000_000),
                ),
                ("wrong key", pair_token(&other_pair.path().join("pair"), nora, now())),
                ("wrong algorithm", sign(&json!({"sub": nora, "aud": USERS_AUDIENCE, "exp": now() + 600}))),
            ],
        )
    }

    fn tenant(&self) -> Vec<Caller> {
        let members = &self.members;
        let mut callers = group(
            "tenant",
            [
                ("user", token(members.mira(), None)),
                ("user in their tenant", token(members.mira(), Some(ACME))),
                ("user in another tenant", token(members.mira(), Some(OTHER_TENANT))),
                ("user in an unknown tenant", token(members.mira(), Some(99))),
                ("admin", token(members.admin(), Some(ACME))),
                ("owner", token(members.owner(), Some(ACME))),
                ("deactive", token(members.deactive(), Some(ACME))),
                ("of unknown status", token(members.unknown(), Some(ACME))),
                ("without role", token(members.roleless(), Some(ACME))),
                ("in no tenant", token(members.alone(), None)),
                ("super admin", token(members.root(), None)),
                ("deleted", token(members.deleted(), None)),
                ("unknown", token(1, None)),
            ],
        );
        callers.extend(forged("tenant", &json!({"sub": members.mira().to_string(), "exp": now() + 600})));
        callers
    }
}

/// A key of each role, and such as open nothing.
pub fn operators(target: &Target, database: &str) -> Vec<Caller> {
    let make = |role: &str, more: &[&str]| target.operator_key(database, role, more);
    let revoked = make("admin", &[]);
    target.revoke_operator_key(database, &revoked.id);
    group(
        "operator",
        [
            ("reader", make("reader", &[]).secret),
            ("support", make("support", &[]).secret),
            ("privacy", make("privacy", &[]).secret),
            ("admin", make("admin", &[]).secret),
            ("admin elsewhere", make("admin", &["--cidr", "203.0.113.0/24"]).secret),
            ("admin, expired", make("admin", &["--expires-in", "1s"]).secret),
            ("admin, revoked", revoked.secret),
            ("unknown key", format!("pok_{}", "A".repeat(43))),
        ],
    )
}

fn client() -> Vec<Caller> {
    let claims =
        |role: &str| json!({"sub": clients::OPEN, "aud": "authenticated", "role": role, "exp": now() + 600});
    let staff = |client: Option<&str>| {
        let mut claims = claims("staff");
        claims["staff_identifier"] = "desk".into();
        claims["client_sub"] = client.map_or(Value::Null, Value::from);
        claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        sign(&claims)
    };
    let mut callers = group(
        "client",
        [
            ("client", clients::token(clients::OPEN)),
            ("client, closed", clients::token(clients::CLOSED)),
            ("client without records", clients::token("5b2f6a3e-8f0d-4c56-9f6e-ffffffffff09")),
            ("staff for a client", staff(Some(clients::OPEN))),
            ("staff for a closed client", staff(Some(clients::CLOSED))),
            ("staff for nobody", staff(None)),
            ("of another role", sign(&claims("anon"))),
        ],
    );
    callers.extend(forged("client", &claims("authenticated")));
    callers
}

/// Who shows nothing, or nothing that is a credential.
fn nobody() -> Vec<Caller> {
    let mut callers = vec![Caller { group: "nobody", name: "none", credential: None }];
    callers.extend(group(
        "nobody",
        [
            ("empty", String::new()),
            ("two words", "a b".to_owned()),
            ("malformed", "eyJhbGciOiJIUzI1NiJ9.e30".to_owned()),
            ("unsigned", "eyJhbGciOiJub25lIn0.e30.".to_owned()),
        ],
    ));
    callers
}

/// Good claims behind a signature that is not good, or no more.
fn forged(name: &'static str, claims: &Value) -> Vec<Caller> {
    let but = |exp: Value| {
        let mut claims = claims.clone();
        claims["exp"] = exp;
        claims
    };
    let secret = crate::support::SECRET.as_bytes();
    let with = |algorithm, secret: &[u8]| {
        jsonwebtoken::encode(&Header::new(algorithm), claims, &EncodingKey::from_secret(secret)).unwrap()
    };
    group(
        name,
        [
            ("expired", sign(&but((now() - 3600).into()))),
            ("without an end", sign(&but(Value::Null))),
            ("wrong key", with(Algorithm::HS256, b"another secret of thirty-two bytes")),
            ("wrong algorithm", with(Algorithm::HS512, secret)),
        ],
    )
}

fn pair_token(pair: &std::path::Path, user: &str, at: i64) -> String {
    let pairs = SigningKeys::create(pair).unwrap();
    let expectation = Expectation { issuer: None, audience: Some(USERS_AUDIENCE.to_owned()) };
    let clock = Arc::new(FixedClock::at(at));
    let tokens = UsersTokens::new(Verifier::new(Keys::OwnPairs(Arc::new(pairs)), expectation, clock));
    let user = UserId::try_from(user).unwrap();
    tokens.issue_for_user(&user, None, &["user:profile:update".to_owned()], Duration::from_mins(10)).unwrap()
}

fn group<const N: usize>(group: &'static str, callers: [(&'static str, String); N]) -> Vec<Caller> {
    callers
        .into_iter()
        .map(|(name, credential)| Caller { group, name, credential: Some(credential) })
        .collect()
}
