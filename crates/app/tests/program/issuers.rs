//! Outside issuers of tokens, as an operator and callers of each contract meet them.

use std::{
    fs,
    path::PathBuf,
    process::Command,
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use profile_testkit::issuer::{FakeIssuer, IssuerReply};
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::{
    DATABASE,
    support::{Answer, Target, UNLIMITED, clients::OPEN, now},
};

const ALL: [&str; 4] = ["account", "client", "tenant", "users"];

fn secret(kid: &str) -> String {
    format!("{kid:a<32}")
}

fn jwks(kids: &[&str]) -> String {
    let key = |kid: &&str| json!({"kty": "oct", "kid": kid, "k": URL_SAFE_NO_PAD.encode(secret(kid))});
    json!({ "keys": kids.iter().map(key).collect::<Vec<_>>() }).to_string()
}

fn signed(kid: &str, claims: &Value) -> String {
    let header = Header { kid: Some(kid.to_owned()), ..Header::new(Algorithm::HS256) };
    jsonwebtoken::encode(&header, claims, &EncodingKey::from_secret(secret(kid).as_bytes())).unwrap()
}

/// A server, and somebody whom each contract knows.
struct Service {
    target: Target,
    login: i64,
    member: i32,
    user: String,
}

impl Service {
    fn start(folder: PathBuf, settings: &[(&str, &str)]) -> Self {
        let target = Target::serve_with(folder, DATABASE, settings);
        let (login, member, user) =
            (target.family().alone, target.members().mira(), target.people().nora.clone());
        Self { target, login, member, user }
    }

    /// Asks for something of the caller's own, with a token signed by `kid`.
    async fn ask(&self, contract: &str, kid: &str) -> Answer {
        let exp = now() + 600;
        let (path, claims) = match contract {
            "account" => ("/account/me", json!({"type": 0, "login": self.login, "exp": exp})),
            "client" => (
                "/client/status",
                json!({"sub": OPEN, "aud": "authenticated", "role": "authenticated", "exp": exp}),
            ),
            "tenant" => {
                ("/api/sys/v1/account/get_profile", json!({"sub": self.member.to_string(), "exp": exp}))
            }
            _ => (
                "/users/me",
                json!({"sub": self.user, "aud": "users", "kind": "user", "scopes": [], "exp": exp}),
            ),
        };
        self.target.get(path, &format!("Bearer {}", signed(kid, &claims))).await
    }

    async fn plain(&self, path: &str) -> Answer {
        self.target.send("GET", path, |request| request).await
    }

    /// The parts that are not ready.
    async fn failing(&self) -> Value {
        let answer = self.plain("/readyz").await;
        let failing = answer.json()["failing"].clone();
        assert_eq!(answer.status, if failing.is_null() { 200 } else { 503 });
        failing
    }

    fn log(&self) -> String {
        fs::read_to_string(self.target.folder.join("log")).unwrap()
    }

    fn hang_up(&self) {
        let found = Command::new("pgrep").args(["-f", &self.target.pattern()]).output().unwrap();
        let process = String::from_utf8(found.stdout).unwrap().trim().to_owned();
        assert!(Command::new("kill").args(["-HUP", &process]).status().unwrap().success());
    }
}

/// The code in an error of each contract.
fn code(contract: &str, answer: &Answer) -> Value {
    let body = answer.json();
    match contract {
        "account" => body["error"].clone(),
        "client" | "tenant" => body["errors"][0]["code"].clone(),
        _ => body["error"]["type"].clone(),
    }
}

async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let began = Instant::now();
    while !holds().await {
        assert!(began.elapsed() < Duration::from_secs(30), "{what} did not come true");
        sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn an_issuer_that_fails_is_503_in_each_contracts_shape_until_it_answers() {
    let issuer = FakeIssuer::start(IssuerReply::status(500));
    let url = issuer.url().replace("http://", "http://hidden:hidden@") + "?hidden=hidden";
    let settings: Vec<_> =
        ALL.iter().map(|name| (format!("PROFILE_{}_JWKS", name.to_uppercase()), url.as_str())).collect();
    let settings: Vec<_> = settings.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    let service = Service::start(Target::import(DATABASE), &settings);

    for (contract, expected) in ALL.into_iter().zip([
        "RET_TECH_PROBLEM",
        "ServiceUnavailable",
        "SERVICE_UNAVAILABLE",
        "service_unavailable",
    ]) {
        let answer = service.ask(contract, "k1").await;
        assert_eq!((answer.status, code(contract, &answer)), (503, json!(expected)), "{contract}");
        let seconds: u64 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=60).contains(&seconds), "{contract} {seconds}");
        assert!(answer.headers.get("www-authenticate").is_none(), "{contract}");
    }
    let parts = ["account_jwks", "users_jwks", "client_jwks", "tenant_jwks"];
    let named = service.failing().await;
    assert!(parts.iter().all(|part| named.as_array().unwrap().contains(&json!(part))), "{named}");
    assert_eq!(service.plain("/healthz").await.status, 200);
    let metrics = service.plain("/metrics").await.text;
    for contract in ALL {
        assert!(metrics.contains(&format!("profile_issuer_keys{{contract=\"{contract}\"}} 0")), "{metrics}");
    }

    issuer.answer_with(IssuerReply::document(jwks(&["k1"])));
    for contract in ALL {
        until(contract, async || service.ask(contract, "k1").await.status == 200).await;
        assert_eq!(service.ask(contract, "made-up").await.status, 401, "{contract}");
    }
    until("ready", async || service.failing().await.is_null()).await;
    let metrics = service.plain("/metrics").await.text;
    assert!(metrics.contains("profile_issuer_keys{contract=\"users\"} 1"), "{metrics}");

    let log = service.log();
    for warned in [
        "account_issuer and account_audience",
        "users_issuer",
        "client_issuer",
        "tenant_issuer and tenant_audience",
    ] {
        let lines = log.lines().filter(|line| line.contains(&format!("set {warned}\""))).count();
        assert_eq!(lines, 1, "{warned}: {log}");
    }
    assert!(!log.contains("hidden"), "{}", log.lines().find(|line| line.contains("hidden")).unwrap());
}

