//! The service under test with an operator key of every role, and calls of the operator API.

use std::{
    future::IntoFuture,
    path::{Path, PathBuf},
    pin::Pin,
    sync::{
        OnceLock,
        atomic::{AtomicI64, Ordering},
    },
    thread,
    time::Duration,
};

use app::{
    checkpoints::make_checkpoints,
    search::follow_search,
    settings::{Flags, Settings},
};
use profile_domain::operator::Role;
use profile_testkit::cluster::Cluster;
use profile_usecases::operator::{NewOperatorKey, OPERATOR, create_operator_key};
use reqwest::Client;
use serde_json::Value;
use tokio::sync::{Mutex, MutexGuard};

use crate::support::{
    self, Answer, Backend, EXCLUSION_KEY, Family, KEYS_DIR, RESTRICTED, SECRET, families, in_process, kill,
    pattern, profile,
};

/// How often a service in this process makes checkpoints.
const CHECKPOINTS: Duration = Duration::from_millis(500);
/// What every path of the operator API begins with.
pub const BASE: &str = "/operator/v1";

thread_local! {
    /// Each test has a thread and a runtime of its own, on which the connections of its client live.
    static CLIENT: Client = support::Target::client();
}

/// A running service whose store holds the families.
pub struct Service {
    pub url: String,
    /// Where a running binary keeps its data and its log.
    #[allow(dead_code)] // for tests that start a server of their own
    pub folder: PathBuf,
    /// The keys, in the order of the roles.
    keys: [String; 4],
    next: AtomicI64,
    next_family: AtomicI64,
    importing: Mutex<()>,
    /// The running binary, where it is one.
    server: Option<support::RunningServer>,
}

impl Service {
    /// The service of this test process on `backend`, started by the first test that asks.
    pub fn shared(backend: Backend) -> &'static Self {
        static SERVICES: [OnceLock<Service>; 3] = [const { OnceLock::new() }; 3];
        SERVICES[backend as usize].get_or_init(|| match backend {
            Backend::Memory => thread::spawn(Self::in_process).join().unwrap(),
            Backend::Sqlite => Self::binary("sqlite://data/profile.db", &[]),
            Backend::Postgres => Self::binary(&Cluster::shared().database(), &[]),
        })
    }

    fn new(url: String, folder: PathBuf, keys: [String; 4]) -> Self {
        let (next, next_family) = (AtomicI64::new(1), AtomicI64::new(0));
        Self { url, folder, keys, next, next_family, importing: Mutex::default(), server: None }
    }

    fn in_process() -> Self {
        let folder = tempfile::tempdir().unwrap().keep();
        let settings = Settings::of(Flags::default(), |name| setting(&folder, name)).unwrap();
        let (url, keys) = in_process(&settings, &folder, async |ports| {
            let mut keys = Vec::new();
            for role in Role::ALL {
                let new = NewOperatorKey {
                    name: role.name().to_owned(),
                    role,
                    allow_cidrs: Vec::new(),
                    expires_at: None,
                };
                let created = create_operator_key(ports, OPERATOR, new, None).await;
                keys.push(created.unwrap_or_else(|_| panic!("no key")).secret);
            }
            tokio::spawn(follow_search(ports.clone(), std::future::pending::<()>()));
            tokio::spawn(make_checkpoints(ports.clone(), CHECKPOINTS, std::future::pending::<()>()));
            keys
        });
        Self::new(url, folder, keys.try_into().unwrap())
    }

    /// Imports the families and serves them with this in the environment, as whoever runs the service would.
    pub fn binary(database: &str, environment: &[(&str, &str)]) -> Self {
        let folder = support::Target::import(database);
        let keys = Role::ALL.map(|role| new_key(&folder, database, role));
        let support::Target { url, folder, server, .. } =
            support::Target::serve_with(folder, database, environment);
        Self { server, ..Self::new(url, folder, keys) }
    }

    /// Kills the running binary, and serves the same database with this in the environment.
    pub fn restart(&mut self, database: &str, environment: &[(&str, &str)]) {
        self.kill();
        let target = support::Target::serve_with(self.folder.clone(), database, environment);
        (self.url, self.server) = (target.url, target.server);
    }

    /// Kills the running binary.
    pub fn kill(&self) {
        kill(&pattern(&self.folder));
    }

    /// Serves the same database again, with the same keys.
    pub fn again(self, database: &str) -> Self {
        let support::Target { url, folder, server, .. } =
            support::Target::serve(self.folder.clone(), database);
        Self { url, folder, server, ..self }
    }

    /// Waits until no other test imports, because a key imports one file at a time.
    pub async fn importing(&self) -> MutexGuard<'_, ()> {
        self.importing.lock().await
    }

    /// A number that no other test uses.
    pub fn number(&self) -> i64 {
        self.next.fetch_add(1, Ordering::SeqCst)
    }

    /// Imported people whom no other test uses.
    pub fn family(&self) -> Family {
        let number = self.next_family.fetch_add(1, Ordering::SeqCst);
        assert!(number < families::COUNT, "import more families");
        Family::numbered(number)
    }

    /// The key of a role.
    pub fn key(&self, role: Role) -> &str {
        &self.keys[role as usize]
    }

    pub fn get(&self, role: Role, path: &str) -> Call {
        self.call(role, "GET", path)
    }

    pub fn delete(&self, role: Role, path: &str) -> Call {
        self.call(role, "DELETE", path)
    }

    pub fn patch(&self, role: Role, path: &str, body: &Value) -> Call {
        self.call(role, "PATCH", path).json(body)
    }

    pub fn post(&self, role: Role, path: &str, body: &Value) -> Call {
        self.call(role, "POST", path).json(body)
    }

    /// A call that makes a record.
    pub fn put(&self, role: Role, path: &str, body: &Value) -> Call {
        self.call(role, "PUT", path).json(body).header("if-none-match", "*")
    }

    /// A call with the key of a role; `path` goes on behind the base.
    pub fn call(&self, role: Role, method: &str, path: &str) -> Call {
        self.open(method, &format!("{BASE}{path}"))
            .header("authorization", &format!("Bearer {}", self.key(role)))
    }

    /// A request without a key.
    pub fn open(&self, method: &str, path: &str) -> Call {
        let request =
            |client: &Client| client.request(method.parse().unwrap(), format!("{}{path}", self.url));
        Call(CLIENT.with(request))
    }

    /// The record as an administrator sees it.
    pub async fn record(&self, kind: &str, key: impl std::fmt::Display) -> Value {
        let answer = self.get(Role::Admin, &format!("/records/{kind}/{key}")).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    }

    /// Makes a record with these fields; returns it.
    pub async fn create(&self, kind: &str, key: impl std::fmt::Display, fields: Value) -> Value {
        let body = serde_json::json!({ "fields": fields, "cause": { "reason": "made by a test" } });
        let answer = self.put(Role::Admin, &format!("/records/{kind}/{key}"), &body).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.json()
    }
}

