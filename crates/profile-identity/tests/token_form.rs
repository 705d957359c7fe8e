//! What the header, the length and the times of a token may be, for the tokens of each contract.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // a test fails by panicking

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use profile_identity::{
    AccountTokens, CLIENT_AUDIENCE, ClientTokens, Expectation, Keys, Secret, TenantTokens, USERS_AUDIENCE,
    UsersTokens, Verifier,
};
use profile_ports::{AccountIdentity as _, ClientIdentity as _, TenantIdentity as _, UsersIdentity as _};
use profile_testkit::fixed::FixedClock;
use proptest::prelude::*;
use serde_json::{Value, json};

const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";
const NOW: i64 = 1_780_000_000;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Contract {
    Account,
    Users,
    Client,
    Tenant,
}
use Contract::{Account, Client, Tenant, Users};

const ALL: [Contract; 4] = [Account, Users, Client, Tenant];

/// A service that verifies tokens of every contract; those of users with a secret, too, as all that is asked here is the
/// same for each kind of key.
fn verifier(audience: Option<&str>) -> Verifier {
    let keys = Keys::Own(Secret::new(String::from_utf8(SECRET.to_vec()).unwrap().into()).unwrap());
    let expectation = Expectation { issuer: None, audience: audience.map(str::to_owned) };
    Verifier::new(keys, expectation, Arc::new(FixedClock::at(NOW)))
}

async fn opens(contract: Contract, token: &str) -> bool {
    match contract {
        Account => AccountTokens::new(verifier(None)).verify(token).await.is_ok(),
        Users => UsersTokens::new(verifier(Some(USERS_AUDIENCE))).verify(token).await.is_ok(),
        Client => ClientTokens::new(verifier(Some(CLIENT_AUDIENCE))).verify(token).await.is_ok(),
        Tenant => TenantTokens::new(verifier(None)).verify(token).await.is_ok(),
    }
}

/// Claims without times.
fn claims(contract: Contract) -> Value {
    match contract {
        Account => json!({"type": 0, "login": 7}),
        Users => {
            json!({"sub": "user_4hTq81LmZp0Va", "aud": USERS_AUDIENCE, "kind": "user", "scopes": []})
        }
        Client => {
            json!({"sub": "5b2f6a3e-8f0d-4c56-9f6e-ffffffffff01", "aud": CLIENT_AUDIENCE, "role": "authenticated"})
        }
        Tenant => json!({"sub": "7"}),
    }
}

/// A token of exactly this text.
fn signed(header: &str, payload: &str) -> String {
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
    let key = EncodingKey::from_secret(SECRET);
    let signature = crypto::sign(message.as_bytes(), &key, Algorithm::HS256).unwrap();
    format!("{message}.{signature}")
}

