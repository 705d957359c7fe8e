//! The service under test, on each backend, with fresh people for each test.
#![allow(dead_code, unused_imports, unused_macros)] // each test binary uses its part

/// Every test, on every backend.
macro_rules! on_every_backend {
    ($($module:ident: $($name:ident)*;)*) => {
        on_every_backend!(@ memory Memory $($module: $($name)*;)*);
        on_every_backend!(@ sqlite Sqlite $($module: $($name)*;)*);
        on_every_backend!(@ postgres Postgres $($module: $($name)*;)*);
    };
    (@ $backend:ident $variant:ident $($module:ident: $($name:ident)*;)*) => {
        mod $backend {
            $(mod $module { $(
                #[tokio::test]
                async fn $name() {
                    crate::$module::$name(crate::Target::shared(crate::Backend::$variant)).await;
                }
            )* })*
        }
    };
}

mod answer;
pub mod archives;
pub mod clients;
pub mod families;
pub mod full_rows;
mod in_process;
pub mod members;
pub mod packages;
pub mod people;
pub mod receiver;
pub mod stores;
pub mod uploads;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicI64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

pub use answer::Answer;
use app::{
    search::follow_search,
    settings::{Flags, Settings},
};
pub use families::{FILES, Family};
pub use in_process::in_process;
use jsonwebtoken::{EncodingKey, Header};
use profile_testkit::{child_process::leashed, cluster::Cluster};
use serde_json::{Value, json};

/// Lifts the rate limit of the client contract.
pub const EXCLUSION_KEY: &str = "an-exclusion-key";
/// A country whose residents are refused.
pub const RESTRICTED: &str = "kp";
/// In the environment of a server that lets callers ask as often as they like.
pub const UNLIMITED: (&str, &str) = ("PROFILE_RATE_LIMIT", "off");
/// Has a server make checkpoints often enough for tests.
pub const OFTEN: &str = "--checkpoint-interval=500ms";
/// The database of a service in this process, which keeps everything in memory and opens none.
pub const IN_PROCESS: &str = "sqlite://never-opened.db";
/// Where a binary under test keeps its keys, whatever its database.
pub const KEYS_DIR: &str = "profile-data/keys";
pub const SECRET: &str = "0123456789abcdef0123456789abcdef";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    Memory,
    Sqlite,
    Postgres,
}

/// An operator key that the command line has made.
pub struct MadeKey {
    pub id: String,
    pub secret: String,
}

/// A running service whose store holds the families.
pub struct Target {
    pub url: String,
    /// Where a running binary keeps its data and its log.
    pub folder: PathBuf,
    /// The running binary, where it is one.
    pub server: Option<RunningServer>,
    next_family: AtomicI64,
}

/// A server on its leash, by the number of who holds it; stopped when nobody needs it any more, so that it takes no processor time
/// from the tests that follow.
pub struct RunningServer(u32);

impl Drop for RunningServer {
    fn drop(&mut self) {
        Command::new("pkill").args(["-TERM", "-P", &self.0.to_string()]).status().ok();
    }
}

