//! What opens the account contract and what does not (section 7; section 8, rows 26 to 29).
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice)] // a test fails by panicking

use std::{sync::Arc, time::Duration};

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use profile_domain::account::{CustomerId, SessionKind, TokenClaims};
use profile_identity::{AccountTokens, Expectation, IssueError, Keys, Secret, Verifier};
use profile_ports::{AccountIdentity as _, TokenError};
use profile_testkit::{fixed::FixedClock, fixtures};
use serde_json::{Value, json};

const SECRET: &str = "0123456789abcdef0123456789abcdef";
const NOW: i64 = 1_780_000_000;

fn own(secret: &str) -> Keys {
    Keys::Own(Secret::new(secret.to_owned().into()).unwrap())
}

fn tokens(keys: Keys, expectation: Expectation) -> AccountTokens {
    AccountTokens::new(Verifier::new(keys, expectation, Arc::new(FixedClock::at(NOW))))
}

fn plain() -> AccountTokens {
    tokens(own(SECRET), Expectation::default())
}

fn signed(header: &Header, claims: &Value) -> String {
    jsonwebtoken::encode(header, claims, &EncodingKey::from_secret(SECRET.as_bytes())).unwrap()
}

async fn verify(claims: Value) -> Result<TokenClaims, TokenError> {
    plain().verify(&signed(&Header::default(), &claims)).await
}

#[tokio::test]
async fn what_the_claims_say_is_the_session() {
    let user = verify(json!({"type": 0, "login": 7, "exp": NOW + 1, "colour": "red"})).await.unwrap();
    assert_eq!((user.kind, user.login), (SessionKind::User, Some(fixtures::login(7))));
    let customer = verify(json!({"type": 6, "customer_id": 42, "exp": NOW + 1, "nbf": NOW})).await.unwrap();
    assert_eq!((customer.kind, customer.customer_id), (SessionKind::Customer, Some(CustomerId(42))));
    assert_eq!(verify(json!({"type": 77, "exp": NOW + 1})).await.unwrap().kind, SessionKind::Unknown);
}

#[tokio::test]
async fn claims_of_a_wrong_type_or_time_are_refused() {
    for claims in [
        json!({"type": 0, "login": 7}),
        json!({"type": 0, "login": 7, "exp": NOW}),
        json!({"type": 0, "login": 7, "exp": NOW - 1}),
        json!({"type": 0, "login": 7, "exp": (NOW + 1).to_string()}),
        json!({"type": 0, "login": 7, "exp": 1_780_000_001.5}),
        json!({"type": 0, "login": 7, "exp": null}),
        json!({"type": 0, "login": 7, "exp": NOW + 1, "nbf": NOW + 1}),
        json!({"type": 0, "login": 7, "exp": NOW + 1, "nbf": "soon"}),
        json!({"type": 0, "login": "7", "exp": NOW + 1}),
        json!({"type": 0, "login": -7, "exp": NOW + 1}),
        json!({"type": "0", "login": 7, "exp": NOW + 1}),
        json!({"type": 0.0, "login": 7, "exp": NOW + 1}),
        json!({"type": null, "login": 7, "exp": NOW + 1}),
        json!({"login": 7, "exp": NOW + 1}),
        json!({"type": 6, "customer_id": "42", "exp": NOW + 1}),
        json!([1, 2]),
    ] {
        assert_eq!(verify(claims.clone()).await, Err(TokenError::Refused), "{claims}");
    }
}

#[tokio::test]
async fn only_the_servers_algorithm_key_and_type_are_accepted() {
    let claims = json!({"type": 0, "login": 7, "exp": NOW + 1});
    let good = signed(&Header::default(), &claims);
    assert!(plain().verify(&good).await.is_ok());
    let untyped = signed(&Header { typ: None, ..Header::default() }, &claims);
    assert!(plain().verify(&untyped).await.is_ok());

    let (unsigned, signature) = good.rsplit_once('.').unwrap();
    let payload = unsigned.split_once('.').unwrap().1;
    let headed = |header: Value| {
        use base64::Engine as _;
        let header = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(header.to_string());
        format!("{header}.{payload}.{signature}")
    };
    let mut tokens = vec![
        String::new(),
        "x".to_owned(),
        unsigned.to_owned(),
        format!("{unsigned}."),
        format!("{unsigned}.{}", &signature[..signature.len() - 2]),
        format!("{good}A"),
        format!("{good}.{signature}"),
        signed(&Header { typ: Some("at+jwt".into()), ..Header::default() }, &claims),
        headed(json!({"alg": "none"})),
        headed(json!({"alg": "None", "typ": "JWT"})),
        headed(json!({"alg": "RS256", "typ": "JWT"})),
    ];
    tokens.extend([Algorithm::HS384, Algorithm::HS512].map(|other| signed(&Header::new(other), &claims)));
    for token in tokens {
        assert_eq!(plain().verify(&token).await, Err(TokenError::Refused), "{token}");
    }
    let other = self::tokens(own("another secret of 32 bytes or so"), Expectation::default());
    assert_eq!(other.verify(&good).await, Err(TokenError::Refused));
}

