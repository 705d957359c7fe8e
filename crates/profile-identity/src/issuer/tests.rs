//! Outside issuers that are slow, fail, redirect, never end, or exchange their keys.

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use profile_ports::{AccountIdentity as _, TokenError, TokenKeys as _};
use profile_testkit::{
    fixed::FixedClock,
    issuer::{FakeIssuer, IssuerReply},
};
use serde_json::json;
use tokio::time::{Instant, sleep};

use super::{Issuer, Timing};
use crate::{AccountTokens, Expectation, Keys, Verifier};

const NOW: i64 = 1_780_000_000;

/// Quicker than in production, and in the same proportions.
fn quick() -> Timing {
    Timing {
        fetch_limit: Duration::from_secs(3),
        gap: Duration::from_millis(100),
        first_pause: Duration::from_millis(20),
        last_pause: Duration::from_millis(200),
        file: Duration::from_millis(50),
        ..Timing::default()
    }
}

/// Reads the keys again after 200 ms where the issuer does not say how long they are fresh.
fn impatient() -> Timing {
    Timing { early: Duration::from_millis(59_800), ..quick() }
}

fn secret(kid: &str) -> String {
    format!("{kid:a<32}")
}

fn jwks(kids: &[&str]) -> String {
    use base64::Engine as _;
    let encode = |kid: &&str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(secret(kid));
    let keys: Vec<_> = kids.iter().map(|kid| json!({"kty": "oct", "kid": kid, "k": encode(kid)})).collect();
    json!({ "keys": keys }).to_string()
}

fn document(kids: &[&str]) -> IssuerReply {
    IssuerReply::document(jwks(kids))
}

fn signed(kid: &str) -> String {
    let header = Header { kid: Some(kid.to_owned()), ..Header::new(Algorithm::HS256) };
    let claims = json!({"type": 0, "login": 7, "exp": NOW + 1});
    jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(secret(kid).as_bytes())).unwrap()
}

struct Service {
    issuer: Arc<Issuer>,
    tokens: AccountTokens,
}

/// A verifier of the tokens of the issuer at `location`, with the background task.
fn service(location: &str, timing: Timing) -> Service {
    let issuer = Arc::new(Issuer::with_timing("account", location, timing).unwrap());
    tokio::spawn(Arc::clone(&issuer).keep_fresh());
    let keys = Keys::Outside(Arc::clone(&issuer));
    let verifier = Verifier::new(keys, Expectation::default(), Arc::new(FixedClock::at(NOW)));
    Service { issuer, tokens: AccountTokens::new(verifier) }
}

impl Service {
    async fn verify(&self, kid: &str) -> Result<(), TokenError> {
        self.tokens.verify(&signed(kid)).await.map(|_| ())
    }

    /// Waits until a token of `kid` has this outcome.
    async fn until(&self, kid: &str, outcome: Result<(), TokenError>) {
        let began = Instant::now();
        while self.verify(kid).await != outcome {
            assert!(began.elapsed() < Duration::from_secs(20), "{kid} never became {outcome:?}");
            sleep(Duration::from_millis(20)).await;
        }
    }
}

async fn until_asked(issuer: &FakeIssuer, times: usize) {
    let began = Instant::now();
    while issuer.requests() < times {
        assert!(began.elapsed() < Duration::from_secs(20), "asked {} of {times} times", issuer.requests());
        sleep(Duration::from_millis(10)).await;
    }
}

fn no_keys(outcome: &Result<(), TokenError>) -> bool {
    matches!(outcome, Err(TokenError::NoKeys(_)))
}

#[tokio::test]
async fn callers_at_the_start_wait_for_the_one_fetch() {
    let fake = FakeIssuer::start(document(&["k1"]).after(Duration::from_millis(400)));
    let service = service(&fake.url(), quick());
    let outcomes = join_all((0..20).map(|_| service.verify("k1"))).await;
    assert_eq!(outcomes, vec![Ok(()); 20]);
    assert_eq!(fake.requests(), 1);
}

#[tokio::test]
async fn callers_after_a_rotation_wait_for_the_one_fetch() {
    let fake = FakeIssuer::start(document(&["k1"]));
    let service = service(&fake.url(), quick());
    assert_eq!(service.verify("k1").await, Ok(()));
    fake.answer_with(document(&["k1", "k2"]).after(Duration::from_millis(200)));
    let outcomes = join_all((0..20).map(|_| service.verify("k2"))).await;
    assert_eq!(outcomes, vec![Ok(()); 20]);
    assert_eq!(fake.requests(), 2);
}

#[tokio::test]
async fn a_withdrawn_key_and_what_was_verified_with_it_are_dead() {
    let fake = FakeIssuer::start(document(&["k1", "k2"]));
    let service = service(&fake.url(), impatient());
    assert_eq!(service.verify("k1").await, Ok(()));
    fake.answer_with(document(&["k2"]));
    service.until("k1", Err(TokenError::Refused)).await;
    assert_eq!(service.verify("k2").await, Ok(()));
}