impl Target {
    /// The service of this test process on `backend`, started by the first test that asks.
    pub fn shared(backend: Backend) -> &'static Self {
        static TARGETS: [OnceLock<Target>; 3] = [const { OnceLock::new() }; 3];
        TARGETS[backend as usize].get_or_init(|| match backend {
            Backend::Memory => thread::spawn(Self::in_process).join().unwrap(),
            Backend::Sqlite => Self::binary("sqlite://data/profile.db"),
            Backend::Postgres => Self::binary(&Cluster::shared().database()),
        })
    }

    fn new(url: String, folder: PathBuf) -> Self {
        Self { url, folder, server: None, next_family: AtomicI64::new(0) }
    }

    /// People whom no other test uses.
    pub fn family(&self) -> Family {
        let number = self.next_family.fetch_add(1, Ordering::SeqCst);
        assert!(number < families::COUNT, "import more families");
        Family::numbered(number)
    }

    fn in_process() -> Self {
        let folder = tempfile::tempdir().unwrap().keep();
        let environment = environment(&folder.join(KEYS_DIR), IN_PROCESS);
        let value = |name: &str| Some(environment.iter().find(|(of, _)| *of == name)?.1.clone().into());
        let settings = Settings::of(Flags::default(), value).unwrap();
        let (url, ()) = in_process(&settings, &folder, async |ports| {
            tokio::spawn(follow_search(ports.clone(), std::future::pending::<()>()));
        });
        Self::new(url, folder)
    }

    /// Imports the families and serves them, as an operator would.
    pub fn binary(database: &str) -> Self {
        Self::serve(Self::import(database), database)
    }

    /// The same without a limit to how often callers may ask.
    pub fn unlimited(database: &str) -> Self {
        Self::serve_with(Self::import(database), database, &[UNLIMITED])
    }

    /// Imports the families; answers the folder to serve them in.
    pub fn import(database: &str) -> PathBuf {
        let folder = tempfile::Builder::new().prefix("profile-served-").tempdir().unwrap().keep();
        let import = profile(&folder, database).arg("import").arg(families::write(&folder)).output().unwrap();
        assert!(import.status.success(), "{}", String::from_utf8_lossy(&import.stderr));
        folder
    }

    /// A folder to serve nobody's records in.
    pub fn empty() -> PathBuf {
        tempfile::Builder::new().prefix("profile-served-").tempdir().unwrap().keep()
    }

    /// Makes an operator key, as an operator would.
    pub fn operator_key(&self, database: &str, role: &str, more: &[&str]) -> MadeKey {
        let made = profile(&self.folder, database)
            .args(["operator", "key", "create", "--name", role, "--role", role])
            .args(more)
            .output()
            .unwrap();
        let line = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
        assert!(made.status.success(), "{}", line(&made.stderr));
        MadeKey { id: line(&made.stderr), secret: line(&made.stdout) }
    }

    /// Ends an operator key, as an operator would.
    pub fn revoke_operator_key(&self, database: &str, id: &str) {
        let revoked =
            profile(&self.folder, database).args(["operator", "key", "revoke", id]).output().unwrap();
        assert!(revoked.status.success(), "{}", String::from_utf8_lossy(&revoked.stderr));
    }

    /// Asserts that the log tells every record.
    pub fn verify(&self, database: &str) {
        let verified = profile(&self.folder, database).arg("verify").output().unwrap();
        assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
    }

    /// Serves what is in `folder` and `database`.
    pub fn serve(folder: PathBuf, database: &str) -> Self {
        Self::serve_with(folder, database, &[])
    }

    /// The same with more in its environment.
    pub fn serve_with(folder: PathBuf, database: &str, environment: &[(&str, &str)]) -> Self {
        // An earlier server's log names an address that is no more.
        fs::remove_file(folder.join("log")).ok();
        // The folder on the command line tells this server from the others.
        let elsewhere = environment.iter().find(|(name, _)| *name == "PROFILE_MEDIA_URL");
        let media = match elsewhere {
            Some((_, url)) => (*url).to_owned(),
            None => format!("file://{}/profile-data/media", folder.display()),
        };
        let program = [env!("CARGO_BIN_EXE_profile"), "serve", OFTEN, "--media-url", &media];
        let mut keeper = leashed("TERM", &folder, &program);
        settings(&mut keeper, &folder, database);
        keeper.envs(environment.iter().copied());
        let keeper = keeper.spawn().unwrap();
        let server = Some(RunningServer(keeper.id()));
        // Never waited for: it ends with this process, and removes the folder then.
        std::mem::forget(keeper);
        let address = announced_address(&folder);
        Self { server, ..Self::new(format!("http://{address}"), folder) }
    }

    /// What `pkill -f` finds this server by.
    pub fn pattern(&self) -> String {
        pattern(&self.folder)
    }

    /// Kills this server as a power cut would, and sees it gone, so that another may take its place.
    pub fn kill(&self) {
        kill(&self.pattern());
    }

    pub fn client() -> reqwest::Client {
        reqwest::Client::builder().timeout(Duration::from_mins(1)).build().unwrap()
    }

    pub async fn put(&self, token: &str, body: impl Into<String>) -> Answer {
        self.send("PUT", "/account/me", |request| {
            request
                .header("authorization", token)
                .header("content-type", "application/json")
                .body(body.into())
        })
        .await
    }

    pub async fn get(&self, path: &str, token: &str) -> Answer {
        self.send("GET", path, |request| request.header("authorization", token)).await
    }

    pub async fn send(
        &self,
        method: &str,
        path: &str,
        complete: impl FnOnce(reqwest::RequestBuilder) -> reqwest::RequestBuilder,
    ) -> Answer {
        let url = format!("{}{path}", self.url);
        let request = Self::client().request(method.parse().unwrap(), url);
        Answer::read(complete(request).send().await.unwrap()).await
    }

    /// The account as its holder sees it; what a refused request must leave as it is.
    pub async fn account(&self, login: i64) -> Value {
        let answer = self.get("/account/me", &user(login)).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    }
}