/// The library's own checks of these two let a token pass that does not carry the claim.
#[tokio::test]
async fn issuer_and_audience_are_required_where_they_are_configured() {
    let configured = || {
        let expectation = Expectation { issuer: Some("broker".into()), audience: Some("profile".into()) };
        tokens(own(SECRET), expectation)
    };
    let base = json!({"type": 0, "login": 7, "exp": NOW + 1});
    let with = |iss: Value, aud: Value| {
        let mut claims = base.clone();
        claims["iss"] = iss;
        claims["aud"] = aud;
        signed(&Header::default(), &claims)
    };
    for token in [with(json!("broker"), json!("profile")), with(json!("broker"), json!(["other", "profile"]))]
    {
        assert!(configured().verify(&token).await.is_ok());
    }
    for token in [
        signed(&Header::default(), &base),
        with(json!("broker"), Value::Null),
        with(Value::Null, json!("profile")),
        with(json!("broker"), json!(5)),
        with(json!("broker"), json!([])),
        with(json!("broker"), json!("other")),
        with(json!("other"), json!("profile")),
        with(json!(["broker"]), json!("profile")),
    ] {
        assert_eq!(configured().verify(&token).await, Err(TokenError::Refused));
    }
    let own = configured().issue_for_user(fixtures::login(7), Duration::from_mins(1)).unwrap();
    assert!(configured().verify(&own).await.is_ok());
}

#[tokio::test]
async fn issued_tokens_are_accepted_until_they_expire() {
    let token = plain().issue_for_customer(CustomerId(42), Duration::from_mins(1)).unwrap();
    assert_eq!(plain().verify(&token).await.unwrap().customer_id, Some(CustomerId(42)));
    let clock = Arc::new(FixedClock::at(NOW + 60));
    let later = AccountTokens::new(Verifier::new(own(SECRET), Expectation::default(), clock));
    assert_eq!(later.verify(&token).await, Err(TokenError::Refused));
}

/// The public half of `es256-test-only.pem`, and a symmetric key; a key without a name can never be meant.
fn jwks() -> Value {
    json!({"keys": [
        {"kty": "EC", "crv": "P-256", "kid": "ec", "x": "jqKO8gA7aGzVWnFc1qlI8iJCYdR6wdQRAC5s_HMs4LA",
         "y": "h5cXr9DyL7dNGwoThczrFtt03BUKoGw0QcwSrAIDCz0"},
        {"kty": "oct", "kid": "mac", "alg": "HS256", "k": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"},
        {"kty": "oct", "alg": "HS256", "k": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"},
    ]})
}

fn named(algorithm: Algorithm, kid: &str) -> Header {
    Header { kid: Some(kid.to_owned()), ..Header::new(algorithm) }
}

/// Signed by the outside issuer's ES256 key.
fn outside_token() -> String {
    let key = EncodingKey::from_ec_pem(include_bytes!("es256-test-only.pem")).unwrap();
    let claims = json!({"type": 0, "login": 7, "exp": NOW + 1});
    jsonwebtoken::encode(&named(Algorithm::ES256, "ec"), &claims, &key).unwrap()
}

#[tokio::test]
async fn outside_keys_bind_the_algorithm_to_the_kid() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jwks.json");
    std::fs::write(&path, jwks().to_string()).unwrap();
    let tokens = tokens(Keys::outside("account", path.to_str().unwrap()).unwrap(), Expectation::default());
    assert!(tokens.verify(&outside_token()).await.is_ok());
    let claims = json!({"type": 0, "login": 7, "exp": NOW + 1});
    assert!(tokens.verify(&signed(&named(Algorithm::HS256, "mac"), &claims)).await.is_ok());
    for header in [Header::default(), named(Algorithm::HS256, "ec"), named(Algorithm::HS384, "mac")] {
        assert_eq!(tokens.verify(&signed(&header, &claims)).await, Err(TokenError::Refused), "{header:?}");
    }
    let issued = tokens.issue_for_user(fixtures::login(7), Duration::from_secs(1));
    assert!(matches!(issued, Err(IssueError::Outside)));
}

#[test]
fn an_issuer_over_plain_http_is_refused() {
    assert!(Keys::outside("account", "http://issuer.example.test/jwks").is_err());
    assert!(Keys::outside("account", "/nowhere/jwks.json").is_err());
}