#[tokio::test]
async fn a_replaced_key_is_dead_though_its_name_lives_on() {
    let other = jwks(&["k2"]).replace("\"k2\"", "\"k1\"");
    let fake = FakeIssuer::start(document(&["k1"]));
    let service = service(&fake.url(), impatient());
    assert_eq!(service.verify("k1").await, Ok(()));
    fake.answer_with(IssuerReply::document(other));
    service.until("k1", Err(TokenError::Refused)).await;
}

#[tokio::test]
async fn the_last_good_keys_stay_whatever_comes_instead() {
    let fake = FakeIssuer::start(document(&["k1"]));
    let service = service(&fake.url(), impatient());
    assert_eq!(service.verify("k1").await, Ok(()));
    for reply in [
        IssuerReply::status(503),
        IssuerReply::document("<html>"),
        IssuerReply::document(r#"{"keys": []}"#),
        IssuerReply::endless(),
        IssuerReply::redirect("http://issuer.example.test/jwks"),
    ] {
        fake.answer_with(reply.clone());
        until_asked(&fake, fake.requests() + 2).await;
        assert_eq!(service.verify("k1").await, Ok(()), "{reply:?}");
        // Whether another key is good nobody can tell meanwhile.
        assert!(no_keys(&service.verify("k2").await), "{reply:?}");
        assert!(service.issuer.ready().is_ok(), "{reply:?}");
    }
    fake.answer_with(document(&["k2"]));
    service.until("k2", Ok(())).await;
}

#[tokio::test]
async fn without_any_keys_nothing_is_refused_and_the_keys_are_found_soon() {
    let fake = FakeIssuer::start(IssuerReply::status(503));
    let service = service(&fake.url(), quick());
    assert!(service.issuer.ready().is_err(), "not read yet");
    for kid in ["k1", "unknown"] {
        assert!(no_keys(&service.verify(kid).await), "{kid}");
    }
    let why = service.issuer.ready().unwrap_err().source.to_string();
    assert!(why.contains("503"), "{why}");
    // One that names no key could never be verified.
    let nameless = jsonwebtoken::encode(
        &Header::default(),
        &json!({"type": 0, "login": 7, "exp": NOW + 1}),
        &EncodingKey::from_secret(secret("k1").as_bytes()),
    );
    assert_eq!(service.tokens.verify(&nameless.unwrap()).await.err(), Some(TokenError::Refused));
    fake.answer_with(document(&["k1"]));
    service.until("k1", Ok(())).await;
    assert!(service.issuer.ready().is_ok());
}

#[tokio::test]
async fn a_single_failure_at_the_start_is_waited_for() {
    let fake = FakeIssuer::start(IssuerReply::status(503));
    let service = service(&fake.url(), quick());
    until_asked(&fake, 1).await;
    fake.answer_with(document(&["k1"]));
    assert_eq!(service.verify("k1").await, Ok(()));
}

#[tokio::test]
async fn an_issuer_that_never_answers_holds_nobody_up_for_long() {
    let fake = FakeIssuer::start(document(&["k1"]).after(Duration::from_mins(5)));
    let service = service(&fake.url(), quick());
    let began = Instant::now();
    assert!(no_keys(&service.verify("k1").await));
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}

#[tokio::test]
async fn made_up_names_delay_no_rotation_and_hardly_ask_the_issuer() {
    let fake = FakeIssuer::start(document(&["k1"]));
    let service = service(&fake.url(), quick());
    assert_eq!(service.verify("k1").await, Ok(()));
    let names: Vec<String> = (0..500).map(|number| format!("made-up-{number}")).collect();
    let outcomes = join_all(names.iter().map(|name| service.verify(name))).await;
    assert_eq!(outcomes, vec![Err(TokenError::Refused); 500]);
    assert!(fake.requests() <= 4, "{}", fake.requests());
    // The key appears right after they have caused a fetch.
    fake.answer_with(document(&["k1", "k2"]));
    let (known, rotated) = tokio::join!(service.verify("k1"), service.verify("k2"));
    assert_eq!((known, rotated), (Ok(()), Ok(())));
}

#[tokio::test]
async fn the_same_made_up_name_is_refused_without_asking() {
    let fake = FakeIssuer::start(document(&["k1"]));
    let service = service(&fake.url(), quick());
    for _ in 0..50 {
        assert_eq!(service.verify("made-up").await, Err(TokenError::Refused));
    }
    assert!(fake.requests() <= 4, "{}", fake.requests());
}

#[tokio::test]
async fn at_most_three_redirects_are_followed() {
    let last = FakeIssuer::start(document(&["k1"]));
    let mut chain = vec![last];
    for _ in 0..4 {
        let next = chain.last().unwrap().url();
        chain.push(FakeIssuer::start(IssuerReply::redirect(&next)));
    }
    let three = service(&chain[3].url(), quick());
    assert_eq!(three.verify("k1").await, Ok(()));
    let four = service(&chain[4].url(), Timing { wait: Duration::from_millis(500), ..quick() });
    assert!(no_keys(&four.verify("k1").await));
    assert_eq!(chain[0].requests(), 1);
}

#[tokio::test]
async fn no_redirect_leads_to_an_unprotected_place() {
    // Another name of this machine, which is not known to be it: if the redirect were followed, it would be answered.
    let target = FakeIssuer::start(document(&["k1"]));
    let port = target.address().rsplit_once(':').unwrap().1.to_owned();
    let fake = FakeIssuer::start(IssuerReply::redirect(&format!("http://0.0.0.0:{port}/jwks")));
    let service = service(&fake.url(), Timing { wait: Duration::from_millis(500), ..quick() });
    assert!(no_keys(&service.verify("k1").await));
    assert_eq!(target.requests(), 0);
    assert!(fake.requests() > 0);
}

#[tokio::test]
async fn an_endless_document_is_left_behind() {
    let fake = FakeIssuer::start(IssuerReply::endless());
    let timing =
        Timing { first_pause: Duration::from_mins(1), last_pause: Duration::from_mins(1), ..quick() };
    let service = service(&fake.url(), timing);
    assert!(no_keys(&service.verify("k1").await));
    // What is on its way in buffers counts as sent.
    assert!(fake.sent() < 16 * 1024 * 1024, "{}", fake.sent());
}

#[tokio::test]
async fn a_file_is_read_when_it_changes_and_stays_when_it_breaks() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jwks.json");
    std::fs::write(&path, jwks(&["k1"])).unwrap();
    let service = service(path.to_str().unwrap(), quick());
    assert_eq!(service.verify("k1").await, Ok(()));
    std::fs::write(&path, jwks(&["k2"])).unwrap();
    service.until("k1", Err(TokenError::Refused)).await;
    assert_eq!(service.verify("k2").await, Ok(()));
    for text in ["", "{}", r#"{"keys": []}"#] {
        std::fs::write(&path, text).unwrap();
        assert!(!service.issuer.read_again().await, "{text}");
        assert_eq!(service.verify("k2").await, Ok(()), "{text}");
    }
    std::fs::remove_file(&path).unwrap();
    assert!(!service.issuer.read_again().await);
    assert_eq!(service.verify("k2").await, Ok(()));
}