#[tokio::test]
async fn callers_at_the_start_wait_for_a_slow_issuer() {
    let issuer = FakeIssuer::start(IssuerReply::document(jwks(&["k1"])).after(Duration::from_millis(800)));
    let url = issuer.url();
    let service = Service::start(Target::import(DATABASE), &[("PROFILE_ACCOUNT_JWKS", url.as_str())]);
    let asked = (0..20).map(|_| service.ask("account", "k1"));
    let statuses: Vec<u16> =
        futures_util::future::join_all(asked).await.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, vec![200; 20]);
    assert_eq!(issuer.requests(), 1);
}

#[tokio::test]
async fn a_hangup_under_load_reads_keys_again_and_drops_nothing() {
    let issuer =
        FakeIssuer::start(IssuerReply::document(jwks(&["k1"])).with("cache-control", "max-age=3600"));
    let folder = Target::import(DATABASE);
    let file = folder.join("jwks.json");
    fs::write(&file, jwks(&["k1", "k2"])).unwrap();
    let (place, url) = (file.to_str().unwrap().to_owned(), issuer.url());
    let settings =
        [("PROFILE_ACCOUNT_JWKS", place.as_str()), ("PROFILE_CLIENT_JWKS", url.as_str()), UNLIMITED];
    let service = &Service::start(folder, &settings);
    assert_eq!(service.ask("client", "k1").await.status, 200);
    issuer.answer_with(IssuerReply::document(jwks(&["k2"])));

    let began = Instant::now();
    let busy = (0..8).map(|_| async {
        let mut answered = 0;
        while began.elapsed() < Duration::from_secs(3) {
            assert_eq!(service.ask("account", "k1").await.status, 200);
            answered += 1;
        }
        answered
    });
    let hangups = async {
        for _ in 0..5 {
            sleep(Duration::from_millis(400)).await;
            service.hang_up();
        }
    };
    let (answered, ()) = tokio::join!(futures_util::future::join_all(busy), hangups);
    assert!(answered.iter().all(|answered| *answered > 0), "{answered:?}");

    until("the withdrawn key is refused", async || service.ask("client", "k1").await.status == 401).await;
    assert_eq!(service.ask("client", "k2").await.status, 200);
    fs::write(&file, jwks(&["k2"])).unwrap();
    service.hang_up();
    until("the file was read", async || service.ask("account", "k1").await.status == 401).await;
    let lines = service.log().lines().filter(|line| line.contains("SIGHUP")).count();
    assert!((1..=6).contains(&lines), "{lines}");
}