/// The claims of a contract with `times` as they are written.
fn with_times(contract: Contract, times: &str) -> String {
    let claims = claims(contract).to_string();
    signed(r#"{"alg":"HS256"}"#, &format!("{},{times}}}", claims.strip_suffix('}').unwrap()))
}

fn headed(contract: Contract, header: &Value) -> String {
    let mut claims = claims(contract);
    claims["exp"] = json!(NOW + 100);
    signed(&header.to_string(), &claims.to_string())
}

#[tokio::test]
async fn a_critical_extension_is_refused_whatever_it_is() {
    for contract in ALL {
        assert!(opens(contract, &headed(contract, &json!({"alg": "HS256", "b64x": true}))).await);
        for crit in [json!(["b64"]), json!(["exp"]), json!([]), json!(null), json!("exp"), json!({"exp": 1})]
        {
            let token = headed(contract, &json!({"alg": "HS256", "crit": crit, "exp": NOW + 100}));
            assert!(!opens(contract, &token).await, "{contract:?} {crit}");
        }
    }
}

#[tokio::test]
async fn the_type_is_what_each_contract_says() {
    for contract in ALL {
        let oauth = matches!(contract, Users | Client);
        for (typ, accepted) in [
            ("JWT", true),
            ("jwt", true),
            ("at+jwt", oauth),
            ("AT+JWT", oauth),
            ("application/at+jwt", oauth),
            ("Application/At+Jwt", oauth),
            ("application/jwt", false),
            ("at+jwt ", false),
            ("JOSE", false),
            ("", false),
        ] {
            let token = headed(contract, &json!({"alg": "HS256", "typ": typ}));
            assert_eq!(opens(contract, &token).await, accepted, "{contract:?} {typ}");
        }
        assert!(!opens(contract, &headed(contract, &json!({"alg": "HS256", "typ": 1}))).await);
    }
}

#[tokio::test]
async fn times_are_integers_or_any_number_as_each_contract_says() {
    let soon = NOW + 1;
    for contract in ALL {
        let oauth = matches!(contract, Users | Client);
        for (times, accepted) in [
            (format!(r#""exp":{soon}"#), true),
            (format!(r#""exp":{soon}.5"#), oauth),
            (format!(r#""exp":{soon}.0"#), oauth),
            (r#""exp":1.780000001e9"#.to_owned(), oauth),
            (r#""exp":1e300"#.to_owned(), oauth),
            (r#""exp":9223372036854775807"#.to_owned(), true),
            (r#""exp":9223372036854775808"#.to_owned(), oauth),
            (r#""exp":-1"#.to_owned(), false),
            (r#""exp":-1e300"#.to_owned(), false),
            (r#""exp":0"#.to_owned(), false),
            (format!(r#""exp":"{soon}""#), false),
            (r#""exp":null"#.to_owned(), false),
            (r#""exp":true"#.to_owned(), false),
            (format!(r#""exp":[{soon}]"#), false),
            (format!(r#""nbf":{soon}"#), false),
            (format!(r#""exp":{soon},"nbf":{NOW},"iat":{NOW}"#), true),
            (format!(r#""exp":{soon},"nbf":{NOW}.0,"iat":{NOW}.25"#), oauth),
            (format!(r#""exp":{soon},"nbf":null"#), true),
            (format!(r#""exp":{soon},"nbf":"{NOW}""#), false),
            (format!(r#""exp":{soon},"nbf":{}"#, NOW + 61), false),
            (format!(r#""exp":{soon},"nbf":1e300"#), false),
        ] {
            let token = with_times(contract, &times);
            assert_eq!(opens(contract, &token).await, accepted, "{contract:?} {times}");
        }
    }
}

#[tokio::test]
async fn the_leeway_ends_exactly_where_it_should() {
    let (edge, begin) = (NOW - 60, NOW + 60);
    for contract in [Users, Client] {
        for (times, accepted) in [
            (format!(r#""exp":{edge}"#), false),
            (format!(r#""exp":{edge}.000000000000000000000001"#), true),
            (format!(r#""exp":{}.999999999999999999999999"#, edge - 1), false),
            (format!(r#""exp":{}"#, edge + 1), true),
            (format!(r#""exp":{NOW},"nbf":{begin}"#), true),
            (format!(r#""exp":{NOW},"nbf":{begin}.000000000000000000000001"#), false),
        ] {
            assert_eq!(
                opens(contract, &with_times(contract, &times)).await,
                accepted,
                "{contract:?} {times}"
            );
        }
    }
    for contract in [Account, Tenant] {
        for (times, accepted) in [
            (format!(r#""exp":{NOW}"#), false),
            (format!(r#""exp":{}"#, NOW + 1), true),
            (format!(r#""exp":{},"nbf":{NOW}"#, NOW + 1), true),
            (format!(r#""exp":{},"nbf":{}"#, NOW + 1, NOW + 1), false),
        ] {
            assert_eq!(
                opens(contract, &with_times(contract, &times)).await,
                accepted,
                "{contract:?} {times}"
            );
        }
    }
}

#[tokio::test]
async fn tokens_of_32_kib_are_accepted_and_no_longer_ones() {
    for contract in ALL {
        // With as many groups as fit.
        let groups = |bytes: usize| {
            let mut claims = claims(contract);
            claims["exp"] = json!(NOW + 100);
            claims["groups"] = json!([""]);
            let filler = bytes.saturating_sub(claims.to_string().len());
            claims["groups"] = json!(["g".repeat(filler)]);
            signed(r#"{"alg":"HS256"}"#, &claims.to_string())
        };
        let accepted: Vec<usize> = {
            let mut lengths = Vec::new();
            for bytes in [8_000, 11_000, 24_000, 24_400, 24_500, 24_530, 24_560, 24_600, 30_000] {
                let token = groups(bytes);
                let within = token.len() <= 32 * 1024;
                assert_eq!(opens(contract, &token).await, within, "{contract:?} {}", token.len());
                lengths.push(token.len());
            }
            lengths
        };
        assert!(accepted.iter().any(|length| (32_700..=32_768).contains(length)), "{accepted:?}");
    }
}

proptest! {
    /// A token opens exactly as long as integer arithmetic says, however its end is written.
    #[test]
    fn any_end_is_exact(millis in -70_000..70_000_i64, exponent in 0..4_i32) {
        let end = NOW * 1000 + millis;
        let text = match exponent {
            0 => format!("{end}e-3"),
            1 => format!("{}.{:03}", end.div_euclid(1000), end.rem_euclid(1000)),
            2 => format!("{}.{:04}e1", end.div_euclid(10_000), end.rem_euclid(10_000)),
            _ => format!("{end}000000000e-12"),
        };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        for contract in [Users, Client] {
            let token = with_times(contract, &format!(r#""exp":{text}"#));
            prop_assert_eq!(runtime.block_on(opens(contract, &token)), millis > -60_000, "{}", text);
        }
    }
}