/// What the server of what is in `folder` is found by.
pub fn pattern(folder: &Path) -> String {
    let folder = folder.display();
    let program = env!("CARGO_BIN_EXE_profile");
    format!("^{program} serve {OFTEN} --media-url file://{folder}/profile-data/media$")
}

/// Kills the server that [`Target::pattern`] has named, and sees it gone. A process that is being torn down has no command
/// line any more and still holds its locks, so what is waited for is its number.
pub fn kill(pattern: &str) {
    let found = Command::new("pgrep").args(["-f", pattern]).output().unwrap();
    let numbers = String::from_utf8(found.stdout).unwrap();
    assert!(!numbers.is_empty(), "no server to kill");
    for number in numbers.split_whitespace() {
        assert!(Command::new("kill").args(["-KILL", number]).status().unwrap().success());
        while is_running(number) {
            thread::sleep(Duration::from_millis(1));
        }
    }
}

/// Whether a process still holds anything: one that nobody has waited for does not, once its last other thread is gone.
fn is_running(number: &str) -> bool {
    let state = fs::read_to_string(format!("/proc/{number}/stat")).unwrap_or_default();
    let is_zombie = state.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('Z'));
    let threads = fs::read_dir(format!("/proc/{number}/task")).map_or(0, Iterator::count);
    !state.is_empty() && (!is_zombie || threads > 1)
}

/// The binary with the settings of a test.
pub fn profile(folder: &Path, database: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_profile"));
    settings(&mut command, folder, database);
    command
}

fn settings(command: &mut Command, folder: &Path, database: &str) {
    command.current_dir(folder).envs(environment(Path::new(KEYS_DIR), database));
}

/// The settings of every test, as environment variables.
fn environment(keys: &Path, database: &str) -> [(&'static str, String); 9] {
    [
        ("PROFILE_BIND", "127.0.0.1:0".to_owned()),
        ("PROFILE_DATABASE_URL", database.to_owned()),
        ("PROFILE_KEYS_DIR", keys.display().to_string()),
        ("PROFILE_JWT_SECRET", SECRET.to_owned()),
        ("PROFILE_CLIENT_RL_EXCLUSION_KEY", EXCLUSION_KEY.to_owned()),
        ("PROFILE_CLIENT_RESTRICTED_COUNTRIES", RESTRICTED.to_owned()),
        ("PROFILE_PUBLIC_URL", "http://profile.test".to_owned()),
        ("PROFILE_LOG", "debug".to_owned()),
        ("PROFILE_LOG_FORMAT", "json".to_owned()),
    ]
}

pub fn announced_address(folder: &Path) -> String {
    let started = Instant::now();
    loop {
        let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
        let listening = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let address = listening
            .filter(|line| line["message"] == "listening")
            .find_map(|line| Some(line["address"].as_str()?.to_owned()));
        if let Some(address) = address {
            return address;
        }
        assert!(started.elapsed() < Duration::from_secs(30), "the service did not start: {log}");
        thread::sleep(Duration::from_millis(20));
    }
}

pub fn sign(claims: &Value) -> String {
    jsonwebtoken::encode(&Header::default(), claims, &EncodingKey::from_secret(SECRET.as_bytes())).unwrap()
}

pub fn now() -> i64 {
    profile_ports::Clock::now(&app::system::SystemClock(None)).timestamp()
}

/// A token of the holder of `login`.
pub fn user(login: i64) -> String {
    sign(&json!({ "type": 0, "login": login, "exp": now() + 600 }))
}

/// A token of `customer`.
pub fn customer(customer: i64) -> String {
    sign(&json!({ "type": 6, "customer_id": customer, "exp": now() + 600 }))
}
