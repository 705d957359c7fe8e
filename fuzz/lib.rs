//! The whole service inside the fuzzer's process, with the demo data, and a client that asks it.

use std::{
    fs::OpenOptions,
    io::Write as _,
    net::TcpListener,
    os::unix::fs::OpenOptionsExt as _,
    panic,
    path::Path,
    process,
    sync::{Arc, OnceLock},
    thread,
    time::Duration,
};

use app::cli::Cli;
use clap::Parser as _;
use jsonwebtoken::{EncodingKey, Header};
use profile_domain::users::UserId;
use profile_identity::{Expectation, Keys, SigningKeys, USERS_AUDIENCE, UsersTokens, Verifier};
use reqwest::blocking::{Client, Response};
use serde_json::{Value, json};

const SECRET: &str = "0123456789abcdef0123456789abcdef";
/// The end of tokens: far beyond any run.
const END: u64 = 4_000_000_000;
/// One of each contract among the demo data.
const LOGIN: u64 = 70021;
const USER: &str = "user_4hTq81LmZp0Va";
const CLIENT: &str = "5b2f6a3e-8f0d-4c56-9f6e-6a1f3c0d7b21";
const MEMBER: &str = "90";

/// The running service.
pub struct Service {
    url: String,
    client: Client,
    /// What the holder of a record shows, by contract.
    pub account: String,
    pub users: String,
    pub clients: String,
    pub tenant: String,
}

impl Service {
    /// The service of this process.
    pub fn shared() -> &'static Self {
        static SERVICE: OnceLock<Service> = OnceLock::new();
        SERVICE.get_or_init(Self::start)
    }

    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap().keep();
        std::env::set_current_dir(&folder).unwrap();
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let settings =
            format!("bind = \"{address}\"\njwt_secret = \"{SECRET}\"\nrate_limit = \"off\"\nlog = \"off\"\n");
        // A file with a secret is refused if others may read it.
        let mut file =
            OpenOptions::new().write(true).create_new(true).mode(0o600).open("profile.toml").unwrap();
        file.write_all(settings.as_bytes()).unwrap();
        let cli = Cli::parse_from(["profile", "--config", "profile.toml", "serve", "--demo"]);
        thread::spawn(|| {
            let ended = app::run(cli);
            eprintln!("the service has ended: {ended:?}");
            process::abort();
        });
        let url = format!("http://{address}");
        let client = Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
        while client.get(format!("{url}/readyz")).send().is_err() {
            thread::sleep(Duration::from_millis(20));
        }
        // The service has made panics lines of its log, which is off; here each of them is a finding.
        panic::set_hook(Box::new(|panic| {
            eprintln!("{panic}");
            process::abort();
        }));
        Self {
            account: sign(&json!({"type": 0, "login": LOGIN, "exp": END})),
            users: format!("Bearer {}", users_token()),
            clients: sign(
                &json!({"sub": CLIENT, "aud": "authenticated", "role": "authenticated", "exp": END}),
            ),
            tenant: format!("Bearer {}", sign(&json!({"sub": MEMBER, "exp": END}))),
            url,
            client,
        }
    }

    /// Asks the service; a server error is a finding.
    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &[u8])], body: &[u8]) {
        let mut request = self.client.request(method.parse().unwrap(), format!("{}{path}", self.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        // What is no header value cannot be sent at all.
        let Ok(request) = request.body(body.to_vec()).build() else { return };
        let status = self.client.execute(request).map(|answer: Response| answer.status().as_u16());
        assert!(matches!(status, Ok(status) if status < 500), "{method} {path}: {status:?}");
    }
}

fn sign(claims: &Value) -> String {
    jsonwebtoken::encode(&Header::default(), claims, &EncodingKey::from_secret(SECRET.as_bytes())).unwrap()
}

fn users_token() -> String {
    let pair = SigningKeys::create(Path::new("profile-data/keys/users-es256")).unwrap();
    let expectation = Expectation { issuer: None, audience: Some(USERS_AUDIENCE.to_owned()) };
    let clock = Arc::new(app::system::SystemClock(None));
    let tokens = UsersTokens::new(Verifier::new(Keys::OwnPairs(Arc::new(pair)), expectation, clock));
    let user = UserId::try_from(USER).unwrap();
    tokens
        .issue_for_user(&user, None, &["user:profile:update".to_owned()], Duration::from_secs(86_400))
        .unwrap()
}