/// A request that is sent when it is awaited.
pub struct Call(reqwest::RequestBuilder);

impl Call {
    pub fn header(self, name: &str, value: &str) -> Self {
        Self(self.0.header(name, value))
    }

    pub fn json(self, body: &Value) -> Self {
        Self(self.0.json(body))
    }

    /// A form with files.
    pub fn multipart(self, form: reqwest::multipart::Form) -> Self {
        Self(self.0.multipart(form))
    }

    /// A body of any type.
    pub fn body(self, content_type: &str, body: &str) -> Self {
        Self(self.0.header("content-type", content_type).body(body.to_owned()))
    }

    /// Sends it; returns as soon as the head of the answer is there.
    pub async fn open(self) -> reqwest::Response {
        self.0.send().await.unwrap()
    }

    /// A body of JSON as it is.
    pub fn text(self, body: impl Into<String>) -> Self {
        Self(self.0.header("content-type", "application/json").body(body.into()))
    }
}

impl Call {
    /// Sends it; whether it was answered, which it is not if the server is killed.
    pub async fn sent(self) -> bool {
        match self.0.send().await {
            Ok(answer) => answer.bytes().await.is_ok(),
            Err(_) => false,
        }
    }
}

impl IntoFuture for Call {
    type Output = Answer;
    type IntoFuture = Pin<Box<dyn Future<Output = Answer> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async { Answer::read(self.0.send().await.unwrap()).await })
    }
}

/// Makes a key as whoever runs the service would.
pub fn new_key(folder: &Path, database: &str, role: Role) -> String {
    let mut command = profile(folder, database);
    let made = command
        .args(["operator", "key", "create", "--name", role.name(), "--role", role.name()])
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    String::from_utf8(made.stdout).unwrap().trim().to_owned()
}

/// The settings of a service in this process.
pub fn setting(folder: &Path, name: &str) -> Option<std::ffi::OsString> {
    let keys = folder.join(KEYS_DIR);
    let value = match name {
        "PROFILE_BIND" => "127.0.0.1:0",
        "PROFILE_DATABASE_URL" => crate::support::IN_PROCESS,
        "PROFILE_KEYS_DIR" => keys.to_str().unwrap(),
        "PROFILE_JWT_SECRET" => SECRET,
        "PROFILE_CLIENT_RL_EXCLUSION_KEY" => EXCLUSION_KEY,
        "PROFILE_CLIENT_RESTRICTED_COUNTRIES" => RESTRICTED,
        "PROFILE_PUBLIC_URL" => "http://profile.test",
        _ => return None,
    };
    Some(value.into())
}
