//! A running service with the families, and an operator key that may do everything.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    sync::OnceLock,
    thread,
};

use app::settings::{Flags, Settings};
use profile_domain::operator::Role;
use profile_usecases::operator::{NewOperatorKey, OPERATOR, create_operator_key};
use serde_json::{Value, json};

use crate::support::{
    Answer, EXCLUSION_KEY, KEYS_DIR, RunningServer, SECRET, Target, UNLIMITED, in_process, profile,
};

const DATABASE: &str = "sqlite://data/profile.db";

thread_local! {
    /// Each test has a thread and a runtime of its own, on which the connections of its client live.
    static CLIENT: reqwest::Client = Target::client();
}

/// A running service over one kind of store.
pub struct Service {
    pub url: String,
    pub folder: PathBuf,
    key: String,
    /// The running binary, where it is one.
    _server: Option<RunningServer>,
}

impl Service {
    /// The service over the memory adapters, started by the first test that asks.
    pub fn in_memory() -> &'static Self {
        static SERVICE: OnceLock<Service> = OnceLock::new();
        SERVICE.get_or_init(|| thread::spawn(Self::start).join().unwrap())
    }

    /// The running binary on SQLite, started by the first test that asks.
    pub fn on_sqlite() -> &'static Self {
        static SERVICE: OnceLock<Service> = OnceLock::new();
        SERVICE.get_or_init(Self::serve)
    }

    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap().keep();
        let settings = Settings::of(Flags::default(), |name| setting(&folder, name)).unwrap();
        let (url, key) = in_process(&settings, &folder, async |ports| {
            let role = Role::Admin;
            let new = NewOperatorKey { name: "test".into(), role, allow_cidrs: Vec::new(), expires_at: None };
            let created = create_operator_key(ports, OPERATOR, new, None).await;
            created.unwrap_or_else(|_| panic!("no key")).secret
        });
        Self { url, folder, key, _server: None }
    }

    fn serve() -> Self {
        let Target { url, folder, server, .. } =
            Target::serve_with(Target::import(DATABASE), DATABASE, &[UNLIMITED]);
        let mut command = profile(&folder, DATABASE);
        let made = command
            .args(["operator", "key", "create", "--name", "test", "--role", "admin"])
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let key = String::from_utf8(made.stdout).unwrap().trim().to_owned();
        Self { url, folder, key, _server: server }
    }

    pub async fn send(&self, method: &str, path: &str, credential: &str, body: &Value) -> Answer {
        let request = self.request(method, path, credential);
        let request = if body.is_null() { request } else { request.json(body) };
        Answer::read(request.send().await.unwrap()).await
    }

    pub fn request(&self, method: &str, path: &str, credential: &str) -> reqwest::RequestBuilder {
        let url = format!("{}{path}", self.url);
        let request = CLIENT.with(|client| client.request(method.parse().unwrap(), url));
        let request = request.header("authorization", credential);
        request.header("x-client-id", EXCLUSION_KEY).header("api-version-date", "2026-10-15-1")
    }

    /// The good answer to a read, or null.
    pub async fn get(&self, path: &str, credential: &str) -> Value {
        let answer = self.send("GET", path, credential, &Value::Null).await;
        if answer.status == 200 { answer.json() } else { Value::Null }
    }

    /// A call of an operator.
    pub async fn operate(&self, method: &str, path: &str, body: &Value) -> Answer {
        let credential = format!("Bearer {}", self.key);
        self.send(method, &format!("/operator/v1/records/{path}"), &credential, body).await
    }

    pub async fn record(&self, kind: &str, key: &str) -> Value {
        let answer =
            self.operate("GET", &format!("{kind}/{key}?reveal=true&reason=compared"), &Value::Null).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()["fields"].clone()
    }

    pub async fn correct(&self, kind: &str, key: &str, fields: Value) {
        let body = json!({ "fields": fields, "cause": { "reason": "for a test" } });
        let answer = self.operate("PATCH", &format!("{kind}/{key}"), &body).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }

    pub async fn capabilities(&self, kind: &str, key: &str, actor: &str) -> Vec<Value> {
        let path = format!("{kind}/{key}/capabilities?caller={actor}");
        let answer = self.operate("GET", &path, &Value::Null).await;
        assert_eq!(answer.status, 200, "{actor}: {}", answer.text);
        assert_eq!(answer.json()["caller"], actor);
        answer.json()["fields"].as_array().unwrap().clone()
    }
}

fn setting(folder: &Path, name: &str) -> Option<OsString> {
    let value = match name {
        "PROFILE_BIND" => "127.0.0.1:0",
        "PROFILE_DATABASE_URL" => crate::support::IN_PROCESS,
        "PROFILE_KEYS_DIR" => return Some(folder.join(KEYS_DIR).into()),
        "PROFILE_JWT_SECRET" => SECRET,
        "PROFILE_PUBLIC_URL" => "http://profile.test",
        "PROFILE_RATE_LIMIT" => "off",
        _ => return None,
    };
    Some(value.into())
}