#[tokio::test]
async fn keys_are_read_again_when_the_operator_says_so() {
    let fake = FakeIssuer::start(document(&["k1"]).with("cache-control", "max-age=3600"));
    let service = service(&fake.url(), quick());
    assert_eq!(service.verify("k1").await, Ok(()));
    fake.answer_with(document(&["k2"]));
    assert!(service.issuer.read_again().await);
    assert_eq!(service.verify("k1").await, Err(TokenError::Refused));
    fake.answer_with(IssuerReply::status(500));
    assert!(!service.issuer.read_again().await);
    assert_eq!(service.verify("k2").await, Ok(()));
}

#[tokio::test]
async fn a_url_and_what_is_secret_in_it_are_never_shown() {
    let fake = FakeIssuer::start(IssuerReply::redirect("http://issuer.example.test/hidden?hidden"));
    for place in [fake.address(), "127.0.0.1:1"] {
        let url = format!("http://hidden:hidden@{place}/jwks?hidden=hidden");
        let service = service(&url, Timing { wait: Duration::from_millis(300), ..quick() });
        let refusal = service.verify("k1").await.unwrap_err().to_string();
        let error = service.issuer.ready().unwrap_err();
        let shown = format!("{refusal} {error} {} {error:?}", error.source);
        assert!(!shown.contains("hidden"), "{shown}");
        assert!(shown.contains("cannot fetch the JWKS: "), "{shown}");
    }
    for url in ["http://hidden:hidden@issuer.example.test/jwks", "https://hidden hidden/", "ftp://hidden/"] {
        let error = Issuer::new("account", url).err().unwrap();
        assert!(!format!("{error} {error:?}").contains("hidden"));
    }
}

#[test]
fn pauses_after_failures_double_up_to_a_limit() {
    let pauses: Vec<u128> = (1..8).map(|failures| Timing::default().pause(failures).as_millis()).collect();
    assert_eq!(pauses, [250, 500, 1000, 2000, 4000, 5000, 5000]);
    assert_eq!(Timing::default().pause(u32::MAX), Duration::from_secs(5));
}

/// What README promises, whatever else is tuned.
#[test]
fn a_withdrawn_key_is_dead_within_a_minute() {
    let Timing { early, fetch_limit, gap, wait, .. } = Timing::default();
    assert!(fetch_limit <= early);
    assert!(gap < wait);
}
